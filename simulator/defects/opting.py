"""Defects of the way through the option: order of screens, credentials, whose an address is.

Rules OPT-1, CRED-1 to CRED-12, ACT-6 to ACT-8.
"""

from dataclasses import replace
from datetime import datetime

from maquette.simulator.defects.defect import Defect
from maquette.simulator.domain.credentials import EMAIL_LENGTH, PASSWORD_MAX, PASSWORD_MIN, EmailClaim
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.policy import Policy, SharedEmail
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.rules import Rules
from maquette.simulator.domain.session import Session
from maquette.simulator.domain.steps import Step

_Refusals = tuple[Refusal, ...]


def _warning_skipped(rules: Rules) -> Rules:
    def reachable(state: SpaceState, session: Session, wanted: Step) -> Step:
        warned = replace(session, draft=replace(session.draft, warned=True))
        return rules.reachable(state, warned, wanted)

    return replace(rules, reachable=reachable)


def _back_forgets(rules: Rules) -> Rules:
    return replace(rules, proposed_email=lambda on_file, _chosen: rules.proposed_email(on_file, None))


def _email_mismatch_accepted(rules: Rules) -> Rules:
    def check_email(email: str, _confirmation: str, policy: Policy) -> _Refusals:
        return rules.check_email(email, email, policy)

    return replace(rules, check_email=check_email)


def _password_mismatch_accepted(rules: Rules) -> Rules:
    def check_password(password: str, _confirmation: str, policy: Policy) -> _Refusals:
        return rules.check_password(password, password, policy)

    return replace(rules, check_password=check_password)


def _email_of_101(rules: Rules) -> Rules:
    def check_email(email: str, confirmation: str, policy: Policy) -> _Refusals:
        if len(email) == EMAIL_LENGTH + 1:
            email, confirmation = email[1:], confirmation[1:]
        return rules.check_email(email, confirmation, policy)

    return replace(rules, check_email=check_email)


def _malformed_email_accepted(rules: Rules) -> Rules:
    def check_email(email: str, confirmation: str, policy: Policy) -> _Refusals:
        refusals = rules.check_email(email, confirmation, policy)
        return tuple(each for each in refusals if each is not Refusal.EMAIL_MALFORMED)

    return replace(rules, check_email=check_email)


def _password_of_7(rules: Rules) -> Rules:
    def check_password(password: str, confirmation: str, policy: Policy) -> _Refusals:
        if len(password) == PASSWORD_MIN - 1:
            password, confirmation = password + password[-1:], confirmation + password[-1:]
        return rules.check_password(password, confirmation, policy)

    return replace(rules, check_password=check_password)


def _password_of_21(rules: Rules) -> Rules:
    def check_password(password: str, confirmation: str, policy: Policy) -> _Refusals:
        if len(password) == PASSWORD_MAX + 1:
            password, confirmation = password[1:], confirmation[1:]
        return rules.check_password(password, confirmation, policy)

    return replace(rules, check_password=check_password)


def _any_character(rules: Rules) -> Rules:
    def plain(text: str) -> str:
        return "".join(each if each.isascii() and each.isalnum() else "a" for each in text)

    def check_password(password: str, confirmation: str, policy: Policy) -> _Refusals:
        return rules.check_password(plain(password), plain(confirmation), policy)

    return replace(rules, check_password=check_password)


def _needs_both(rules: Rules) -> Rules:
    def check_password(password: str, confirmation: str, policy: Policy) -> _Refusals:
        return rules.check_password(password, confirmation, replace(policy, password_requires_both=True))

    return replace(rules, check_password=check_password)


def _empty_answer_accepted(rules: Rules) -> Rules:
    def check_answer(question: str, answer: str) -> _Refusals:
        refusals = rules.check_answer(question, answer)
        return tuple(each for each in refusals if each is not Refusal.ANSWER_MISSING)

    return replace(rules, check_answer=check_answer)


def _one_question_only(rules: Rules) -> Rules:
    return replace(rules, questions_offered=lambda: rules.questions_offered()[:1])


def _unique_among_pending(rules: Rules) -> Rules:
    def judge_address(
        claim: EmailClaim | None, end: datetime | None, sharing: int, now: datetime, policy: Policy
    ) -> Refusal | None:
        refusal = rules.judge_address(claim, end, sharing, now, policy)
        return None if refusal is Refusal.EMAIL_TAKEN else refusal

    return replace(rules, judge_address=judge_address)


def _shared_refused(rules: Rules) -> Rules:
    def judge_address(
        claim: EmailClaim | None, end: datetime | None, sharing: int, now: datetime, policy: Policy
    ) -> Refusal | None:
        literal = replace(policy, email_shared=SharedEmail.REFUSE)
        return rules.judge_address(claim, end, sharing, now, literal)

    return replace(rules, judge_address=judge_address)


def _not_judged_again(rules: Rules) -> Rules:
    return replace(rules, judge_kept_address=lambda _judged: None)


def _second_code(rules: Rules) -> Rules:
    def judge_address(
        claim: EmailClaim | None, end: datetime | None, sharing: int, now: datetime, policy: Policy
    ) -> Refusal | None:
        refusal = rules.judge_address(claim, end, sharing, now, policy)
        return None if refusal is Refusal.EMAIL_AWAITING_ACTIVATION else refusal

    return replace(rules, judge_address=judge_address)


def _lapsed_stays_blocked(rules: Rules) -> Rules:
    def judge_address(
        claim: EmailClaim | None, end: datetime | None, sharing: int, now: datetime, policy: Policy
    ) -> Refusal | None:
        return rules.judge_address(claim, end and max(end, now), sharing, now, policy)

    return replace(rules, judge_address=judge_address)


def _replaced_free_at_once(rules: Rules) -> Rules:
    def judge_address(
        claim: EmailClaim | None, end: datetime | None, sharing: int, now: datetime, policy: Policy
    ) -> Refusal | None:
        replaced = claim is not None and claim.option is not None and claim.option.replaced_at is not None
        return rules.judge_address(None if replaced else claim, end, sharing, now, policy)

    return replace(rules, judge_address=judge_address)


def _no_other_option(rules: Rules) -> Rules:
    def may_opt(state: SpaceState, *, replacing: bool) -> bool:
        return state is not SpaceState.PENDING and rules.may_opt(state, replacing=replacing)

    return replace(rules, may_opt=may_opt)


def _earlier_code_lives(rules: Rules) -> Rules:
    def left_behind(own: Option | None, of_address: Option | None) -> tuple[Option, ...]:
        dead = rules.left_behind(own, of_address)
        return tuple(each for each in dead if of_address is not None and each.id == of_address.id)

    return replace(rules, left_behind=left_behind)


OF_WARNING = (
    Defect(
        "warning-skipped",
        "OPT-1",
        "The page that says that the option is irrevocable can be skipped",
        "La page qui dit que l'option est irrévocable peut être sautée",
        "People give up their certificate without having been told that there is no way back.",
        "On renonce à son certificat sans avoir su qu'il n'y a pas de retour.",
        _warning_skipped,
    ),
)

OF_CREDENTIALS = (
    Defect(
        "email-mismatch-accepted",
        "CRED-2",
        "The e-mail's confirmation may differ",
        "La confirmation de l'adresse peut être différente",
        "The second typing is the only thing that stands between a slip and a lost code.",
        "La seconde saisie est tout ce qui sépare une faute de frappe d'un code perdu.",
        _email_mismatch_accepted,
    ),
    Defect(
        "password-mismatch-accepted",
        "CRED-2",
        "The password's confirmation may differ",
        "La confirmation du mot de passe peut être différente",
        "The person activates, and then has a password that nobody knows.",
        "La personne active son espace, avec un mot de passe que personne ne connaît.",
        _password_mismatch_accepted,
    ),
    Defect(
        "email-of-101-accepted",
        "CRED-3",
        "An e-mail of 101 characters is accepted",
        "Une adresse de 101 caractères est acceptée",
        "Other systems cut it, and the mail goes nowhere.",
        "D'autres systèmes la coupent, et le courriel n'arrive nulle part.",
        _email_of_101,
    ),
    Defect(
        "malformed-email-accepted",
        "CRED-3",
        "An e-mail without a valid form is accepted",
        "Une adresse mal formée est acceptée",
        "No letter can be sent, and the person waits for one for two days.",
        "Aucun courriel ne peut partir, et la personne l'attend deux jours.",
        _malformed_email_accepted,
    ),
    Defect(
        "unique-only-among-pending",
        "CRED-4",
        "The e-mail of an activated space may be chosen again",
        "L'adresse d'un espace déjà activé peut être choisie de nouveau",
        "Two spaces have one address, and the first person is locked out.",
        "Deux espaces ont la même adresse, et la première personne ne peut plus entrer.",
        _unique_among_pending,
    ),
)

MORE_OF_CREDENTIALS = (
    Defect(
        "shared-mailbox-refused",
        "CRED-5",
        "Nobody may opt with a mailbox that several spaces share",
        "Personne ne peut opter avec une boîte partagée par plusieurs espaces",
        "A small firm with one mailbox cannot opt at all.",
        "Une petite entreprise qui n'a qu'une boîte ne peut pas opter du tout.",
        _shared_refused,
    ),
    Defect(
        "password-of-7-accepted",
        "CRED-6",
        "A password of 7 characters is accepted",
        "Un mot de passe de 7 caractères est accepté",
        "A bound that nobody tries is a bound that nobody keeps.",
        "Une limite que personne n'essaie est une limite que personne ne tient.",
        _password_of_7,
    ),
    Defect(
        "password-of-21-accepted",
        "CRED-6",
        "A password of 21 characters is accepted",
        "Un mot de passe de 21 caractères est accepté",
        "Another screen with the same limit refuses it, and its owner stays outside.",
        "Un autre écran qui a la même limite le refuse, et son titulaire reste dehors.",
        _password_of_21,
    ),
    Defect(
        "any-character-in-password",
        "CRED-6",
        "Accents, signs and blanks are accepted in a password",
        "Accents, signes et espaces sont acceptés dans un mot de passe",
        "On a foreign keyboard the person cannot type it any more.",
        "Sur un clavier étranger, la personne ne peut plus le saisir.",
        _any_character,
    ),
    Defect(
        "both-kinds-always-needed",
        "CRED-7",
        "A password of letters alone is refused, though the policy allows it",
        "Un mot de passe fait de lettres seules est refusé, alors que le réglage l'admet",
        "A setting that does nothing is worse than none.",
        "Un réglage sans effet est pire que pas de réglage.",
        _needs_both,
    ),
    Defect(
        "empty-answer-accepted",
        "CRED-9",
        "The answer to the security question may be left empty",
        "La réponse à la question de confiance peut rester vide",
        "Who has no answer cannot get in again, or lets everybody in.",
        "Sans réponse, on ne peut plus rentrer, ou tout le monde le peut.",
        _empty_answer_accepted,
    ),
    Defect(
        "one-question-only",
        "CRED-10",
        "The list of security questions has one question only",
        "La liste des questions de confiance n'en contient qu'une",
        "Everybody's secret answers the same question, and who knows a person knows it.",
        "Le secret de chacun répond à la même question, et les proches le connaissent.",
        _one_question_only,
    ),
    Defect(
        "back-forgets-the-email",
        "CRED-11",
        "« Retour » loses the address that was chosen",
        "« Retour » perd l'adresse choisie",
        "The old address is there again, and is confirmed without being read.",
        "L'ancienne adresse revient, et elle est confirmée sans être relue.",
        _back_forgets,
    ),
    Defect(
        "address-not-judged-again",
        "CRED-12",
        "Of two people who opt with one e-mail at the same time, both are accepted",
        "De deux personnes qui optent en même temps avec la même adresse, les deux sont acceptées",
        "What is checked on one screen and used on another is checked too early.",
        "Ce qu'un écran vérifie et qu'un autre utilise est vérifié trop tôt.",
        _not_judged_again,
    ),
)

OF_LAPSE = (
    Defect(
        "lapsed-address-stays-blocked",
        "ACT-6",
        "After the 48 hours, the address cannot be chosen again",
        "Après les 48 heures, l'adresse ne peut plus être choisie",
        "Whoever was late once can never opt with their own address.",
        "Qui a été en retard une fois ne peut plus jamais opter avec son adresse.",
        _lapsed_stays_blocked,
    ),
)

OF_ANOTHER = (
    Defect(
        "second-code-for-one-address",
        "ACT-7",
        "Inside the 48 hours a second code can be asked for with the same address",
        "Dans les 48 heures, un second code peut être demandé avec la même adresse",
        "Two codes are on their way, and the person types the one that is dead.",
        "Deux codes sont en route, et la personne saisit celui qui est mort.",
        _second_code,
    ),
    Defect(
        "another-address-refused",
        "ACT-8",
        "While an option is pending, no other address can be chosen",
        "Tant qu'une option est en attente, aucune autre adresse ne peut être choisie",
        "A mistyped address costs the person two days.",
        "Une adresse mal saisie coûte deux jours à la personne.",
        _no_other_option,
    ),
    Defect(
        "replaced-address-free-at-once",
        "ACT-8",
        "The address of a replaced option is free at once",
        "L'adresse d'une option remplacée est libre aussitôt",
        "The next one to take it gets two letters, one of them another's.",
        "Le suivant qui la choisit reçoit deux courriels, dont celui d'un autre.",
        _replaced_free_at_once,
    ),
    Defect(
        "earlier-code-lives",
        "ACT-8",
        "The code of the earlier request still works after a new one",
        "Le code de la première demande fonctionne encore après une nouvelle",
        "The mistyped address, and whoever reads it, still gets the space.",
        "L'adresse mal saisie, et qui la lit, obtient encore l'espace.",
        _earlier_code_lives,
    ),
)
