"""The option for access without certificate, and the states that it takes a space through.

    certificate ── accept ──▶ pending ── activate ──▶ password
         ▲                    │  ▲ │
         └───── lapse ────────┘  └─┘ accept (another address)

Nothing leaves `password`. `accept` and `activate` are events: somebody does something. `lapse` is a state
of affairs: nobody does anything, 48 hours have passed; it is computed from the instant when asked.
Source: portal.md §4, fiche §3, rules ACT-4 to ACT-8, ACC-9 to ACC-11.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from maquette.simulator.domain.space import Credentials, Space


class SpaceState(Enum):
    """The three states of a space."""

    CERTIFICATE = "certificate"
    PENDING = "pending"
    PASSWORD = "password"  # noqa: S105 - the name of a state


class SpaceEvent(Enum):
    """What moves a space from one state to another."""

    ACCEPT = "accept"
    ACTIVATE = "activate"
    LAPSE = "lapse"


TRANSITIONS: dict[tuple[SpaceState, SpaceEvent], SpaceState] = {
    (SpaceState.CERTIFICATE, SpaceEvent.ACCEPT): SpaceState.PENDING,
    (SpaceState.PENDING, SpaceEvent.ACCEPT): SpaceState.PENDING,
    (SpaceState.PENDING, SpaceEvent.ACTIVATE): SpaceState.PASSWORD,
    (SpaceState.PENDING, SpaceEvent.LAPSE): SpaceState.CERTIFICATE,
}


@dataclass(frozen=True, slots=True)
class Option:
    """An accepted option: the credentials chosen, the code, and what has become of both.

    `sent_at` is the instant kept before the attempt that the mail server took; None until then.
    """

    id: str
    subscriber_number: str
    credentials: Credentials
    code: str
    queued_at: datetime
    sent_at: datetime | None = None
    replaced_at: datetime | None = None
    used_at: datetime | None = None


def next_state(state: SpaceState, event: SpaceEvent) -> SpaceState | None:
    """The state after the event; None when the table has no such arrow."""
    return TRANSITIONS.get((state, event))


def window_end(option: Option, window: timedelta) -> datetime:
    """The last second at which the code works.

    Counted from the sending; from the queueing while nothing has been sent. Source: fiche §3, ACT-4, ACT-5.
    """
    return (option.sent_at or option.queued_at) + window


def in_window(option: Option, now: datetime, window: timedelta) -> bool:
    """Whether the 48 hours still run; the last second counts (ACT-5)."""
    return now <= window_end(option, window)


def holds_address(option: Option, now: datetime, window: timedelta) -> bool:
    """Whether the option keeps its address from everyone: for ever once used, else for its own 48 hours.

    A replaced option keeps its address for the rest of them. Source: fiche §3, ACT-6 to ACT-8, CRED-4.
    """
    return option.used_at is not None or in_window(option, now, window)


def state_of(space: Space, option: Option | None, now: datetime, window: timedelta) -> SpaceState:
    """The state of a space whose latest option is `option`, at the instant `now`."""
    if space.credentials is not None:
        return SpaceState.PASSWORD
    if option is None or option.replaced_at is not None or option.used_at is not None:
        return SpaceState.CERTIFICATE
    if in_window(option, now, window):
        return SpaceState.PENDING
    return TRANSITIONS[SpaceState.PENDING, SpaceEvent.LAPSE]
