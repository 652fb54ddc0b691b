"""The operations of the control API on a realm's snapshots: making, reading, deleting, restoring; and forks.

Each holds the realm still while it reads or changes it whole. Source: contract.md (`/snapshots`, `/fork`).
"""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.api.installation import REALM, Model, RealmAnswer, RealmList, realm_answer
from maquette.simulator.console.api.realms import Deleted
from maquette.simulator.console.dependencies import Call, Operation
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.realm.lifecycle import TooManyRealmsError
from maquette.simulator.realm.snapshots.capture import (
    SnapshotRefusedError,
    SnapshotTooLargeError,
    take,
    written,
)
from maquette.simulator.realm.snapshots.document import LARGEST_DOCUMENT, SnapshotDocument
from maquette.simulator.realm.snapshots.restore import fork_realm, read_document, restore_realm
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.realms import RealmRecord, get_realm
from maquette.simulator.store.snapshots import (
    SnapshotLine,
    StoredSnapshot,
    add_snapshot,
    find_snapshot,
    list_snapshots,
    remove_snapshot,
)

MOST_SNAPSHOTS = 50
"""Snapshots that one realm may have."""

MOST_FORKS = 100
LARGEST_FORK = 4 * LARGEST_DOCUMENT
"""Octets of the documents that one fork writes: everybody else waits meanwhile."""


class NewSnapshot(Model):
    """A snapshot to make; its name is for people, and need not be the only one."""

    name: Annotated[str, Field(min_length=1, max_length=100)] | None = None


class SnapshotAnswer(Model):
    """A snapshot: `made_at` is the realm's instant, `size` the document's in bytes."""

    id: int
    name: str | None
    made_at: datetime
    size: int


class SnapshotList(Model):
    """The realm's snapshots, oldest first."""

    snapshots: list[SnapshotAnswer]


class Fork(Model):
    """How many realms to make."""

    count: Annotated[int, Field(ge=1, le=MOST_FORKS, strict=True)]


async def list_all_snapshots(call: Call) -> SnapshotList:
    """The realm's snapshots."""
    with call.parts.store.reading(call.realm.name) as transaction:
        return SnapshotList(snapshots=[_answer(each) for each in list_snapshots(transaction)])


async def make_snapshot(call: Call) -> SnapshotAnswer:
    """Keep the realm as it is now."""
    body: NewSnapshot = call.body
    name = call.realm.name
    async with call.parts.timekeeper.standing_still(name):
        with call.parts.store.writing(name) as transaction:
            realm = get_realm(transaction)
            if len(list_snapshots(transaction)) >= MOST_SNAPSHOTS:
                raise ProblemError(Problem.SNAPSHOTS_TOO_MANY, f"there are {MOST_SNAPSHOTS}: delete some")
            document, text, mail_ids = _take(transaction, realm)
            made = add_snapshot(
                transaction,
                name=body.name,
                made_at=document.realm.clock.now,
                document=text,
                mail_ids=mail_ids,
            )
    call.note(realm, Kind.SNAPSHOT_MADE, snapshot=str(made.id), name=made.name, size=made.size)
    return _answer(made)


async def show_snapshot(call: Call) -> web.Response:
    """The document."""
    return web.json_response(text=_find(call).document)


async def delete_snapshot(call: Call) -> Deleted:
    """Forget a snapshot."""
    found = _find(call)
    with call.parts.store.writing(call.realm.name) as transaction:
        remove_snapshot(transaction, found.id)
    call.note(call.realm, Kind.SNAPSHOT_DELETED, snapshot=str(found.id))
    return Deleted(deleted=str(found.id))


async def restore_snapshot(call: Call) -> RealmAnswer:
    """Give the realm back as it was in the snapshot; certificates stay, and everybody enters again."""
    name = call.realm.name
    async with call.parts.timekeeper.standing_still(name):
        found = _find(call)
        document = read_document(found.document)
        record = restore_realm(call.parts.store, call.parts.rules, name, document, found.mail_ids)
    call.note(record, Kind.REALM_RESTORED, snapshot=str(found.id), name=found.name)
    return realm_answer(call, record)


async def fork(call: Call) -> RealmList:
    """Make realms with the state of this one, all or none."""
    body: Fork = call.body
    name = call.realm.name
    async with call.parts.timekeeper.standing_still(name):
        with call.parts.store.reading(name) as transaction:
            document, text, _ = _take(transaction, get_realm(transaction))
        if (size := len(text.encode()) * body.count) > LARGEST_FORK:
            raise ProblemError(
                Problem.SNAPSHOT_TOO_LARGE,
                f"{size} bytes in all, {LARGEST_FORK} at most: make fewer at a time",
            )
        try:
            records = fork_realm(call.parts.store, call.parts.rules, document, body.count)
        except TooManyRealmsError as error:
            raise ProblemError(Problem.REALMS_TOO_MANY, str(error)) from None
    for record in records:
        call.note(record, Kind.REALM_MADE, forked_from=name)
    return RealmList(realms=[realm_answer(call, record) for record in records])


def _answer(line: SnapshotLine) -> SnapshotAnswer:
    return SnapshotAnswer(id=line.id, name=line.name, made_at=line.made_at, size=line.size)


def _take(transaction: Transaction, realm: RealmRecord) -> tuple[SnapshotDocument, str, list[int]]:
    """The realm's document, the same as text, and the ids of its mails."""
    try:
        document, mail_ids = take(transaction, realm, realm.clock.now(real_now()))
        return document, written(document), mail_ids
    except SnapshotTooLargeError as error:
        raise ProblemError(Problem.SNAPSHOT_TOO_LARGE, str(error)) from None
    except SnapshotRefusedError as error:
        raise ProblemError(Problem.SNAPSHOT_REFUSED, str(error)) from None


def _find(call: Call) -> StoredSnapshot:
    asked = call.path("snapshot")
    usable = asked.isascii() and asked.isdigit() and len(asked) <= 15
    with call.parts.store.reading(call.realm.name) as transaction:
        found = find_snapshot(transaction, int(asked)) if usable else None
    if found is None:
        raise ProblemError(Problem.SNAPSHOT_UNKNOWN, f"snapshot {asked!r} in realm {call.realm.name!r}")
    return found


SNAPSHOTS = f"{REALM}/snapshots"
SNAPSHOT = SNAPSHOTS + "/{snapshot}"
_OF_REALM = (Problem.REALM_UNKNOWN,)
_OF_SNAPSHOT = (*_OF_REALM, Problem.SNAPSHOT_UNKNOWN)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET", SNAPSHOTS, "The realm's snapshots", list_all_snapshots, SnapshotList, problems=_OF_REALM
    ),
    Operation(
        "POST", SNAPSHOTS, "Make a snapshot", make_snapshot, SnapshotAnswer, body=NewSnapshot,
        problems=(
            *_OF_REALM, Problem.SNAPSHOTS_TOO_MANY, Problem.SNAPSHOT_TOO_LARGE, Problem.SNAPSHOT_REFUSED,
        ),
    ),
    Operation(
        "GET", SNAPSHOT, "A snapshot's document", show_snapshot, SnapshotDocument, problems=_OF_SNAPSHOT
    ),
    Operation("DELETE", SNAPSHOT, "Delete a snapshot", delete_snapshot, Deleted, problems=_OF_SNAPSHOT),
    Operation(
        "POST", f"{SNAPSHOT}/restore", "Restore a snapshot", restore_snapshot, RealmAnswer,
        problems=_OF_SNAPSHOT,
    ),
    Operation(
        "POST", f"{REALM}/fork", "Make realms with this one's state", fork, RealmList, body=Fork,
        problems=(
            *_OF_REALM, Problem.REALMS_TOO_MANY, Problem.SNAPSHOT_TOO_LARGE, Problem.SNAPSHOT_REFUSED,
        ),
    ),
)  # fmt: skip
