"""The operations of the control API that change a realm: making it, its clock, its policy.

Each reads its body, pulls one lever and answers with how the realm stands then. Source: contract.md
"Control API".
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, RootModel, Tag, model_validator

from maquette.simulator.base.api_types import Instant, Move, RealmName
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.api.installation import REALM, Model, RealmAnswer, realm_answer
from maquette.simulator.console.dependencies import Call, Operation
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.defects.catalogue import DefectUnknownError, ordered
from maquette.simulator.domain.clock import ClockMode, parse_duration
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.domain.realm import DEFAULT_REALM
from maquette.simulator.realm.clock import ClockRefusedError, Happened, Moment
from maquette.simulator.realm.lifecycle import (
    RealmExistsError,
    TooManyRealmsError,
    delete_realm,
    make_realm,
    new_realm_name,
    reset_realm,
)
from maquette.simulator.realm.named_points import FIRST_PERSONA, NamedPoint, StagingError
from maquette.simulator.realm.snapshots.checks import check
from maquette.simulator.realm.snapshots.document import SnapshotDocument
from maquette.simulator.realm.snapshots.restore import make_realm_from, read_document
from maquette.simulator.store.realms import RealmRecord, get_realm, save_realm
from maquette.simulator.store.snapshots import find_snapshot_of_any_realm

PolicyValues = dict[str, bool | int | str]


SnapshotId = Annotated[int, Field(ge=1, lt=10**15, strict=True)]


def _kind_of_snapshot(value: object) -> str:
    return "document" if isinstance(value, dict | SnapshotDocument) else "id"


Snapshot = Annotated[
    Annotated[SnapshotId, Tag("id")] | Annotated[SnapshotDocument, Tag("document")],
    Discriminator(_kind_of_snapshot),
]
"""A snapshot by its id, of whatever realm of this installation, or its whole document."""


Defects = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=200)]
"""Names of deliberate defects, in any order."""


Personas = Annotated[list[Annotated[str, Field(max_length=100)]], Field(min_length=1, max_length=20)]


class NewRealm(Model):
    """A realm to make; without a name it gets one, without a clock it starts at the real now.

    `from_snapshot` gives it the state of a snapshot; clock, policy and defects beside it change that. `at`
    brings `personas`, the fiche's own person unless others are named, to a point of the procedure, by
    portal.md's rules; its defects are switched on there.
    """

    name: RealmName | None = None
    clock: Instant | None = None
    policy: PolicyValues = Field(default_factory=dict)
    from_snapshot: Snapshot | None = None
    at: Literal["pending", "last-second", "lapsed", "converted"] | None = None
    personas: Personas | None = None
    defects: Defects | None = None

    @model_validator(mode="after")
    def _one_beginning(self) -> Self:
        if self.at is not None and self.from_snapshot is not None:
            raise ValueError("at and from_snapshot are two beginnings: give one of them")
        if self.personas is not None and self.at is None:
            raise ValueError("personas goes with at: every realm has all of them")
        if self.personas is not None and len(set(self.personas)) < len(self.personas):
            raise ValueError("personas: somebody is named twice")
        return self


class ClockSetting(Model):
    """Whether the clock goes on by itself, and what it shows; where it is when `now` is left out."""

    mode: Literal["frozen", "running"]
    now: Instant | None = None


class ClockMove(Model):
    """How far to move the clock: by a duration (`-PT1H` is backwards), or to a named instant."""

    by: Move | None = None
    to: Literal["just-before:code-expiry", "code-expiry", "certificate-expiry"] | None = None
    persona: str | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.by is None) == (self.to is None):
            raise ValueError("give either by or to")
        if self.by is not None and self.persona is not None:
            raise ValueError("a persona goes with to")
        return self


class HappenedAnswer(Model):
    """What fell due on the way, with the realm's instant and the journal's kind."""

    at: datetime
    kind: str
    data: dict[str, object]


class ClockAnswer(Model):
    """A realm's clock, and what happened while it moved, in order."""

    mode: Literal["frozen", "running"]
    now: datetime
    happened: list[HappenedAnswer]


class PolicyAnswer(RootModel[PolicyValues]):
    """A realm's policy: all keys of contract.md."""


class PolicyChanges(RootModel[PolicyValues]):
    """The keys of the policy to change."""


class Deleted(Model):
    """What was deleted."""

    deleted: str


async def create_realm(call: Call) -> RealmAnswer:
    """Make a realm with its personas: at the beginning, from a snapshot, or at a point of the procedure."""
    body: NewRealm = call.body
    name = body.name or new_realm_name()
    defects = known_defects(body.defects or [])
    try:
        if body.at is not None:
            record = await _make_at(call, name, NamedPoint(body.at), body.personas or [FIRST_PERSONA])
        elif body.from_snapshot is not None:
            record = _make_from(call, name, body.from_snapshot)
        else:
            record = make_realm(
                call.parts.store,
                call.parts.rules,
                name,
                clock=body.clock,
                policy=body.policy,
                defects=defects,
            )
            call.note(record, Kind.REALM_MADE)
    except RealmExistsError as error:
        raise ProblemError(Problem.REALM_EXISTS, str(error)) from None
    except TooManyRealmsError as error:
        raise ProblemError(Problem.REALMS_TOO_MANY, str(error)) from None
    except ValueError as error:
        raise ProblemError(Problem.BODY_INVALID, str(error)) from None
    if defects:
        call.note(record, Kind.DEFECTS_CHANGED, defects=defects)
    return realm_answer(call, record)


def known_defects(names: Sequence[str]) -> tuple[str, ...]:
    """The names in the catalogue's order; a problem where there is no such defect."""
    try:
        return ordered(names)
    except DefectUnknownError as error:
        raise ProblemError(Problem.DEFECT_UNKNOWN, str(error)) from None


async def reset_one_realm(call: Call) -> RealmAnswer:
    """Give the realm back as it was made; its certificates stay."""
    async with call.parts.timekeeper.standing_still(call.realm.name):
        record = reset_realm(call.parts.store, call.parts.rules, call.realm.name)
    call.note(record, Kind.REALM_RESET)
    return realm_answer(call, record)


async def delete_one_realm(call: Call) -> Deleted:
    """Forget the realm and all that is its own."""
    name = call.realm.name
    if name == DEFAULT_REALM:
        raise ProblemError(Problem.REALM_DEFAULT, "reset it instead")
    async with call.parts.timekeeper.standing_still(name):
        call.parts.journal.write()
        delete_realm(call.parts.store, name)
    call.parts.streams.end(name)
    return Deleted(deleted=name)


async def show_clock(call: Call) -> ClockAnswer:
    """What the realm's clock shows."""
    return _clock(call.realm, [])


async def set_clock(call: Call) -> ClockAnswer:
    """Stop the clock or let it run, here or from another instant."""
    body: ClockSetting = call.body
    try:
        record, happened = await call.parts.timekeeper.set_clock(
            call.realm.name, ClockMode(body.mode), body.now, correlation=call.correlation
        )
    except ClockRefusedError as error:
        raise ProblemError(Problem.CLOCK_REFUSED, str(error)) from None
    return _clock(record, happened)


async def advance_clock(call: Call) -> ClockAnswer:
    """Move the clock; what falls due on the way happens in order, and has happened when this answers."""
    body: ClockMove = call.body
    keeper, realm = call.parts.timekeeper, call.realm
    try:
        if body.to is not None:
            to = Moment(body.to)
            record, happened = await keeper.advance_to(
                realm.name, to, body.persona, correlation=call.correlation
            )
        else:
            by = _signed(body.by or "")
            record, happened = await keeper.advance(realm.name, by, correlation=call.correlation)
    except (ClockRefusedError, OverflowError) as error:
        raise ProblemError(Problem.CLOCK_REFUSED, str(error)) from None
    return _clock(record, happened)


async def show_policy(call: Call) -> PolicyAnswer:
    """The realm's policy."""
    return PolicyAnswer.model_validate(call.realm.policy.as_keys())


async def change_policy(call: Call) -> PolicyAnswer:
    """Change some keys of the realm's policy; those left out stay as they are."""
    changes: PolicyChanges = call.body
    with call.parts.store.writing(call.realm.name) as transaction:
        record = get_realm(transaction)
        try:
            record = replace(record, policy=record.policy.changed(changes.root))
        except ValueError as error:
            raise ProblemError(Problem.BODY_INVALID, str(error)) from None
        save_realm(transaction, record)
    call.note(record, Kind.POLICY_CHANGED, **changes.root)
    return PolicyAnswer.model_validate(record.policy.as_keys())


_OF_REALM = (Problem.REALM_UNKNOWN,)
_OF_CLOCK = (*_OF_REALM, Problem.CLOCK_REFUSED)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST", "/api/realms", "Make a realm", create_realm, RealmAnswer,
        body=NewRealm,
        problems=(
            Problem.REALM_EXISTS, Problem.REALMS_TOO_MANY, Problem.SNAPSHOT_UNKNOWN, Problem.POINT_REFUSED,
            Problem.DEFECT_UNKNOWN,
        ),
    ),
    Operation(
        "DELETE", REALM, "Delete a realm", delete_one_realm, Deleted,
        problems=(*_OF_REALM, Problem.REALM_DEFAULT),
    ),
    Operation("POST", f"{REALM}/reset", "Reset a realm", reset_one_realm, RealmAnswer, problems=_OF_REALM),
    Operation("GET", f"{REALM}/clock", "The realm's clock", show_clock, ClockAnswer, problems=_OF_REALM),
    Operation(
        "PUT", f"{REALM}/clock", "Set the realm's clock", set_clock, ClockAnswer,
        body=ClockSetting, problems=_OF_CLOCK,
    ),
    Operation(
        "POST", f"{REALM}/clock/advance", "Move the realm's clock", advance_clock, ClockAnswer,
        body=ClockMove, problems=_OF_CLOCK,
    ),
    Operation("GET", f"{REALM}/policy", "The realm's policy", show_policy, PolicyAnswer, problems=_OF_REALM),
    Operation(
        "PATCH", f"{REALM}/policy", "Change the realm's policy", change_policy, PolicyAnswer,
        body=PolicyChanges, problems=_OF_REALM,
    ),
)  # fmt: skip


async def _make_at(call: Call, name: str, point: NamedPoint, personas: list[str]) -> RealmRecord:
    body: NewRealm = call.body
    try:
        record = await call.parts.stage.make_realm_at(
            name,
            point,
            personas,
            clock=body.clock,
            policy=body.policy,
            defects=known_defects(body.defects or []),
        )
    except StagingError as error:
        raise ProblemError(Problem.POINT_REFUSED, str(error)) from None
    call.note(record, Kind.REALM_MADE, at=point.value, personas=personas)
    return record


def _make_from(call: Call, name: str, snapshot: int | SnapshotDocument) -> RealmRecord:
    body: NewRealm = call.body
    parts = call.parts
    if isinstance(snapshot, SnapshotDocument):
        check(snapshot, parts.rules.credentials.claim_key)
        document, told = snapshot, {"document_of": snapshot.realm.name}
    else:
        with parts.store.reading("") as transaction:
            found = find_snapshot_of_any_realm(transaction, snapshot)
        if found is None:
            raise ProblemError(Problem.SNAPSHOT_UNKNOWN, f"snapshot {snapshot}")
        document, told = read_document(found.document), {"snapshot": str(snapshot)}
    record = make_realm_from(
        parts.store,
        parts.rules,
        name,
        document,
        clock=body.clock,
        policy=body.policy,
        defects=None if body.defects is None else known_defects(body.defects),
    )
    call.note(record, Kind.REALM_MADE, **told)
    parts.timekeeper.wake()
    return record


def _clock(record: RealmRecord, happened: list[Happened]) -> ClockAnswer:
    return ClockAnswer.model_validate(
        {
            "mode": record.clock.mode.value,
            "now": record.clock.now(real_now()),
            "happened": [{"at": each.at, "kind": each.kind, "data": each.data} for each in happened],
        }
    )


def _signed(text: str) -> timedelta:
    duration = parse_duration(text.removeprefix("-"))
    return -duration if text.startswith("-") else duration
