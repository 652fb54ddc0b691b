"""The API's operations on realms: make, reset, delete; clock and policy."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import Discriminator, Field, RootModel, Tag, model_validator

from maquette.simulator.base.api_types import Instant, Move, RealmName
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.api.operation import REALM, Model, Operations
from maquette.simulator.console.door.call import Call
from maquette.simulator.console.door.problems import Problem
from maquette.simulator.console.operations import realms
from maquette.simulator.domain.clock import ClockMode
from maquette.simulator.domain.realm import realm_prefix
from maquette.simulator.realm.clock import ClockEvent, ClockRefusal, ClockRefusedError, Moment
from maquette.simulator.realm.named_points import NamedPoint
from maquette.simulator.realm.snapshots.document import SnapshotDocument
from maquette.simulator.store.realms import RealmRecord, list_realms

operations = Operations()

PolicyValues = dict[str, bool | int | str]
SnapshotId = Annotated[int, Field(ge=1, lt=10**15, strict=True)]


def _kind_of_snapshot(value: object) -> str:
    return "document" if isinstance(value, dict | SnapshotDocument) else "id"


Snapshot = Annotated[
    Annotated[SnapshotId, Tag("id")] | Annotated[SnapshotDocument, Tag("document")],
    Discriminator(_kind_of_snapshot),
]
"""A snapshot by its id, of any realm of this installation, or its whole document."""

Defects = Annotated[list[Annotated[str, Field(max_length=100)]], Field(max_length=200)]
"""Names of deliberate defects, in any order."""

Personas = Annotated[list[Annotated[str, Field(max_length=100)]], Field(min_length=1, max_length=20)]


class RealmAnswer(Model):
    """A realm: the addresses of its site, its clock at this instant, its policy under the public keys."""

    name: str
    portal: str
    gate: str
    clock: Literal["running", "frozen"]
    now: datetime
    policy: PolicyValues


class RealmList(Model):
    """All realms, oldest first."""

    realms: list[RealmAnswer]


class NewRealm(Model):
    """A realm to make; without a name it gets one, without a clock it starts at the real now.

    `from_snapshot` gives it the state of a snapshot; a given clock, policy or defects replace the snapshot's.
    `at` brings `personas` (default: the fiche's own person) to a point of the procedure, by the portal's own
    rules; the defects are switched on afterwards.
    """

    name: RealmName | None = None
    clock: Instant | None = None
    policy: PolicyValues = Field(default_factory=dict)
    from_snapshot: Snapshot | None = None
    at: Literal["pending", "last-second", "lapsed", "converted"] | None = None
    personas: Personas | None = None
    defects: Defects | None = None


class ClockSetting(Model):
    """Whether the clock runs, and the instant that it shows; its present instant when `now` is left out."""

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
            raise ValueError("give a persona together with to only")
        return self


class HappenedAnswer(Model):
    """An event that fell due on the way, with the realm's instant and the journal's kind."""

    at: datetime
    kind: str
    data: dict[str, object]


class ClockAnswer(Model):
    """A realm's clock, and the events of its move, in order."""

    mode: Literal["frozen", "running"]
    now: datetime
    happened: list[HappenedAnswer]


class PolicyAnswer(RootModel[PolicyValues]):
    """A realm's policy, with all keys."""


class PolicyChanges(RootModel[PolicyValues]):
    """The keys of the policy to change."""


class Deleted(Model):
    """What was deleted."""

    deleted: str


@operations.add("GET", "/api/realms")
async def list_all_realms(call: Call) -> RealmList:
    """All realms."""
    with call.parts.store.reading("") as transaction:
        return RealmList(realms=[realm_answer(call, record) for record in list_realms(transaction)])


@operations.add("GET", REALM)
async def show_realm(call: Call) -> RealmAnswer:
    """A realm."""
    return realm_answer(call, call.realm)


@operations.add(
    "POST",
    "/api/realms",
    Problem.REALM_EXISTS,
    Problem.REALMS_TOO_MANY,
    Problem.SNAPSHOT_UNKNOWN,
    Problem.POINT_REFUSED,
    Problem.DEFECT_UNKNOWN,
)
async def create_realm(call: Call, body: NewRealm) -> RealmAnswer:
    """Make a realm; it begins at its start, from a snapshot, or at a point of the procedure."""
    made = await realms.make_realm(
        call.context,
        body.name,
        clock=body.clock,
        policy=body.policy,
        at=NamedPoint(body.at) if body.at else None,
        personas=body.personas,
        from_snapshot=body.from_snapshot,
        defects=body.defects,
    )
    return realm_answer(call, made)


@operations.add("DELETE", REALM, Problem.REALM_DEFAULT)
async def delete_one_realm(call: Call) -> Deleted:
    """Delete a realm."""
    await realms.delete_realm(call.context, call.realm.name)
    return Deleted(deleted=call.realm.name)


@operations.add("POST", f"{REALM}/reset")
async def reset_one_realm(call: Call) -> RealmAnswer:
    """Reset a realm; it becomes as it was made, and its certificates stay."""
    return realm_answer(call, await realms.reset_realm(call.context, call.realm.name))


@operations.add("GET", f"{REALM}/clock")
async def show_clock(call: Call) -> ClockAnswer:
    """The realm's clock."""
    return _clock(call.realm, [])


@operations.add("PUT", f"{REALM}/clock", Problem.CLOCK_REFUSED)
async def set_clock(call: Call, body: ClockSetting) -> ClockAnswer:
    """Set the realm's clock; it stops or runs, from its present instant or from another one."""
    keeper = call.parts.timekeeper
    return _clock(
        *await keeper.set_clock(call.realm.name, ClockMode(body.mode), body.now, correlation=call.correlation)
    )


@operations.add("POST", f"{REALM}/clock/advance", Problem.CLOCK_REFUSED)
async def advance_clock(call: Call, body: ClockMove) -> ClockAnswer:
    """Move the realm's clock; the answer comes after all that falls due on the way has happened, in order."""
    keeper, realm, correlation = call.parts.timekeeper, call.realm.name, call.correlation
    if body.to is not None:
        return _clock(*await keeper.advance_to(realm, Moment(body.to), body.persona, correlation=correlation))
    try:
        return _clock(*await keeper.advance(realm, body.by or timedelta(), correlation=correlation))
    except OverflowError as error:
        raise ClockRefusedError(ClockRefusal.OUTSIDE_YEARS, str(error)) from None


@operations.add("GET", f"{REALM}/policy")
async def show_policy(call: Call) -> PolicyAnswer:
    """The realm's policy."""
    return PolicyAnswer.model_validate(call.realm.policy.as_keys())


@operations.add("PATCH", f"{REALM}/policy")
async def change_policy(call: Call, body: PolicyChanges) -> PolicyAnswer:
    """Change the realm's policy."""
    changed = realms.change_policy(call.context, call.realm.name, body.root)
    return PolicyAnswer.model_validate(changed.policy.as_keys())


def realm_answer(call: Call, record: RealmRecord) -> RealmAnswer:
    """The realm as it is now."""
    doors, prefix = call.parts.doors, realm_prefix(record.name)
    return RealmAnswer.model_validate(
        {
            "name": record.name,
            "portal": f"{doors['portal']}{prefix}",
            "gate": f"{doors['gate']}{prefix}",
            "clock": record.clock.mode.value,
            "now": record.clock.now(real_now()),
            "policy": record.policy.as_keys(),
        }
    )


def _clock(record: RealmRecord, happened: list[ClockEvent]) -> ClockAnswer:
    return ClockAnswer.model_validate(
        {"mode": record.clock.mode.value, "now": record.clock.now(real_now()), "happened": happened}
    )
