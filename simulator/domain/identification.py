"""Who somebody is who has neither a certificate that opens the space nor its password.

Decides from what was typed and the space that it names, if it names one. It must not know how many tries
there are, nor what the person is told: that is one sentence whatever was wrong.
Source: fiche §1.1, §3, §5; rules OUT-1, OUT-2, PWD-3, PWD-4.
"""

import unicodedata

from maquette.simulator.domain.credentials import same_email
from maquette.simulator.domain.policy import EmailMatch
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.domain.space import Space


def judge_outside(space: Space | None, email: str, siren: str, match: EmailMatch) -> Reason | None:
    """Why the person is not the holder of the certificate space whose number they typed; None when they are.

    `email` is the one on file, `siren` that of any of its companies, or nothing where it has none. What has
    become of the certificate does not count. Source: fiche §1.1, rule OUT-2 (assumed).
    """
    if space is None:
        return Reason.NUMBER_UNKNOWN
    if space.credentials is not None:
        return Reason.ALREADY_CONVERTED
    if not same_email(email, space.email, match):
        return Reason.ADDRESS_WRONG
    sirens = {company.siren for company in space.companies} or {""}
    return None if siren in sirens else Reason.SIREN_WRONG


def judge_recovery(
    space: Space | None, email: str, number: str, answer: str, match: EmailMatch
) -> Reason | None:
    """Why the person does not get in again without the password; None when they do.

    `space` is the one that has the address, or has asked for it. Source: fiche §3, §5, rules PWD-3, PWD-4.
    """
    if space is None:
        return Reason.ADDRESS_UNKNOWN
    if space.credentials is None:
        return Reason.SPACE_PENDING
    if not same_email(email, space.credentials.email, match):
        return Reason.ADDRESS_UNKNOWN
    if number != space.subscriber_number:
        return Reason.NUMBER_WRONG
    return None if same_answer(answer, space.credentials.answer) else Reason.ANSWER_WRONG


def refusal_of_outside(reason: Reason) -> Refusal:  # noqa: ARG001 - the person is told the same of all
    """What the person is told who is not found from outside: one sentence, whatever the reason (OUT-2)."""
    return Refusal.OUTSIDE_REFUSED


def refusal_of_recovery(reason: Reason) -> Refusal:  # noqa: ARG001 - the person is told the same of all
    """What the person is told who does not get in again: one sentence, whatever the reason (PWD-4)."""
    return Refusal.RECOVERY_REFUSED


def same_answer(typed: str, chosen: str) -> bool:
    """Whether two answers are one, without regard to case, accents and blanks (PWD-4)."""
    return _letters(typed) == _letters(chosen)


def without_spaces(typed: str) -> str:
    """A number as it is judged: blanks between and around its digits, as it may be printed, do not count."""
    return "".join(typed.split())


def _letters(text: str) -> str:
    """The text folded: one case, no accents, no blanks. Folding may compose, so it comes between the two."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in folded if not unicodedata.combining(c) and not c.isspace())
