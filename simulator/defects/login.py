"""Defects of addresses, passwords and tries. Rules ACC-9, ACT-15, ACT-16, CRED-4, PWD-2 to PWD-4, OUT-2."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from maquette.simulator.defects.defect import Defect
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.policy import EmailMatch
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.domain.rules import Rules
from maquette.simulator.domain.space import Credentials, Space


def _password_before_activation(rules: Rules) -> Rules:
    def opening_credentials(space: Space, option: Option | None) -> Credentials | None:
        chosen = option.credentials if option and option.replaced_at is None else None
        return rules.opening_credentials(space, option) or chosen

    return replace(rules, opening_credentials=opening_credentials)


def _unknown_told_at_login(rules: Rules) -> Rules:
    def refusal_of_login(reason: Reason) -> Refusal:
        unknown = reason is Reason.ADDRESS_UNKNOWN
        return Refusal.EMAIL_MALFORMED if unknown else rules.refusal_of_login(reason)

    return replace(rules, refusal_of_login=refusal_of_login)


def _compared_with_case(rules: Rules) -> Rules:
    def same_email(typed: str, chosen: str, _match: EmailMatch) -> bool:
        return rules.same_email(typed, chosen, EmailMatch.EXACT)

    return replace(rules, same_email=same_email)


def _unique_with_case(rules: Rules) -> Rules:
    return replace(rules, email_key=lambda email: email)


def _never_locked(rules: Rules) -> Rules:
    return replace(rules, lockout_end=lambda _tries, _attempts, _lockout: None)


def _locked_after_four(rules: Rules) -> Rules:
    def lockout_end(tries: Sequence[datetime], attempts: int, lockout: timedelta) -> datetime | None:
        return rules.lockout_end(tries, max(attempts - 1, 1), lockout)

    return replace(rules, lockout_end=lockout_end)


def _any_answer_recovers(rules: Rules) -> Rules:
    def judge(space: Space | None, email: str, number: str, answer: str, match: EmailMatch) -> Reason | None:
        reason = rules.judge_recovery(space, email, number, answer, match)
        return None if reason is Reason.ANSWER_WRONG else reason

    return replace(rules, judge_recovery=judge)


def _answer_compared_exactly(rules: Rules) -> Rules:
    def judge(space: Space | None, email: str, number: str, answer: str, match: EmailMatch) -> Reason | None:
        reason = rules.judge_recovery(space, email, number, answer, match)
        chosen = space.credentials.answer if space and space.credentials else answer
        return reason or (None if answer == chosen else Reason.ANSWER_WRONG)

    return replace(rules, judge_recovery=judge)


def _outside_without_siren(rules: Rules) -> Rules:
    def judge(space: Space | None, email: str, siren: str, match: EmailMatch) -> Reason | None:
        reason = rules.judge_outside(space, email, siren, match)
        return None if reason is Reason.SIREN_WRONG else reason

    return replace(rules, judge_outside=judge)


OF_PENDING = (
    Defect(
        "password-works-before-activation",
        "ACC-9",
        "The chosen password opens the space before its activation",
        "Le mot de passe choisi ouvre l'espace avant son activation",
        "Whoever mistypes the address hands the space to a stranger without any code.",
        "Qui se trompe d'adresse livre son espace à un inconnu, sans aucun code.",
        _password_before_activation,
    ),
)

OF_ADDRESSES = (
    Defect(
        "email-unique-only-with-case",
        "CRED-4",
        "Two spaces may have one e-mail, written in upper and in lower case",
        "Deux espaces peuvent avoir la même adresse, écrite en majuscules et en minuscules",
        "Both people get their mail in one mailbox, and one of them the other's code.",
        "Les deux personnes reçoivent leurs messages dans la même boîte, et l'une le code de l'autre.",
        _unique_with_case,
    ),
)

OF_TRIES = (
    Defect(
        "wrong-tries-never-lock",
        "ACT-15",
        "Wrong tries are never limited",
        "Les essais erronés ne sont jamais limités",
        "A program that goes on trying finds what was to be kept secret.",
        "Un programme qui insiste finit par trouver ce qui devait rester secret.",
        _never_locked,
    ),
    Defect(
        "locked-after-four-tries",
        "ACT-15",
        "The fourth wrong try locks already",
        "Le quatrième essai erroné bloque déjà",
        "A limit that is off by one costs the person the last honest try.",
        "Une limite fausse d'une unité prive la personne de son dernier essai honnête.",
        _locked_after_four,
    ),
    Defect(
        "email-compared-with-case",
        "ACT-16",
        "The e-mail typed at activation and login is compared with its case",
        "L'adresse saisie à l'activation et à la connexion est comparée avec sa casse",
        "A telephone that writes the first letter large keeps its owner out.",
        "Un téléphone qui met une majuscule au début empêche son propriétaire d'entrer.",
        _compared_with_case,
    ),
)

OF_PASSWORDS = (
    Defect(
        "unknown-address-told-at-login",
        "PWD-2",
        "The access page tells an unknown address from a wrong password",
        "La page d'accès distingue une adresse inconnue d'un mauvais mot de passe",
        "Anybody learns who has a space, one address after the other.",
        "N'importe qui apprend qui possède un espace, une adresse après l'autre.",
        _unknown_told_at_login,
    ),
    Defect(
        "any-answer-recovers",
        "PWD-3",
        "Any answer to the security question gives a new password",
        "N'importe quelle réponse à la question de confiance donne un nouveau mot de passe",
        "Whoever finds a recap's number in a drawer takes the space over.",
        "Qui trouve un numéro d'abonné dans un tiroir s'empare de l'espace.",
        _any_answer_recovers,
    ),
    Defect(
        "answer-compared-exactly",
        "PWD-4",
        "The answer must have the same case, accents and blanks",
        "La réponse doit avoir la même casse, les mêmes accents et les mêmes blancs",
        "Years later nobody remembers whether the answer had a capital letter.",
        "Des années après, personne ne sait si la réponse avait une majuscule.",
        _answer_compared_exactly,
    ),
)

OF_OUTSIDE = (
    Defect(
        "outside-without-siren",
        "OUT-2",
        "From outside, any SIREN is accepted",
        "Hors espace, n'importe quel SIREN est accepté",
        "A number and an address, which many know, are enough to take a space.",
        "Un numéro et une adresse, que beaucoup connaissent, suffisent pour prendre un espace.",
        _outside_without_siren,
    ),
)
