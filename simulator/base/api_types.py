"""The spelling of instants, durations, realm names and delivery rules in JSON, and their OpenAPI schemas.

The bodies of the control API and the snapshots use these types; the domain parses the values. Instants and
durations are ISO 8601.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
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


def _duration(value: object) -> timedelta:
    match value:
        case str():
            return parse_duration(value)
        case timedelta():
            return value
    raise ValueError("a duration is text, such as PT48H")


def _email(text: str) -> str:
    if not well_formed_email(text):
        raise ValueError(f"to is not an e-mail address: {text!r}")
    return text


def _move(value: object) -> timedelta:
    if isinstance(value, str) and value.startswith("-"):
        return -_duration(value[1:])
    return _duration(value)


def _realm_name(text: str) -> str:
    if not is_realm_name(text):
        raise ValueError("lower-case letters, digits and hyphens, 48 at most")
    return text


Instant = Annotated[datetime, BeforeValidator(_instant), WithJsonSchema(INSTANT_SCHEMA)]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema(DURATION_SCHEMA),
]
Move = Annotated[timedelta, BeforeValidator(_move), WithJsonSchema(MOVE_SCHEMA)]
RealmName = Annotated[str, AfterValidator(_realm_name), WithJsonSchema(REALM_NAME_SCHEMA)]


MOST_NAMED = 20
"""Mistakes of a body that the message names; there may be thousands."""


def describe_errors(error: ValidationError) -> str:
    """Return the mistakes and their places, in one line."""
    errors = error.errors(include_url=False, include_input=False)
    lines = [f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in errors[:MOST_NAMED]]
    more = [f"and {len(errors) - MOST_NAMED} more"] if len(errors) > MOST_NAMED else []
    return "; ".join(lines + more)


@dataclass(frozen=True, slots=True)
class DeliveryRuleBody(DeliveryRule):
    """The rule for the mail to an address, or to all addresses when `to` is left out.

    `delay` is an ISO 8601 duration of the realm's time. A rule with nothing but `to` delivers that mail.
    """

    to: Annotated[str, Field(max_length=320), AfterValidator(_email)] | None = None
    delay: Duration | None = None
    refuse_times: Annotated[int, Field(ge=0, le=MOST_REFUSALS, strict=True)] = 0
