"""The option for access without certificate, and the states that it takes a space through.

    certificate ── accept ──▶ pending ── activate ──▶ password
         ▲                    │  ▲ │
         └───── lapse ────────┘  └─┘ accept (another address)

A space that is still to be created begins in `pending`, and a lapse leaves no space at all. Nothing leaves
`password`. `accept` and `activate` are events: a person does something. `lapse` is not an event: 48 hours
have passed; it is computed from the instant. Source: fiche §3, rules ACT-4 to ACT-8, ACC-9 to ACC-11.
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
    """An accepted option: the chosen credentials, the code, and whether it was sent, replaced or used.

    `sent_at` is the instant stored before the attempt that the mail server accepted; None until then.
    `founds` is the space that its activation creates (NEW-2); None where it converts an existing one.
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


class OptionRules:
    """The decisions on options."""

    def window_end(self, option: Option, window: timedelta) -> datetime:
        """The last second at which the code works.

        It counts from the sending; before it, from the queueing. Source: fiche §3, rules ACT-4, ACT-5.
        """
        return (option.sent_at or option.queued_at) + window

    def state_of(
        self, space: Space, option: Option | None, now: datetime, end: datetime | None
    ) -> SpaceState:
        """The state of a space at the instant `now`.

        `option` is its latest one, `end` the last second of that option's 48 hours: still pending (ACT-5).
        """
        if space.credentials is not None:
            return SpaceState.PASSWORD
        if option is None or option.replaced_at is not None or option.used_at is not None:
            return SpaceState.CERTIFICATE
        if end is not None and now <= end:
            return SpaceState.PENDING
        return TRANSITIONS[SpaceState.PENDING, SpaceEvent.LAPSE]

    def may_opt(self, state: SpaceState, *, replacing: bool) -> bool:
        """Whether an option may be accepted in that state.

        While one is pending, the policy decides whether another one may replace it. Rules ACT-8, ACC-11.
        """
        if next_state(state, SpaceEvent.ACCEPT) is None:
            return False
        return replacing or state is not SpaceState.PENDING

    def left_behind(self, own: Option | None, of_address: Option | None) -> tuple[Option, ...]:
        """The options that a new one replaces: the latest of the space, and the latest of the address.

        Source: rules ACT-6, ACT-8.
        """
        earlier = {option.id: option for option in (own, of_address) if option is not None}
        return tuple(each for each in earlier.values() if each.used_at is None and each.replaced_at is None)


def lapsed_state(option: Option) -> SpaceState | None:
    """The state after the option's lapse; None where the space was still to be created."""
    return None if option.founds else TRANSITIONS[SpaceState.PENDING, SpaceEvent.LAPSE]
