"""The spelling of instants, durations, realm names and delivery rules in JSON, and their OpenAPI schemas.

The bodies of the control API and the snapshots use these types; the domain parses the values. Instants and
durations are ISO 8601.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from maquette.simulator.domain.clock import (
    EXAMPLE,
    FIRST_YEAR,
    LAST_YEAR,
    format_duration,
    parse_duration,
    parse_instant,
)
from maquette.simulator.domain.credentials import well_formed_email
from maquette.simulator.domain.delivery import MOST_REFUSALS, DeliveryRule
from maquette.simulator.domain.realm import REALM_NAME, is_realm_name

_AMOUNTS = r"P(?=[0-9T])([0-9]{1,4}W)?([0-9]{1,5}D)?(T(?=[0-9])([0-9]{1,6}H)?([0-9]{1,8}M)?([0-9]{1,9}S)?)?"

INSTANT_SCHEMA: dict[str, object] = {
    "type": "string",
    "format": "date-time",
    "description": f"An instant with its offset, of the years {FIRST_YEAR} to {LAST_YEAR}.",
    "examples": [EXAMPLE],
}
DURATION_SCHEMA: dict[str, object] = {
    "type": "string",
    "format": "duration",
    "pattern": f"^{_AMOUNTS}$",
    "description": "Weeks, days, hours, minutes and seconds; months and years have no fixed length.",
    "examples": ["PT48H"],
}
MOVE_SCHEMA = DURATION_SCHEMA | {
    "pattern": f"^-?{_AMOUNTS}$",
    "description": "A duration; with a minus sign before it, backwards.",
    "examples": ["PT48H", "-PT1H"],
}
REALM_NAME_SCHEMA: dict[str, object] = {"type": "string", "pattern": f"^{REALM_NAME}$"}


def _instant(value: object) -> datetime:
    match value:
        case str():
            return parse_instant(value)
        case datetime():
            return parse_instant(value.isoformat())
    raise ValueError(f"an instant is text, such as {EXAMPLE}")


def _duration(text: str) -> str:
    parse_duration(text)
    return text


def _move(text: str) -> str:
    parse_duration(text.removeprefix("-"))
    return text


def _realm_name(text: str) -> str:
    if not is_realm_name(text):
        raise ValueError("lower-case letters, digits and hyphens, 48 at most")
    return text


Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema(INSTANT_SCHEMA)]
Duration = Annotated[str, AfterValidator(_duration), WithJsonSchema(DURATION_SCHEMA)]
Move = Annotated[str, AfterValidator(_move), WithJsonSchema(MOVE_SCHEMA)]
RealmName = Annotated[str, AfterValidator(_realm_name), WithJsonSchema(REALM_NAME_SCHEMA)]


MOST_NAMED = 20
"""Mistakes of a body that the message names; there may be thousands."""


def describe_errors(error: ValidationError) -> str:
    """Return the mistakes and their places, in one line."""
    errors = error.errors(include_url=False, include_input=False)
    lines = [f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in errors[:MOST_NAMED]]
    more = [f"and {len(errors) - MOST_NAMED} more"] if len(errors) > MOST_NAMED else []
    return "; ".join(lines + more)


class DeliveryRuleBody(BaseModel):
    """The rule for the mail to an address, or to all addresses when `to` is left out.

    `delay` is an ISO 8601 duration of the realm's time. A rule with nothing but `to` delivers that mail.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: Annotated[str, Field(max_length=320)] | None = None
    delay: Duration | None = None
    lose: bool = False
    bounce: bool = False
    refuse_times: Annotated[int, Field(ge=0, le=MOST_REFUSALS, strict=True)] = 0
    duplicate: bool = False
    spam: bool = False

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        self.rule()
        return self

    def rule(self) -> DeliveryRule:
        """Return the rule; raises ValueError for a contradictory one."""
        if self.to is not None and not well_formed_email(self.to):
            raise ValueError(f"to is not an e-mail address: {self.to!r}")
        delay = None if self.delay is None else parse_duration(self.delay)
        return DeliveryRule(**(self.model_dump() | {"delay": delay}))

    @classmethod
    def of(cls, rule: DeliveryRule) -> Self:
        """Return the body of a rule."""
        delay = None if rule.delay is None else format_duration(rule.delay)
        return cls(**(asdict(rule) | {"delay": delay}))
