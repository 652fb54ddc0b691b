"""Activating: whether an address and a code open the password space, and how many tries there are.

Decides from the option, what was typed and the state of the space. It must not know who asks, nor from which
browser. Source: fiche §3 and §4.2; rules ACT-2 to ACT-16, POP-1 to POP-5, PWD-2, REG-5.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from enum import Enum

from maquette.simulator.domain.option import Option, SpaceEvent, SpaceState, next_state
from maquette.simulator.domain.policy import PopupMode
from maquette.simulator.domain.refusals import Reason, Refusal

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
"""Letters and digits without 0 O 1 l I (ACT-3)."""

CODE_LENGTH = 12

RESULT_KEPT = timedelta(minutes=30)
"""How long the browser that activated may open the result and its recap again (REG-5)."""


class Move(Enum):
    """The two requests of an activation."""

    VALIDER = "valider"
    WINDOW = "window"


def draw_code(choose: Callable[[str], str]) -> str:
    """A code of 12 characters, each drawn by `choose`, which must be a secure source (ACT-2, ACT-3)."""
    return "".join(choose(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def without_blanks(typed: str) -> str:
    """An address or a code as it is judged: blanks pasted around it are ignored (ACT-16)."""
    return typed.strip()


def judge_code(option: Option | None, code: str, state: SpaceState | None) -> Reason | None:
    """Why the code does not activate the option, or None when it does.

    `option` is the one that last asked for the typed address, `state` that of its space; both None for an
    unknown address. `code` is compared exactly. Source: rules ACT-2, ACT-5, ACT-6, ACT-8 to ACT-10.
    """
    if option is None:
        return Reason.ADDRESS_UNKNOWN
    if code != option.code:
        return Reason.CODE_WRONG
    if option.used_at is not None:
        return Reason.CODE_USED
    if option.replaced_at is not None:
        return Reason.CODE_REPLACED
    if state is None or next_state(state, SpaceEvent.ACTIVATE) is None:
        return Reason.CODE_EXPIRED
    return None


def judge_window(judged: Reason | None) -> Reason | None:
    """Why the window that opened does not activate: whatever is held against the code by now (POP-3)."""
    return judged


def refusal_of_code(reason: Reason) -> Refusal:  # noqa: ARG001 - the person is told the same of all
    """What the person is told whose code is refused: one sentence, whatever the reason (ACT-14)."""
    return Refusal.ACTIVATION_REFUSED


def activates(move: Move) -> bool:
    """Whether the space is activated by that request: the new window's, not « Valider » (POP-1, POP-3)."""
    return move is Move.WINDOW


def window_opens(mode: PopupMode) -> PopupMode:
    """When the result's window opens: as the policy says (POP-4)."""
    return mode


def result_end(activated_at: datetime) -> datetime:
    """The last second at which the browser that activated may open the result again (POP-5, REG-5)."""
    return activated_at + RESULT_KEPT


def result_open(end: datetime | None, now: datetime) -> bool:
    """Whether a browser may open a result; `end` is None for one that did not activate (REG-5)."""
    return end is not None and now <= end


def lockout_end(wrong_tries: Sequence[datetime], attempts: int, lockout: timedelta) -> datetime | None:
    """When further tries are heard again: the lockout counted from the last of `attempts` wrong tries that
    fell within one lockout; None when there were not so many.

    `wrong_tries` are in order of time. A try refused because of the lockout is no wrong try, so nobody can
    keep an address locked for ever by trying on. Source: rules ACT-15, PWD-2 (status A).
    """
    if len(wrong_tries) < attempts:
        return None
    first, last = wrong_tries[-attempts], wrong_tries[-1]
    return last + lockout if last - first < lockout else None
