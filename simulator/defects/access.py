"""Defects of the gate, the access page and sessions. Rules ACC-3 to ACC-11, SES-1 to SES-3, PWD-2, REG-5."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from maquette.simulator.defects.override import defect
from maquette.simulator.domain.certificate import CertificateRules, PresentedCertificate
from maquette.simulator.domain.login import LoginRules
from maquette.simulator.domain.option import Option, OptionRules, SpaceState
from maquette.simulator.domain.policy import Policy, PolicyRules
from maquette.simulator.domain.presentation import Presentation, Values
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.domain.session import Leaving, Session, SessionRules
from maquette.simulator.domain.space import Credentials, Space


@defect("expired-certificate-accepted")
class ExpiredCertificateAccepted(CertificateRules):
    def judge(self, presented: PresentedCertificate, now: datetime) -> Refusal | None:
        facts = presented.facts and replace(presented.facts, not_after=max(presented.facts.not_after, now))
        return super().judge(replace(presented, facts=facts), now)


@defect("future-certificate-accepted")
class FutureCertificateAccepted(CertificateRules):
    def judge(self, presented: PresentedCertificate, now: datetime) -> Refusal | None:
        facts = presented.facts and replace(presented.facts, not_before=min(presented.facts.not_before, now))
        return super().judge(replace(presented, facts=facts), now)


@defect("revoked-certificate-accepted")
class RevokedCertificateAccepted(CertificateRules):
    def judge(self, presented: PresentedCertificate, now: datetime) -> Refusal | None:
        record = presented.record and replace(presented.record, revoked=False)
        return super().judge(replace(presented, record=record), now)


@defect("one-reason-for-every-certificate")
class OneReasonForEveryCertificate(CertificateRules):
    def judge(self, presented: PresentedCertificate, now: datetime) -> Refusal | None:
        return super().judge(presented, now) and Refusal.CERTIFICATE_WITHOUT_SPACE


@defect("no-way-out-named")
class NoWayOutNamed(Presentation):
    def page(self, screen: str, values: Values) -> Values:
        return super().page(screen, values) | {"leads_outside": False}


@defect("notice-skipped")
class NoticeSkipped(PolicyRules):
    def in_force(self, policy: Policy) -> Policy:
        return replace(super().in_force(policy), gate_notice=None)


@defect("first-space-kept")
class FirstSpaceKept(CertificateRules):
    def space_opened(self, tied_to: str, earlier: Session | None) -> str:
        kept = earlier.subscriber_number if earlier else None
        return kept or super().space_opened(tied_to, earlier)


@defect("certificate-refused-while-pending")
class CertificateRefusedWhilePending(CertificateRules):
    def judge(self, presented: PresentedCertificate, now: datetime) -> Refusal | None:
        seen = SpaceState.PASSWORD if presented.state is SpaceState.PENDING else presented.state
        return super().judge(replace(presented, state=seen), now)


@defect("certificate-works-after-activation")
class CertificateWorksAfterActivation(CertificateRules):
    def judge(self, presented: PresentedCertificate, now: datetime) -> Refusal | None:
        seen = SpaceState.CERTIFICATE if presented.state is SpaceState.PASSWORD else presented.state
        return super().judge(replace(presented, state=seen), now)


@defect("certificate-back-after-48-hours")
class CertificateBackAfter48Hours(OptionRules):
    def state_of(
        self, space: Space, option: Option | None, now: datetime, end: datetime | None
    ) -> SpaceState:
        state, over = super().state_of(space, option, now, end), end is not None and now > end
        return SpaceState.CERTIFICATE if state is SpaceState.PASSWORD and over else state


@defect("password-works-before-activation")
class PasswordWorksBeforeActivation(LoginRules):
    def opening_credentials(self, space: Space, option: Option | None) -> Credentials | None:
        chosen = option.credentials if option and option.replaced_at is None else None
        return super().opening_credentials(space, option) or chosen


@defect("unknown-address-told-at-login")
class UnknownAddressToldAtLogin(LoginRules):
    def refusal(self, reason: Reason) -> Refusal:
        unknown = reason is Reason.ADDRESS_UNKNOWN
        return Refusal.EMAIL_MALFORMED if unknown else super().refusal(reason)


@defect("session-outlives-activation")
class SessionOutlivesActivation(SessionRules):
    def ended_by_activation(self, sessions: Sequence[Session]) -> list[Session]:
        return []


@defect("quitter-keeps-the-session")
class QuitterKeepsTheSession(SessionRules):
    def ended_by_leaving(self) -> frozenset[Leaving]:
        return super().ended_by_leaving() - {Leaving.SESSION}


@defect("result-open-after-quitter")
class ResultOpenAfterQuitter(SessionRules):
    def ended_by_leaving(self) -> frozenset[Leaving]:
        return super().ended_by_leaving() - {Leaving.RESULT}


@defect("session-never-ends")
class SessionNeverEnds(SessionRules):
    def end(self, session: Session, idle: timedelta) -> datetime:
        return super().end(session, timedelta(days=3650))


@defect("session-bound-to-nothing")
class SessionBoundToNothing(SessionRules):
    def is_bound_to(self, session: Session, fingerprint: str | None) -> bool:
        return True
