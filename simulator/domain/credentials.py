"""The credentials that a person chooses: address, password, security question and answer.

Decides what may be chosen and whether an address is free. It must not know how a password is hashed nor
where claims on addresses are stored. Source: fiche §1.3 and §3; rules CRED-1 to CRED-12, ACT-7.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from maquette.simulator.domain.option import Option
from maquette.simulator.domain.policy import EmailMatch, Policy, SharedEmail
from maquette.simulator.domain.refusals import Refusal

EMAIL_LENGTH = 100
PASSWORD_MIN, PASSWORD_MAX = 8, 20
ANSWER_LENGTH = 100

QUESTIONS = (
    "Quel est votre surnom ?",  # the one that the fiche attests (CRED-10); the others are ours
    "Quel est le nom de votre premier animal de compagnie ?",
    "Dans quelle ville êtes-vous né(e) ?",
    "Quel est le prénom de votre meilleur ami d'enfance ?",
    "Quel était le nom de votre première école ?",
)
"""The security questions in the list (CRED-9, CRED-10)."""

_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]+"
_LABEL = r"[^\W_](?:(?:[^\W_]|-){0,61}[^\W_])?"
_EMAIL = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@{_LABEL}(?:\.{_LABEL})+")
_PASSWORD = re.compile(r"[A-Za-z0-9]*")


@dataclass(frozen=True, slots=True)
class EmailClaim:
    """The owner of an address: the option with it, or None for a space that was converted from the start."""

    subscriber_number: str
    option: Option | None


@dataclass(frozen=True, slots=True)
class AddressUse:
    """Who uses an address: its claim, and how many certificate spaces have it on file.

    `window_end` is the last second of the 48 hours of the claim's option. `sharing` counts the own space too.
    """

    claim: EmailClaim | None
    window_end: datetime | None
    sharing: int


class CredentialRules:
    """The decisions on addresses, passwords and answers."""

    def proposed_email(self, on_file: str, chosen: str | None) -> str:
        """The address in the form: the one on file, or the one that was chosen already (CRED-1, CRED-11)."""
        return chosen or on_file

    def claim_key(self, email: str) -> str:
        """The key of the address's claim: addresses that differ in case alone share it (CRED-4)."""
        return email_key(email)

    def same_email(self, typed: str, chosen: str, match: EmailMatch) -> bool:
        """Whether the address typed at activation or login is the chosen one (ACT-16)."""
        if match is EmailMatch.EXACT:
            return typed == chosen
        return email_key(typed) == email_key(chosen)

    def check_email(self, email: str, confirmation: str, policy: Policy) -> tuple[Refusal, ...]:
        """The refusal of an address typed twice; empty when it is accepted.

        Source: fiche §3 « valide et ne pas dépasser 100 caractères », rules CRED-2, CRED-3.
        """
        if not email:
            return (Refusal.EMAIL_MISSING,)
        if len(email) > EMAIL_LENGTH:
            return (Refusal.EMAIL_TOO_LONG,)
        if policy.email_ascii_only and not email.isascii():
            return (Refusal.EMAIL_NOT_ASCII,)
        if not well_formed_email(email):
            return (Refusal.EMAIL_MALFORMED,)
        if email != confirmation:
            return (Refusal.EMAIL_MISMATCH,)
        return ()

    def check_password(self, password: str, confirmation: str, policy: Policy) -> tuple[Refusal, ...]:
        """The refusal of a password typed twice; empty when it is accepted.

        Source: fiche §3 « une série de chiffres et de lettres, sans espaces ni caractères accentués, et
        comporter 8 caractères au minimum et 20 caractères au maximum », rules CRED-2, CRED-6, CRED-7.
        """
        if not _PASSWORD.fullmatch(password):
            return (Refusal.PASSWORD_CHARACTERS,)
        if len(password) < PASSWORD_MIN:
            return (Refusal.PASSWORD_TOO_SHORT,)
        if len(password) > PASSWORD_MAX:
            return (Refusal.PASSWORD_TOO_LONG,)
        if policy.password_requires_both and (password.isalpha() or password.isdigit()):
            return (Refusal.PASSWORD_NEEDS_BOTH,)
        if password != confirmation:
            return (Refusal.PASSWORD_MISMATCH,)
        return ()

    def check_answer(self, question: str, answer: str) -> tuple[Refusal, ...]:
        """The refusals of the security question and its answer; empty when both are accepted (CRED-9)."""
        refusals = []
        if question not in QUESTIONS:
            refusals.append(Refusal.QUESTION_UNKNOWN)
        if not answer:
            refusals.append(Refusal.ANSWER_MISSING)
        elif len(answer) > ANSWER_LENGTH:
            refusals.append(Refusal.ANSWER_TOO_LONG)
        elif not printable(answer):
            refusals.append(Refusal.ANSWER_CHARACTERS)
        return tuple(refusals)

    def judge_address(self, use: AddressUse, now: datetime, policy: Policy) -> Refusal | None:
        """The reason why the address cannot be chosen at `now`, or None when it is free.

        A used option keeps its address for ever; any other one, a replaced one too, for its own 48 hours.
        Source: fiche §1.3, §3; rules CRED-4, CRED-5, ACT-6 to ACT-8.
        """
        if use.claim is not None:
            if use.claim.option is None or use.claim.option.used_at is not None:
                return Refusal.EMAIL_TAKEN
            if use.window_end is not None and now <= use.window_end:
                return Refusal.EMAIL_AWAITING_ACTIVATION
        if use.sharing > 1 and policy.email_shared is SharedEmail.REFUSE:
            return Refusal.EMAIL_SHARED
        return None

    def judge_address_again(self, use: AddressUse, now: datetime, policy: Policy) -> Refusal | None:
        """The same when the option is accepted: another option may have the address since (CRED-12)."""
        return self.judge_address(use, now, policy)


def email_key(email: str) -> str:
    """The address in the form in which two addresses that differ in case alone are equal."""
    return unicodedata.normalize("NFC", email).casefold()


def well_formed_email(email: str) -> bool:
    """Whether the text is an address: dot-atom, at sign, a domain of at least two labels.

    Letters and digits beyond ASCII count as letters; the policy decides whether they are allowed. A text that
    mail programs read as an encoded word ("=?") is refused: decoded, it could hold another header.
    """
    found = _EMAIL.fullmatch(email)
    return found is not None and len(found["local"]) <= 64 and "=?" not in email


def printable(text: str) -> bool:
    """Whether each character can be shown: no control, no surrogate, no invisible mark."""
    return not any(unicodedata.category(c)[0] == "C" or unicodedata.category(c) in {"Zl", "Zp"} for c in text)
