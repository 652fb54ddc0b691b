"""Makes, resets and deletes realms, and changes their policies."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from maquette.simulator.console.operations.context import OperationContext
from maquette.simulator.console.operations.snapshots import find_any_snapshot
from maquette.simulator.defects.catalogue import ordered
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.domain.realm import DEFAULT_REALM
from maquette.simulator.realm import lifecycle
from maquette.simulator.realm.lifecycle import UnusableValueError
from maquette.simulator.realm.named_points import FIRST_PERSONA, NamedPoint
from maquette.simulator.realm.snapshots.checks import check
from maquette.simulator.realm.snapshots.document import SnapshotDocument
from maquette.simulator.realm.snapshots.restore import make_realm_from, read_document
from maquette.simulator.store.realms import RealmRecord, get_realm, save_realm


class DefaultRealmError(Exception):
    """The default realm cannot be deleted."""


async def make_realm(
    context: OperationContext,
    name: str | None = None,
    *,
    clock: datetime | None = None,
    policy: Mapping[str, object] | None = None,
    at: NamedPoint | None = None,
    personas: Sequence[str] | None = None,
    from_snapshot: int | SnapshotDocument | None = None,
    defects: Sequence[str] | None = None,
) -> RealmRecord:
    """Make a realm: at the beginning, from a snapshot, or with `personas` at a point of the procedure.

    Without `name` it gets a random one; without `clock` it starts at the real now; without `defects` it has
    those of the snapshot. Raises UnusableValueError, PolicyError, DefectUnknownError, RealmExistsError,
    TooManyRealmsError, NamedPointError, SnapshotNotFoundError and DisagreementError.
    """
    if at is not None and from_snapshot is not None:
        raise UnusableValueError("give at or from_snapshot, not both")
    if personas is not None and at is None:
        raise UnusableValueError("give personas together with at only: every realm has all personas")
    parts = context.parts
    name = name or lifecycle.new_realm_name()
    switched_on = ordered(defects or ())
    origin: dict[str, object] = {}
    if at is not None:
        people = [FIRST_PERSONA] if personas is None else list(personas)
        record = await parts.realm_builder.make_realm_at(
            name, at, people, clock=clock, policy=policy, defects=switched_on
        )
        origin = {"at": at.value, "personas": people}
    elif from_snapshot is not None:
        document, origin = _document(context, from_snapshot)
        replaced = None if defects is None else switched_on
        record = make_realm_from(
            parts.store, parts.rules, name, document, clock=clock, policy=policy, defects=replaced
        )
        parts.timekeeper.wake()
    else:
        record = lifecycle.make_realm(
            parts.store, parts.rules, name, clock=clock, policy=policy, defects=switched_on
        )
    context.note(record, Kind.REALM_MADE, **origin)
    if switched_on:
        context.note(record, Kind.DEFECTS_CHANGED, defects=switched_on)
    return record


async def reset_realm(context: OperationContext, realm: str) -> RealmRecord:
    """Restore the realm as it was made; its certificates stay. Raises RealmGoneError."""
    async with context.parts.timekeeper.paused(realm):
        record = lifecycle.reset_realm(context.store, context.parts.rules, realm)
    context.note(record, Kind.REALM_RESET)
    return record


async def delete_realm(context: OperationContext, realm: str) -> None:
    """Delete the realm and all its data. Raises DefaultRealmError."""
    check_deletable(realm)
    async with context.parts.timekeeper.paused(realm):
        context.parts.journal.write()
        lifecycle.delete_realm(context.store, realm)
    context.parts.streams.end(realm)


def check_deletable(realm: str) -> None:
    """Raise DefaultRealmError for the default realm, which cannot be deleted."""
    if realm == DEFAULT_REALM:
        raise DefaultRealmError("reset it instead")


def change_policy(context: OperationContext, realm: str, changes: Mapping[str, object]) -> RealmRecord:
    """Change these keys of the realm's policy. Raises PolicyError and RealmGoneError."""
    with context.store.writing(realm) as transaction:
        record = get_realm(transaction)
        record = replace(record, policy=record.policy.changed(changes))
        save_realm(transaction, record)
    context.note(record, Kind.POLICY_CHANGED, **changes)
    return record


def _document(
    context: OperationContext, snapshot: int | SnapshotDocument
) -> tuple[SnapshotDocument, dict[str, object]]:
    """Return the snapshot's document, and the journal's data on its origin."""
    if isinstance(snapshot, SnapshotDocument):
        check(snapshot, context.parts.rules.credentials.claim_key)
        return snapshot, {"document_of": snapshot.realm.name}
    with context.store.reading("") as transaction:
        found = find_any_snapshot(transaction, snapshot)
    return read_document(found.document), {"snapshot": str(snapshot)}
