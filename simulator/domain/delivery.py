"""Delivery rules: they make a mail late, lost, bounced, refused, doubled or spam.

Decides which rule a recipient's mail falls under, and which rules contradict themselves. It must not know a
mail's content, nor how it travels. Without a rule a mail arrives at once, once, in the inbox.
Source: fiche §3, rule MAIL-5.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from maquette.simulator.domain.credentials import email_key

MOST_RULES = 100
MOST_REFUSALS = 1000
LONGEST_DELAY = timedelta(days=366)


class Folder(Enum):
    """The folder of a mail."""

    INBOX = "inbox"
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class DeliveryRule:
    """What happens to the mail for one address, or for every address when `to` is None.

    The mail is refused `refuse_times`, then accepted; then it is lost, or bounces, or arrives: after `delay`,
    twice, as spam. An empty rule lets the mail through, and so excepts an address from the rules behind it.
    Raises ValueError for a rule that contradicts itself or exceeds a limit.
    """

    to: str | None = None
    delay: timedelta | None = None
    lose: bool = False
    bounce: bool = False
    refuse_times: int = 0
    duplicate: bool = False
    spam: bool = False

    def __post_init__(self) -> None:
        if self.lose and (self.bounce or self.duplicate or self.spam or self.delay is not None):
            raise ValueError("a mail that is lost does nothing else: lose goes with to and refuse_times only")
        if self.bounce and (self.duplicate or self.spam):
            raise ValueError("a mail that bounces does not arrive: leave out duplicate and spam")
        if self.delay is not None and not timedelta() < self.delay <= LONGEST_DELAY:
            raise ValueError(f"a delay is longer than nothing and {LONGEST_DELAY.days} days at most")
        if not 0 <= self.refuse_times <= MOST_REFUSALS:
            raise ValueError(f"refuse_times is a number from 0 to {MOST_REFUSALS}")

    def applies_to(self, address: str) -> bool:
        """Whether the rule is for that address; letter case does not matter."""
        return self.to is None or email_key(self.to) == email_key(address)


LET_THROUGH = DeliveryRule()


def rule_for(address: str, rules: Iterable[DeliveryRule]) -> DeliveryRule:
    """The first rule that is for that address; one that lets the mail through when none is."""
    return next((rule for rule in rules if rule.applies_to(address)), LET_THROUGH)
