"""The policy: every assumption of the replica that a user can set, with its default.

Each key stands for an assumed rule (status A), or for a rule that can be switched. Decides which values a key
may have; it must not know where the values come from.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from enum import Enum

from maquette.simulator.domain.clock import format_duration, parse_duration


class PolicyError(ValueError):
    """No policy has this key or value; the message names them."""


class GateRefusal(Enum):
    """How the gate turns a certificate away (ACC-6)."""

    PAGE = "page"
    ABORT = "abort"


class EmailMatch(Enum):
    """How an address typed at activation or login is compared with the chosen one (ACT-16)."""

    CASEFOLD = "casefold"
    EXACT = "exact"


class SharedEmail(Enum):
    """Who may opt with an e-mail that several certificate spaces have on file (CRED-5)."""

    FIRST = "first"
    REFUSE = "refuse"


class HashCost(Enum):
    """What hashing a password costs (CRED-8): `low` is for tests and load, `high` is a real site's."""

    LOW = "low"
    HIGH = "high"


class PopupMode(Enum):
    """When the result window opens (POP-4)."""

    AUTOMATIC = "automatic"
    CLICK = "click"


@dataclass(frozen=True, slots=True)
class Policy:
    """One realm's settings of the rules; each field is a public key with `_` for `.`.

    Durations are of whole seconds; `gate_notice` is None when off, otherwise the notice's text.
    """

    gate_refusal: GateRefusal = GateRefusal.PAGE
    gate_notice: str | None = None
    session_idle: timedelta = timedelta(minutes=30)
    home_files_per_page: int = 10
    email_ascii_only: bool = True
    email_match: EmailMatch = EmailMatch.CASEFOLD
    email_shared: SharedEmail = SharedEmail.FIRST
    password_requires_both: bool = False
    password_hash_cost: HashCost = HashCost.LOW
    activation_window: timedelta = timedelta(hours=48)
    activation_attempts: int = 5
    activation_lockout: timedelta = timedelta(minutes=15)
    option_replace: bool = True
    popup_mode: PopupMode = PopupMode.AUTOMATIC
    login_attempts: int = 5
    login_lockout: timedelta = timedelta(minutes=15)

    def changed(self, changes: Mapping[str, object]) -> "Policy":
        """The same policy with some keys set, by their public names (`popup.mode`).

        Raises PolicyError, naming the key, for an unknown key or a value that it cannot have.
        """
        read: dict[str, object] = {}
        for key, value in changes.items():
            name = _FIELD_OF_KEY.get(key)
            if name is None:
                raise PolicyError(f"unknown policy key: {key!r} (known: {', '.join(_FIELD_OF_KEY)})")
            read[name] = _reader_of(name)(key, value)
        return replace(self, **read)  # type: ignore[arg-type]  # each reader gives its field's type

    def as_keys(self) -> dict[str, object]:
        """All keys under their public names, with values as JSON has them."""
        return {key: _plain(getattr(self, name)) for key, name in _FIELD_OF_KEY.items()}


_FIELD_OF_KEY = {field.name.replace("_", ".", 1): field.name for field in fields(Policy)}
_DEFAULTS = Policy()


def _plain(value: object) -> object:
    if value is None:
        return "off"
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, timedelta):
        return format_duration(value)
    return value


def _reader_of(name: str) -> Callable[[str, object], object]:
    default = getattr(_DEFAULTS, name)
    if isinstance(default, Enum):
        return lambda key, value: _read_choice(type(default), key, value)
    if isinstance(default, timedelta):
        return _read_duration
    if isinstance(default, bool):
        return _read_switch
    if isinstance(default, int):
        return _read_count
    return _read_notice


def _read_choice(choices: type[Enum], key: str, value: object) -> Enum:
    try:
        return choices(value)
    except ValueError:
        allowed = ", ".join(str(choice.value) for choice in choices)
        raise PolicyError(f"{key} is one of {allowed}, not {value!r}") from None


def _read_duration(key: str, value: object) -> timedelta:
    if not isinstance(value, str):
        raise PolicyError(f"{key} is an ISO 8601 duration such as PT30M, not {value!r}")
    try:
        duration = parse_duration(value)
    except ValueError as error:
        raise PolicyError(f"{key}: {error}") from None
    if not timedelta(seconds=1) <= duration <= timedelta(days=366):
        raise PolicyError(f"{key} lies between one second and 366 days, not {value!r}")
    return duration


def _read_switch(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise PolicyError(f"{key} is true or false, not {value!r}")
    return value


def _read_count(key: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 1000:
        raise PolicyError(f"{key} is a whole number from 1 to 1000, not {value!r}")
    return value


def _read_notice(key: str, value: object) -> str | None:
    if not isinstance(value, str) or not value.strip() or len(value) > 500:
        raise PolicyError(f"{key} is off, or a text of at most 500 characters, not {value!r}")
    return None if value == "off" else value


class PolicyRules:
    """The decision on which policy counts."""

    def in_force(self, policy: Policy) -> Policy:
        """The policy that the procedure follows: the realm's own."""
        return policy
