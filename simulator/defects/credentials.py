"""Defects of the steps to the option: the warning, the chosen credentials, the owner of an address.

Rules OPT-1, CRED-2 to CRED-12, ACT-6 to ACT-8, ACT-16.
"""

from dataclasses import replace
from datetime import datetime

from maquette.simulator.defects.override import defect, unless, without
from maquette.simulator.domain.credentials import (
    EMAIL_LENGTH,
    PASSWORD_MAX,
    PASSWORD_MIN,
    AddressUse,
    CredentialRules,
)
from maquette.simulator.domain.option import Option, OptionRules, SpaceState
from maquette.simulator.domain.policy import EmailMatch, Policy, PolicyRules, SharedEmail
from maquette.simulator.domain.presentation import Presentation, Values
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.session import Session
from maquette.simulator.domain.steps import Step, StepRules


@defect("warning-skipped")
class WarningSkipped(StepRules):
    def reachable(self, state: SpaceState, session: Session, wanted: Step) -> Step:
        warned = replace(session, draft=replace(session.draft, warned=True))
        return super().reachable(state, warned, wanted)


@defect("email-mismatch-accepted")
class EmailMismatchAccepted(CredentialRules):
    def check_email(self, email: str, confirmation: str, policy: Policy) -> tuple[Refusal, ...]:
        return super().check_email(email, email, policy)


@defect("password-mismatch-accepted")
class PasswordMismatchAccepted(CredentialRules):
    def check_password(self, password: str, confirmation: str, policy: Policy) -> tuple[Refusal, ...]:
        return super().check_password(password, password, policy)


@defect("email-of-101-accepted")
class EmailOf101Accepted(CredentialRules):
    def check_email(self, email: str, confirmation: str, policy: Policy) -> tuple[Refusal, ...]:
        cut = 1 if len(email) == EMAIL_LENGTH + 1 else 0
        return super().check_email(email[cut:], confirmation[cut:], policy)


@defect("malformed-email-accepted")
class MalformedEmailAccepted(CredentialRules):
    def check_email(self, email: str, confirmation: str, policy: Policy) -> tuple[Refusal, ...]:
        return without(super().check_email(email, confirmation, policy), Refusal.EMAIL_MALFORMED)


@defect("unique-only-among-pending")
class UniqueOnlyAmongPending(CredentialRules):
    def judge_address(self, use: AddressUse, now: datetime, policy: Policy) -> Refusal | None:
        return unless(super().judge_address(use, now, policy), Refusal.EMAIL_TAKEN)


@defect("email-unique-only-with-case")
class EmailUniqueOnlyWithCase(CredentialRules):
    def claim_key(self, email: str) -> str:
        return email


@defect("shared-mailbox-refused")
class SharedMailboxRefused(PolicyRules):
    def in_force(self, policy: Policy) -> Policy:
        return replace(super().in_force(policy), email_shared=SharedEmail.REFUSE)


@defect("password-of-7-accepted")
class PasswordOfSevenAccepted(CredentialRules):
    def check_password(self, password: str, confirmation: str, policy: Policy) -> tuple[Refusal, ...]:
        more = password[-1:] if len(password) == PASSWORD_MIN - 1 else ""
        return super().check_password(password + more, confirmation + more, policy)


@defect("password-of-21-accepted")
class PasswordOfTwentyOneAccepted(CredentialRules):
    def check_password(self, password: str, confirmation: str, policy: Policy) -> tuple[Refusal, ...]:
        cut = 1 if len(password) == PASSWORD_MAX + 1 else 0
        return super().check_password(password[cut:], confirmation[cut:], policy)


@defect("any-character-in-password")
class AnyCharacterInPassword(CredentialRules):
    def check_password(self, password: str, confirmation: str, policy: Policy) -> tuple[Refusal, ...]:
        return super().check_password(_plain(password), _plain(confirmation), policy)


def _plain(text: str) -> str:
    return "".join(each if each.isascii() and each.isalnum() else "a" for each in text)


@defect("both-kinds-always-needed")
class BothKindsAlwaysNeeded(PolicyRules):
    def in_force(self, policy: Policy) -> Policy:
        return replace(super().in_force(policy), password_requires_both=True)


@defect("empty-answer-accepted")
class EmptyAnswerAccepted(CredentialRules):
    def check_answer(self, question: str, answer: str) -> tuple[Refusal, ...]:
        return without(super().check_answer(question, answer), Refusal.ANSWER_MISSING)


@defect("one-question-only")
class OneQuestionOnly(Presentation):
    def page(self, screen: str, values: Values) -> Values:
        values = super().page(screen, values)
        return values | {"questions": values.get("questions", ())[:1]}


@defect("back-forgets-the-email")
class BackForgetsTheEmail(CredentialRules):
    def proposed_email(self, on_file: str, chosen: str | None) -> str:
        return super().proposed_email(on_file, None)


@defect("address-not-judged-again")
class AddressNotJudgedAgain(CredentialRules):
    def judge_address_again(self, use: AddressUse, now: datetime, policy: Policy) -> Refusal | None:
        return None


@defect("lapsed-address-stays-blocked")
class LapsedAddressStaysBlocked(CredentialRules):
    def judge_address(self, use: AddressUse, now: datetime, policy: Policy) -> Refusal | None:
        end = use.window_end and max(use.window_end, now)
        return super().judge_address(replace(use, window_end=end), now, policy)


@defect("second-code-for-one-address")
class SecondCodeForOneAddress(CredentialRules):
    def judge_address(self, use: AddressUse, now: datetime, policy: Policy) -> Refusal | None:
        return unless(super().judge_address(use, now, policy), Refusal.EMAIL_AWAITING_ACTIVATION)


@defect("another-address-refused")
class AnotherAddressRefused(OptionRules):
    def may_opt(self, state: SpaceState, *, replacing: bool) -> bool:
        return super().may_opt(state, replacing=False)


@defect("replaced-address-free-at-once")
class ReplacedAddressFreeAtOnce(CredentialRules):
    def judge_address(self, use: AddressUse, now: datetime, policy: Policy) -> Refusal | None:
        replaced = use.claim and use.claim.option and use.claim.option.replaced_at
        return super().judge_address(replace(use, claim=None) if replaced else use, now, policy)


@defect("earlier-code-lives")
class EarlierCodeLives(OptionRules):
    def left_behind(self, own: Option | None, of_address: Option | None) -> tuple[Option, ...]:
        dead = super().left_behind(own, of_address)
        return tuple(each for each in dead if of_address is not None and each.id == of_address.id)


@defect("email-compared-with-case")
class EmailComparedWithCase(CredentialRules):
    def same_email(self, typed: str, chosen: str, match: EmailMatch) -> bool:
        return super().same_email(typed, chosen, EmailMatch.EXACT)
