"""Activating: whether an address and a code open the password space, and how many tries there are.

Decides from the option, what was typed and the instant. It must not know who asks, nor from which browser.
Source: fiche §3 and §4.2; rules ACT-2 to ACT-16, PWD-2.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from maquette.simulator.domain.option import Option, in_window
from maquette.simulator.domain.refusals import Reason

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
"""Letters and digits without 0 O 1 l I (ACT-3)."""

CODE_LENGTH = 12

RESULT_KEPT = timedelta(minutes=30)
"""How long the browser that activated may open the result and its recap again (REG-5)."""


def draw_code(choose: Callable[[str], str]) -> str:
    """A code of 12 characters, each drawn by `choose`, which must be a secure source (ACT-2, ACT-3)."""
    return "".join(choose(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def judge_code(option: Option | None, code: str, now: datetime, window: timedelta) -> Reason | None:
    """Why the code does not activate the option, or None when it does.

    `option` is the one that last asked for the typed address, None for an unknown one; `code` is as typed,
    blanks around it gone, compared exactly. Source: rules ACT-2, ACT-5, ACT-6, ACT-8 to ACT-10.
    """
    if option is None:
        return Reason.ADDRESS_UNKNOWN
    if code != option.code:
        return Reason.CODE_WRONG
    if option.used_at is not None:
        return Reason.CODE_USED
    if option.replaced_at is not None:
        return Reason.CODE_REPLACED
    if not in_window(option, now, window):
        return Reason.CODE_EXPIRED
    return None


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
