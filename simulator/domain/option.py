"""The option for access without certificate, and the states that it takes a space through.

    certificate ── accept ──▶ pending ── activate ──▶ password
         ▲                    │  ▲ │
         └───── lapse ────────┘  └─┘ accept (another address)

A space that is still to be created comes to `pending` out of nothing, and a lapse leads back to nothing.
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

    `sent_at` is the instant kept before the attempt that the mail server took; None until then. `founds` is
    the space that its activation creates (NEW-2), None where it converts one that there is.
    """

    id: str
    subscriber_number: str
    credentials: Credentials
    code: str
    queued_at: datetime
    sent_at: datetime | None = None
    replaced_at: datetime | None = None
    used_at: datetime | None = None
    founds: Space | None = None


def next_state(state: SpaceState, event: SpaceEvent) -> SpaceState | None:
    """The state after the event; None when the table has no such arrow."""
    return TRANSITIONS.get((state, event))


def window_end(option: Option, window: timedelta) -> datetime:
    """The last second at which the code works.

    Counted from the sending; from the queueing while nothing has been sent. Source: fiche §3, ACT-4, ACT-5.
    """
    return (option.sent_at or option.queued_at) + window


def state_of(space: Space, option: Option | None, now: datetime, end: datetime | None) -> SpaceState:
    """The state of a space at the instant `now`.

    `option` is its latest one, `end` the last second of that one's 48 hours, which counts (ACT-5).
    """
    if space.credentials is not None:
        return SpaceState.PASSWORD
    if option is None or option.replaced_at is not None or option.used_at is not None:
        return SpaceState.CERTIFICATE
    if end is not None and now <= end:
        return SpaceState.PENDING
    return TRANSITIONS[SpaceState.PENDING, SpaceEvent.LAPSE]


def lapsed_state(option: Option) -> SpaceState | None:
    """Where the option's lapse leads: to the certificate again; to no space, where one was to be created."""
    return None if option.founds else TRANSITIONS[SpaceState.PENDING, SpaceEvent.LAPSE]


def may_opt(state: SpaceState, *, replacing: bool) -> bool:
    """Whether an option may be accepted in that state.

    While one is pending, only where the policy lets another one take its place. Source: ACT-8, ACC-11.
    """
    if next_state(state, SpaceEvent.ACCEPT) is None:
        return False
    return replacing or state is not SpaceState.PENDING


def left_behind(own: Option | None, of_address: Option | None) -> tuple[Option, ...]:
    """The options that die when a new one is accepted: the space's own last one, the last one of the address.

    Source: rules ACT-6, ACT-8.
    """
    earlier = {option.id: option for option in (own, of_address) if option is not None}
    return tuple(each for each in earlier.values() if each.used_at is None and each.replaced_at is None)
