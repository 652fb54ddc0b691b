"""Defects of the letter, the code, its 48 hours and its window.

Rules ACT-1 to ACT-16, POP-1 to POP-4, REG-5, MAIL-1 to MAIL-5.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from maquette.simulator.defects.override import defect, unless
from maquette.simulator.domain.activation import CodeRules, ResultRules
from maquette.simulator.domain.letter import ActivationLetter, LetterRules
from maquette.simulator.domain.option import Option, OptionRules, SpaceState
from maquette.simulator.domain.policy import Policy, PolicyRules, PopupMode
from maquette.simulator.domain.presentation import Presentation, Values
from maquette.simulator.domain.refusals import Reason, Refusal

_FAR = datetime(2101, 1, 1, tzinfo=UTC)
"""An instant after all that a realm's clock can show."""

_LINK = "Pour activer votre espace abonné : https://portail.impots.example/activation"
_PRINTED, _OF_TODAY = '"Création Espace Abonné"', '"Créer mon espace / adhérer aux services en ligne"'


@defect("mail-sent-twice")
class MailSentTwice(LetterRules):
    def names(self, option_id: str) -> tuple[str, ...]:
        first, *others = super().names(option_id)
        return (first, f"{first}.2", *others)


@defect("page-says-24-hours")
class PageSays24Hours(Presentation):
    def page(self, screen: str, values: Values) -> Values:
        return super().page(screen, values) | {"window": timedelta(hours=24)}


@defect("code-of-11-characters")
class CodeOf11Characters(CodeRules):
    def draw(self, choose: Callable[[str], str]) -> str:
        return (super().draw(choose) * 2)[:11]


@defect("code-case-ignored")
class CodeCaseIgnored(CodeRules):
    def judge(self, option: Option | None, typed: str, state: SpaceState | None) -> Reason | None:
        same = option is not None and option.code.lower() == typed.lower()
        return super().judge(option, option.code if option and same else typed, state)


@defect("code-with-look-alikes")
class CodeWithLookAlikes(CodeRules):
    def draw(self, choose: Callable[[str], str]) -> str:
        drawn = super().draw(choose)
        return "0O1lI"[len(drawn) % 5] + drawn[1:]


@defect("window-counted-from-option")
class WindowCountedFromOption(OptionRules):
    def window_end(self, option: Option, window: timedelta) -> datetime:
        return super().window_end(replace(option, sent_at=None), window)


@defect("code-expires-at-47-hours")
class CodeExpiresAt47Hours(OptionRules):
    def window_end(self, option: Option, window: timedelta) -> datetime:
        return super().window_end(option, window) - timedelta(hours=1)


@defect("code-works-a-second-longer")
class CodeWorksASecondLonger(OptionRules):
    def window_end(self, option: Option, window: timedelta) -> datetime:
        return super().window_end(option, window) + timedelta(seconds=1)


@defect("code-never-expires")
class CodeNeverExpires(OptionRules):
    def window_end(self, option: Option, window: timedelta) -> datetime:
        return _FAR


@defect("code-works-twice")
class CodeWorksTwice(CodeRules):
    def judge(self, option: Option | None, typed: str, state: SpaceState | None) -> Reason | None:
        return unless(super().judge(option, typed, state), Reason.CODE_USED)


@defect("unknown-address-told")
class UnknownAddressTold(CodeRules):
    def refusal(self, reason: Reason) -> Refusal:
        unknown = reason is Reason.ADDRESS_UNKNOWN
        return Refusal.EMAIL_MALFORMED if unknown else super().refusal(reason)


@defect("blanks-around-count")
class BlanksAroundCount(CodeRules):
    def without_blanks(self, typed: str) -> str:
        return typed


@defect("blocked-popup-activates")
class BlockedPopupActivates(CodeRules):
    def valider_activates(self) -> bool:
        return True


@defect("window-not-judged-again")
class WindowNotJudgedAgain(CodeRules):
    def judge_again(self, option: Option, state: SpaceState) -> Reason | None:
        return unless(super().judge_again(option, state), Reason.CODE_EXPIRED)


@defect("window-opens-by-itself")
class WindowOpensByItself(PolicyRules):
    def in_force(self, policy: Policy) -> Policy:
        return replace(super().in_force(policy), popup_mode=PopupMode.AUTOMATIC)


@defect("result-for-everybody")
class ResultForEverybody(ResultRules):
    def is_open(self, end: datetime | None, now: datetime) -> bool:
        return True


@defect("result-open-for-a-day")
class ResultOpenForADay(ResultRules):
    def end(self, activated_at: datetime) -> datetime:
        return super().end(activated_at) + timedelta(days=1)


@defect("mail-says-24-hours")
class MailSays24Hours(LetterRules):
    def write(self, code: str, delay: str) -> ActivationLetter:
        return super().write(code, "24h")


@defect("mail-has-a-link")
class MailHasALink(LetterRules):
    def write(self, code: str, delay: str) -> ActivationLetter:
        letter = super().write(code, delay)
        return replace(letter, text=f"{letter.text}\n{_LINK}\n")


@defect("mail-path-of-today")
class MailPathOfToday(LetterRules):
    def write(self, code: str, delay: str) -> ActivationLetter:
        letter = super().write(code, delay)
        return replace(letter, text=letter.text.replace(_PRINTED, _OF_TODAY))


@defect("mail-from-another-sender")
class MailFromAnotherSender(LetterRules):
    def write(self, code: str, delay: str) -> ActivationLetter:
        return replace(super().write(code, delay), sender="assistance@impots.example")


@defect("refused-mail-given-up")
class RefusedMailGivenUp(LetterRules):
    def refused_for_good(self, reply: int) -> bool:
        return True
