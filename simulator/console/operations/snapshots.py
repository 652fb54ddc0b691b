"""A realm's snapshots: making, reading, restoring and deleting them; and forks of the realm.

Operations that read or change the whole realm pause it meanwhile.
"""

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.operations.context import OperationContext
from maquette.simulator.console.operations.names import as_id
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.realm.snapshots.capture import SnapshotTooLargeError, take, written
from maquette.simulator.realm.snapshots.document import LARGEST_DOCUMENT, SnapshotDocument
from maquette.simulator.realm.snapshots.restore import fork_realm, read_document
from maquette.simulator.realm.snapshots.restore import restore_realm as restore_document
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.realms import RealmRecord, get_realm
from maquette.simulator.store.snapshots import (
    SnapshotLine,
    StoredSnapshot,
    add_snapshot,
    find_snapshot,
    find_snapshot_of_any_realm,
    list_snapshots,
    remove_snapshot,
)

MOST_SNAPSHOTS = 50
"""Snapshots that one realm may have."""

LARGEST_FORK = 4 * LARGEST_DOCUMENT
"""The most bytes of documents that one fork writes, because all other requests wait meanwhile."""


class SnapshotNotFoundError(LookupError):
    """There is no such snapshot."""


class TooManySnapshotsError(Exception):
    """The realm has as many snapshots as it may have."""


async def make_snapshot(context: OperationContext, realm: str, name: str | None) -> SnapshotLine:
    """Store the realm as it is now.

    Raises TooManySnapshotsError, SnapshotTooLargeError, SnapshotRefusedError and RealmGoneError.
    """
    async with context.parts.timekeeper.paused(realm):
        with context.store.writing(realm) as transaction:
            record = get_realm(transaction)
            if len(list_snapshots(transaction)) >= MOST_SNAPSHOTS:
                raise TooManySnapshotsError(f"there are {MOST_SNAPSHOTS}: delete some")
            document, text, mail_ids = _take(transaction, record)
            made = add_snapshot(
                transaction, name=name, made_at=document.realm.clock.now, document=text, mail_ids=mail_ids
            )
    context.note(record, Kind.SNAPSHOT_MADE, snapshot=str(made.id), name=made.name, size=made.size)
    return made


def get_snapshot(context: OperationContext, realm: str, named: str) -> StoredSnapshot:
    """Return the realm's snapshot of that number, which a request gave. Raises SnapshotNotFoundError."""
    number = as_id(named)
    with context.store.reading(realm) as transaction:
        found = None if number is None else find_snapshot(transaction, number)
    if found is None:
        raise SnapshotNotFoundError(f"snapshot {named!r} in realm {realm!r}")
    return found


def find_any_snapshot(transaction: Transaction, number: int) -> StoredSnapshot:
    """A snapshot of any realm. Raises SnapshotNotFoundError."""
    found = find_snapshot_of_any_realm(transaction, number)
    if found is None:
        raise SnapshotNotFoundError(f"snapshot {number}")
    return found


async def restore_realm(context: OperationContext, realm: str, named: str) -> RealmRecord:
    """Restore the realm from the snapshot; certificates stay, and all sessions end.

    Raises SnapshotNotFoundError and RealmGoneError.
    """
    async with context.parts.timekeeper.paused(realm):
        found = get_snapshot(context, realm, named)
        document = read_document(found.document)
        record = restore_document(context.store, context.parts.rules, realm, document, found.mail_ids)
    context.note(record, Kind.REALM_RESTORED, snapshot=str(found.id), name=found.name)
    return record


def delete_snapshot(context: OperationContext, realm: RealmRecord, named: str) -> int:
    """Delete the snapshot, and return its number. Raises SnapshotNotFoundError."""
    found = get_snapshot(context, realm.name, named)
    with context.store.writing(realm.name) as transaction:
        remove_snapshot(transaction, found.id)
    context.note(realm, Kind.SNAPSHOT_DELETED, snapshot=str(found.id))
    return found.id


async def fork(context: OperationContext, realm: str, count: int) -> list[RealmRecord]:
    """Make that many realms with the state of this one, all or none.

    Raises SnapshotTooLargeError, SnapshotRefusedError, TooManyRealmsError and RealmGoneError.
    """
    async with context.parts.timekeeper.paused(realm):
        with context.store.reading(realm) as transaction:
            document, text, _ = _take(transaction, get_realm(transaction))
        if (size := len(text.encode()) * count) > LARGEST_FORK:
            raise SnapshotTooLargeError(f"{size} bytes in all, {LARGEST_FORK} at most: make fewer at a time")
        records = fork_realm(context.store, context.parts.rules, document, count)
    for record in records:
        context.note(record, Kind.REALM_MADE, forked_from=realm)
    return records


def _take(transaction: Transaction, realm: RealmRecord) -> tuple[SnapshotDocument, str, list[int]]:
    """The realm's document, the same as text, and the ids of its mails."""
    document, mail_ids = take(transaction, realm, realm.clock.now(real_now()))
    return document, written(document), mail_ids
