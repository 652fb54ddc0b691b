"""What several use cases do with an option: they note its lapse, and find the space that it belongs to."""

from maquette.simulator.domain.option import Option, SpaceState, lapsed_state
from maquette.simulator.domain.space import Space
from maquette.simulator.procedure.context import Context
from maquette.simulator.store.options import note_lapse
from maquette.simulator.store.spaces import find_space


def record_lapse(context: Context, option: Option) -> None:
    """Note that the option has lapsed, the first time only (ACT-6)."""
    if note_lapse(context.transaction, option.id):
        left = lapsed_state(option)
        context.note(
            "option-lapsed",
            subscriber_number=option.subscriber_number,
            option=option.id,
            state={"from": SpaceState.PENDING.value, "to": left and left.value},
        )


def space_of(context: Context, option: Option) -> Space:
    """Return the space that the option belongs to, or that it is to create (NEW-2)."""
    space = find_space(context.transaction, option.subscriber_number) or option.founds
    if space is None:
        raise LookupError(f"no space {option.subscriber_number!r}, and none to be created")
    return space
