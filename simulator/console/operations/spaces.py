"""A space as it is at an instant: read once, told by the API and by the pages.

Decides nothing of its own; the state is the domain's word. Source: portal.md §4, rules ACT-4, ACC-9.
"""

from dataclasses import dataclass
from datetime import datetime

from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.space import Space
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.options import find_latest_option
from maquette.simulator.store.realms import RealmRecord
from maquette.simulator.store.spaces import find_space


@dataclass(frozen=True, slots=True)
class SpaceNow:
    """A space and its state.

    `pending`, the option that waits for its activation, and `pending_until`, the last second at which its
    code works, are None where none waits.
    """

    space: Space
    state: SpaceState
    pending: Option | None = None
    pending_until: datetime | None = None


def find_space_now(
    transaction: Transaction, realm: RealmRecord, subscriber_number: str, now: datetime
) -> SpaceNow | None:
    """The space of that number as it is at `now`, or None."""
    space = find_space(transaction, subscriber_number)
    if space is None:
        return None
    window = realm.policy.activation_window
    option = find_latest_option(transaction, subscriber_number)
    end = RULES.option.window_end(option, window) if option else None
    state = RULES.option.state_of(space, option, now, end)
    if option is None or state is not SpaceState.PENDING:
        return SpaceNow(space, state)
    return SpaceNow(space, state, option, end)
