"""The state of a space at an instant, for the API and the pages (ACT-4, ACC-9)."""

from dataclasses import dataclass
from datetime import datetime

from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.space import Space
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.options import find_latest_option
from maquette.simulator.store.realms import RealmRecord
from maquette.simulator.store.spaces import find_space


class SpaceNotFoundError(LookupError):
    """The realm has no such space."""


@dataclass(frozen=True, slots=True)
class SpaceNow:
    """A space and its state.

    `pending`, the option that waits for its activation, and `pending_until`, the last second at which its
    code works, are None where no option waits. `lapsed` is whether the space's last option has lapsed.
    """

    space: Space
    state: SpaceState
    pending: Option | None = None
    pending_until: datetime | None = None
    lapsed: bool = False


def find_space_now(
    transaction: Transaction, realm: RealmRecord, subscriber_number: str, now: datetime
) -> SpaceNow | None:
    """The space of that number as it is at `now`, or None."""
    space = find_space(transaction, subscriber_number)
    if space is None:
        return None
    option = find_latest_option(transaction, subscriber_number)
    end = RULES.option.window_end(option, realm.policy.activation_window) if option else None
    state = RULES.option.state_of(space, option, now, end)
    if option is not None and state is SpaceState.PENDING:
        return SpaceNow(space, state, option, end)
    lapsed = option is not None and option.replaced_at is None and state is SpaceState.CERTIFICATE
    return SpaceNow(space, state, lapsed=lapsed)


def get_space_now(
    transaction: Transaction, realm: RealmRecord, subscriber_number: str, now: datetime
) -> SpaceNow:
    """The space of that number as it is at `now`. Raises SpaceNotFoundError."""
    found = find_space_now(transaction, realm, subscriber_number, now)
    if found is None:
        raise SpaceNotFoundError(f"space {subscriber_number!r} in realm {realm.name!r}")
    return found
