"""Identifying a person who has neither a certificate that opens the space nor its password.

Decides from the typed text and the space that it names, if there is one. It must not know how many tries
there were, nor which refusal the person sees: it is the same for every reason.
Source: fiche §1.1, §3, §5; rules OUT-1, OUT-2, PWD-3, PWD-4.
"""

import unicodedata

from maquette.simulator.domain.credentials import CredentialRules
from maquette.simulator.domain.policy import EmailMatch
from maquette.simulator.domain.refusals import Reason
from maquette.simulator.domain.space import Space

_CREDENTIALS = CredentialRules()


class IdentificationRules:
    """The decisions on who a person is."""

    def judge_outside(self, space: Space | None, email: str, siren: str, match: EmailMatch) -> Reason | None:
        """The reason why the person is not the holder of this certificate space; None when they are.

        `space` is the one with the typed number. `email` must be its address on file, `siren` that of any of
        its companies, or empty where it has none. The state of the certificate does not count.
        Source: fiche §1.1, rule OUT-2 (assumed).
        """
        if space is None:
            return Reason.NUMBER_UNKNOWN
        if space.credentials is not None:
            return Reason.ALREADY_CONVERTED
        if not _CREDENTIALS.same_email(email, space.email, match):
            return Reason.ADDRESS_WRONG
        sirens = {company.siren for company in space.companies} or {""}
        return None if siren in sirens else Reason.SIREN_WRONG

    def judge_recovery(
        self, space: Space | None, email: str, number: str, answer: str, match: EmailMatch
    ) -> Reason | None:
        """The reason why the person may not choose a new password; None when they may.

        `space` is the one with the typed address, or whose option has it. Source: fiche §3, §5, rules
        PWD-3, PWD-4.
        """
        if space is None:
            return Reason.ADDRESS_UNKNOWN
        if space.credentials is None:
            return Reason.SPACE_PENDING
        if not _CREDENTIALS.same_email(email, space.credentials.email, match):
            return Reason.ADDRESS_UNKNOWN
        if number != space.subscriber_number:
            return Reason.NUMBER_WRONG
        return None if same_answer(answer, space.credentials.answer) else Reason.ANSWER_WRONG


def same_answer(typed: str, chosen: str) -> bool:
    """Whether two answers are the same but for case, accents and blanks (PWD-4)."""
    return _letters(typed) == _letters(chosen)


def without_spaces(typed: str) -> str:
    """The typed number without the blanks between and around its digits."""
    return "".join(typed.split())


def _letters(text: str) -> str:
    """The text in one case, without accents and blanks. Folding may compose: hence NFKD twice."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in folded if not unicodedata.combining(c) and not c.isspace())
