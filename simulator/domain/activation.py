"""Activating: the code, whether it opens the password space, and who may see the result.

Decides from the option, the typed text and the state of the space. It must not know browsers or requests.
Source: fiche §3 and §4.2; rules ACT-2 to ACT-16, POP-1 to POP-5, REG-5.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from maquette.simulator.domain.option import Option, SpaceEvent, SpaceState, next_state
from maquette.simulator.domain.refusals import Reason, Refusal

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
"""Letters and digits without 0 O 1 l I (ACT-3)."""

CODE_LENGTH = 12
"""Characters of a code (ACT-2)."""

RESULT_KEPT = timedelta(minutes=30)
"""How long the browser that activated may open the result and its recap again (REG-5)."""


class CodeRules:
    """The decisions on the code."""

    def draw(self, choose: Callable[[str], str]) -> str:
        """A new code, each character drawn by `choose`, which must be a secure source (ACT-2, ACT-3)."""
        return "".join(choose(CODE_ALPHABET) for _ in range(CODE_LENGTH))

    def without_blanks(self, typed: str) -> str:
        """The typed address or code without the blanks around it (ACT-16)."""
        return typed.strip()

    def judge(self, option: Option | None, typed: str, state: SpaceState | None) -> Reason | None:
        """The reason why the typed code does not activate the option, or None when it does.

        `option` is the latest one with the typed address, `state` the state of its space; both are None for
        an unknown address. The code is compared exactly. Rules ACT-2, ACT-5, ACT-6, ACT-8 to ACT-10.
        """
        if option is None:
            return Reason.ADDRESS_UNKNOWN
        if typed != option.code:
            return Reason.CODE_WRONG
        if option.used_at is not None:
            return Reason.CODE_USED
        if option.replaced_at is not None:
            return Reason.CODE_REPLACED
        if state is None or next_state(state, SpaceEvent.ACTIVATE) is None:
            return Reason.CODE_EXPIRED
        return None

    def judge_again(self, option: Option, state: SpaceState) -> Reason | None:
        """The same when the new window opens: everything is judged again, the 48 hours too (POP-3)."""
        return self.judge(option, option.code, state)

    def refusal(self, reason: Reason) -> Refusal:  # noqa: ARG002 - one sentence for all reasons
        """The refusal that the person sees: the same for every reason (ACT-14)."""
        return Refusal.ACTIVATION_REFUSED

    def valider_activates(self) -> bool:
        """Whether « Valider » activates by itself: no, the new window's request does (POP-1, POP-3)."""
        return False


class ResultRules:
    """The decisions on an activation's result."""

    def end(self, activated_at: datetime) -> datetime:
        """The last second at which the browser that activated may open its result (POP-5, REG-5)."""
        return activated_at + RESULT_KEPT

    def is_open(self, end: datetime | None, now: datetime) -> bool:
        """Whether a browser may open the result; `end` is None for one that did not activate (REG-5)."""
        return end is not None and now <= end
