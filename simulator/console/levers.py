"""The operations of the control API that change a realm: making it, its clock, its policy.

Each reads its body, pulls one lever and answers with how the realm stands then. Source: contract.md
"Control API".
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, RootModel, model_validator

from maquette.simulator.console.api import REALM, Model, RealmAnswer, realm_answer
from maquette.simulator.console.parts import Call, Operation
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.domain.clock import ClockMode, parse_duration, parse_instant
from maquette.simulator.domain.realm import DEFAULT_REALM, is_realm_name
from maquette.simulator.seeding import (
    RealmExistsError,
    TooManyRealmsError,
    delete_realm,
    make_realm,
    new_realm_name,
    reset_realm,
)
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.store.realms import RealmRecord, save_realm
from maquette.simulator.timekeeping import ClockRefusedError, Happened, Moment
from maquette.simulator.wallclock import real_now

PolicyValues = dict[str, bool | int | str]


def _realm_name(text: str) -> str:
    if not is_realm_name(text):
        raise ValueError("lower-case letters, digits and hyphens, 48 at most")
    return text


def _instant(value: object) -> datetime:
    if not isinstance(value, str):
        raise ValueError("an instant is text, such as 2011-06-09T09:00:00+02:00")
    return parse_instant(value)


def _duration(text: str) -> str:
    parse_duration(text.removeprefix("-"))
    return text


RealmName = Annotated[str, AfterValidator(_realm_name)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Duration = Annotated[str, AfterValidator(_duration)]


class NewRealm(Model):
    """A realm to make; without a name it gets one, without a clock it starts at the real now."""

    name: RealmName | None = None
    clock: Instant | None = None
    policy: PolicyValues = Field(default_factory=dict)


class ClockSetting(Model):
    """Whether the clock goes on by itself, and what it shows; where it is when `now` is left out."""

    mode: Literal["frozen", "running"]
    now: Instant | None = None


class ClockMove(Model):
    """How far to move the clock: by a duration (`-PT1H` is backwards), or to a named instant."""

    by: Duration | None = None
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
    """Make a realm with its personas and certificates."""
    body: NewRealm = call.body
    parts = call.parts
    try:
        record = make_realm(
            parts.store,
            parts.authority,
            parts.rules,
            body.name or new_realm_name(),
            clock=body.clock,
            policy=body.policy,
        )
    except RealmExistsError as error:
        raise ProblemError(Problem.REALM_EXISTS, str(error)) from None
    except TooManyRealmsError as error:
        raise ProblemError(Problem.REALMS_TOO_MANY, str(error)) from None
    except ValueError as error:
        raise ProblemError(Problem.BODY_INVALID, str(error)) from None
    _note(call, record, "realm-made")
    return realm_answer(record, real_now())


async def reset_one_realm(call: Call) -> RealmAnswer:
    """Give the realm back as it was made; its certificates stay."""
    async with call.parts.timekeeper.moving(call.realm.name):
        record = reset_realm(call.parts.store, call.parts.rules, call.realm.name)
    _note(call, record, "realm-reset")
    return realm_answer(record, real_now())


async def delete_one_realm(call: Call) -> Deleted:
    """Forget the realm and all that is its own."""
    name = call.realm.name
    if name == DEFAULT_REALM:
        raise ProblemError(Problem.REALM_DEFAULT, "reset it instead")
    async with call.parts.timekeeper.moving(name):
        call.parts.journal.write()
        delete_realm(call.parts.store, name)
    return Deleted(deleted=name)


async def show_clock(call: Call) -> ClockAnswer:
    """What the realm's clock shows."""
    return _clock(call.realm, [])


async def set_clock(call: Call) -> ClockAnswer:
    """Stop the clock or let it run, here or from another instant."""
    body: ClockSetting = call.body
    try:
        record, happened = await call.parts.timekeeper.set_clock(
            call.realm.name, ClockMode(body.mode), body.now
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
            instant = keeper.moment(realm.name, Moment(body.to), body.persona)
            record, happened = await keeper.set_clock(realm.name, realm.clock.mode, instant)
        else:
            record, happened = await keeper.advance(realm.name, _signed(body.by or ""))
    except (ClockRefusedError, OverflowError) as error:
        raise ProblemError(Problem.CLOCK_REFUSED, str(error)) from None
    return _clock(record, happened)


async def show_policy(call: Call) -> PolicyAnswer:
    """The realm's policy."""
    return PolicyAnswer.model_validate(call.realm.policy.as_keys())


async def change_policy(call: Call) -> PolicyAnswer:
    """Change some keys of the realm's policy; those left out stay as they are."""
    changes: PolicyChanges = call.body
    try:
        policy = call.realm.policy.changed(changes.root)
    except ValueError as error:
        raise ProblemError(Problem.BODY_INVALID, str(error)) from None
    record = replace(call.realm, policy=policy)
    with call.parts.store.writing(record.name) as transaction:
        save_realm(transaction, record)
    _note(call, record, "policy-changed", **changes.root)
    return PolicyAnswer.model_validate(policy.as_keys())


_OF_REALM = (Problem.REALM_UNKNOWN,)
_OF_CLOCK = (*_OF_REALM, Problem.CLOCK_REFUSED)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "POST", "/api/realms", "Make a realm", create_realm, RealmAnswer,
        body=NewRealm, problems=(Problem.REALM_EXISTS, Problem.REALMS_TOO_MANY),
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


def _note(call: Call, record: RealmRecord, kind: str, **data: object) -> None:
    now = real_now()
    call.parts.journal.take([JournalLine(record.name, record.clock.now(now), now, kind, None, data)])
