"""Defects of wrong tries, of identification, and of the request for a new space.

Rules ACT-15, OUT-2, PWD-3, PWD-4, NEW-1, NEW-2.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from maquette.simulator.defects.override import defect, unless, without
from maquette.simulator.domain.identification import IdentificationRules
from maquette.simulator.domain.policy import EmailMatch
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.domain.space import Space
from maquette.simulator.domain.space_application import Application, ApplicationRules
from maquette.simulator.domain.tries import TryRules


@defect("wrong-tries-never-lock")
class WrongTriesNeverLock(TryRules):
    def lockout_end(self, wrong_tries: Sequence[datetime], attempts: int, lockout: timedelta) -> None:
        return None


@defect("locked-after-four-tries")
class LockedAfterFourTries(TryRules):
    def lockout_end(
        self, wrong_tries: Sequence[datetime], attempts: int, lockout: timedelta
    ) -> datetime | None:
        return super().lockout_end(wrong_tries, max(attempts - 1, 1), lockout)


@defect("any-answer-recovers")
class AnyAnswerRecovers(IdentificationRules):
    def judge_recovery(
        self, space: Space | None, email: str, number: str, answer: str, match: EmailMatch
    ) -> Reason | None:
        return unless(super().judge_recovery(space, email, number, answer, match), Reason.ANSWER_WRONG)


@defect("answer-compared-exactly")
class AnswerComparedExactly(IdentificationRules):
    def judge_recovery(
        self, space: Space | None, email: str, number: str, answer: str, match: EmailMatch
    ) -> Reason | None:
        reason = super().judge_recovery(space, email, number, answer, match)
        chosen = space.credentials.answer if space and space.credentials else answer
        return reason or (None if answer == chosen else Reason.ANSWER_WRONG)


@defect("outside-without-siren")
class OutsideWithoutSiren(IdentificationRules):
    def judge_outside(self, space: Space | None, email: str, siren: str, match: EmailMatch) -> Reason | None:
        return unless(super().judge_outside(space, email, siren, match), Reason.SIREN_WRONG)


@defect("several-companies-in-simplified-mode")
class SeveralCompaniesInSimplifiedMode(ApplicationRules):
    def check(self, typed: Application) -> tuple[Refusal, ...]:
        return without(super().check(typed), Refusal.SIREN_NOT_SINGLE)


@defect("new-space-with-first-company-only")
class NewSpaceWithFirstCompanyOnly(ApplicationRules):
    def founded(self, typed: Application, number: str, created_on: date, email: str) -> Space:
        space = super().founded(typed, number, created_on, email)
        return replace(space, companies=space.companies[:1])
