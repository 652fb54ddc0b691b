"""Defects of what the space, the result and the recap show.

Rules ACC-12, HOME-1 to HOME-5, CRED-1, REG-1 to REG-5.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from maquette.simulator.defects.defect import Defect
from maquette.simulator.domain.recap import Lines
from maquette.simulator.domain.rules import Rules
from maquette.simulator.domain.session import Session
from maquette.simulator.domain.space import Civility, Company, Credentials, Space

_OTHER = {"Civilité": Civility.MADAME.value, "Prénom": "Camille", "Nom": "Exemple"}
"""Somebody of no realm, whom the recap takes everybody for."""


def _number_changes(rules: Rules) -> Rules:
    def as_shown(space: Space) -> Space:
        space = rules.as_shown(space)
        if space.registered_at is None:
            return space
        number = f"{space.registered_at:%Y%j}{space.subscriber_number[7:]}"
        last = "1" if number[-1] == "0" else "0"
        return replace(space, subscriber_number=number[:-1] + last)

    return replace(rules, as_shown=as_shown)


def _service_lost(rules: Rules) -> Rules:
    def as_shown(space: Space) -> Space:
        space = rules.as_shown(space)
        if space.credentials is None:
            return space
        companies = tuple(replace(each, services=each.services[:-1]) for each in space.companies)
        return replace(space, companies=companies)

    return replace(rules, as_shown=as_shown)


def _under_wrong_heading(rules: Rules) -> Rules:
    def services_by_rubric(company: Company) -> list[tuple[str, list[str]]]:
        rubrics = rules.services_by_rubric(company)
        if len(rubrics) < 2:
            return rubrics
        (first, moved), (second, labels), *others = rubrics
        return [(first, moved[:-1]), (second, [moved[-1], *labels]), *others]

    return replace(rules, services_by_rubric=services_by_rubric)


def _first_file_always(rules: Rules) -> Rules:
    def chosen_file(companies: Sequence[Company], siren: str | None) -> Company | None:
        return companies[0] if rules.chosen_file(companies, siren) else None

    return replace(rules, chosen_file=chosen_file)


def _last_file_missing(rules: Rules) -> Rules:
    def files_of_page(companies: Sequence[Company], page: int, per_page: int) -> Sequence[Company]:
        return rules.files_of_page(companies, page, per_page)[:-1]

    return replace(rules, files_of_page=files_of_page)


def _certificate_end_hidden(rules: Rules) -> Rules:
    return replace(rules, certificate_end_shown=lambda _session: None)


def _option_offered_to_all(rules: Rules) -> Rules:
    def offers_option(_session: Session) -> bool:
        return True

    return replace(rules, offers_option=offers_option)


def _email_on_file_kept(rules: Rules) -> Rules:
    def converted(space: Space, credentials: Credentials, at: datetime) -> Space:
        return replace(rules.converted(space, credentials, at), email=space.email)

    return replace(rules, converted=converted)


def _registered_a_day_late(rules: Rules) -> Rules:
    def converted(space: Space, credentials: Credentials, at: datetime) -> Space:
        return rules.converted(space, credentials, at + timedelta(days=1))

    return replace(rules, converted=converted)


def _recap_of_another(rules: Rules) -> Rules:
    def recap_groups(space: Space, credentials: Credentials) -> tuple[tuple[str, Lines], ...]:
        return tuple(
            (title, tuple((label, _OTHER.get(label, value)) for label, value in lines))
            for title, lines in rules.recap_groups(space, credentials)
        )

    return replace(rules, recap_groups=recap_groups)


def _recap_without_answer(rules: Rules) -> Rules:
    def recap_groups(space: Space, credentials: Credentials) -> tuple[tuple[str, Lines], ...]:
        return rules.recap_groups(space, replace(credentials, answer=""))

    return replace(rules, recap_groups=recap_groups)


def _no_recap_in_space(rules: Rules) -> Rules:
    return replace(rules, has_recap=lambda _space: False)


def _result_for_everybody(rules: Rules) -> Rules:
    return replace(rules, result_open=lambda _end, _now: True)


def _result_open_for_a_day(rules: Rules) -> Rules:
    return replace(rules, result_end=lambda activated_at: rules.result_end(activated_at) + timedelta(days=1))


OF_CONVERSION = (
    Defect(
        "number-changes",
        "ACC-12",
        "The subscriber number changes with the activation",
        "Le numéro d'abonné change avec l'activation",
        "Letters, recap and helpdesk speak of a number that the space no longer has.",
        "Courriers, récapitulatif et assistance parlent d'un numéro que l'espace n'a plus.",
        _number_changes,
    ),
    Defect(
        "service-lost",
        "ACC-12",
        "Each company file loses its last service with the activation",
        "Chaque dossier perd son dernier service avec l'activation",
        "It is noticed on the day on which the tax has to be paid.",
        "On s'en aperçoit le jour où il faut payer l'impôt.",
        _service_lost,
    ),
)

OF_HOME = (
    Defect(
        "service-under-wrong-heading",
        "HOME-1",
        "A service stands under the heading after its own",
        "Un service figure sous la rubrique qui suit la sienne",
        "Everything is there, and nobody finds it.",
        "Tout y est, et personne ne le trouve.",
        _under_wrong_heading,
    ),
    Defect(
        "first-file-always",
        "HOME-N",
        "Whichever company is chosen, the first one's file opens",
        "Quelle que soit l'entreprise choisie, c'est le premier dossier qui s'ouvre",
        "A declaration is made for the wrong company.",
        "Une déclaration est faite pour la mauvaise entreprise.",
        _first_file_always,
    ),
    Defect(
        "last-file-missing",
        "HOME-N",
        "The last company of each page of the list is missing",
        "La dernière entreprise de chaque page de la liste manque",
        "A firm with many clients cannot reach some of them.",
        "Un cabinet qui a de nombreux clients ne peut en atteindre certains.",
        _last_file_missing,
    ),
    Defect(
        "certificate-end-hidden",
        "HOME-4",
        "The space does not show when the certificate ends",
        "L'espace n'indique pas la fin de validité du certificat",
        "The person learns of it on the day on which the certificate is refused.",
        "La personne l'apprend le jour où le certificat est refusé.",
        _certificate_end_hidden,
    ),
    Defect(
        "option-offered-to-all",
        "HOME-5",
        "A password space still offers the option",
        "Un espace à mot de passe propose encore l'option",
        "A link that leads nowhere makes people call the helpdesk.",
        "Un lien qui ne mène nulle part fait appeler l'assistance.",
        _option_offered_to_all,
    ),
)

OF_EMAIL = (
    Defect(
        "email-on-file-not-replaced",
        "CRED-1",
        "After activation, the e-mail on file is still the old one",
        "Après l'activation, l'adresse enregistrée est encore l'ancienne",
        "Messages go on to a mailbox that the person has left.",
        "Les messages continuent d'aller dans une boîte que la personne a quittée.",
        _email_on_file_kept,
    ),
)

OF_RESULT = (
    Defect(
        "registered-a-day-late",
        "REG-1",
        "The registration is dated a day late",
        "L'inscription est datée du lendemain",
        "A date that is off by one day is a date that nobody can rely on.",
        "Une date fausse d'un jour est une date sur laquelle on ne peut compter.",
        _registered_a_day_late,
    ),
    Defect(
        "recap-of-wrong-person",
        "REG-2",
        "The recap bears another person's name",
        "Le récapitulatif porte le nom d'une autre personne",
        "A document with the wrong name proves nothing, and tells somebody's secret.",
        "Un document au mauvais nom ne prouve rien, et livre le secret de quelqu'un.",
        _recap_of_another,
    ),
    Defect(
        "recap-without-answer",
        "REG-2",
        "The recap leaves out the answer to the security question",
        "Le récapitulatif omet la réponse à la question de confiance",
        "It is what one needs it for, and one looks at it years later.",
        "C'est pour elle qu'on en a besoin, et on ne le relit que des années après.",
        _recap_without_answer,
    ),
    Defect(
        "recap-missing-from-space",
        "REG-4",
        "The space does not give the recap",
        "L'espace ne donne pas le récapitulatif",
        "Whoever did not print it on the first day never gets it.",
        "Qui ne l'a pas imprimé le premier jour ne l'aura jamais.",
        _no_recap_in_space,
    ),
    Defect(
        "result-for-everybody",
        "REG-5",
        "Any browser that has the result's address gets it, and the recap",
        "Tout navigateur qui a l'adresse du résultat l'obtient, avec le récapitulatif",
        "An address in a history or a log gives away the security answer.",
        "Une adresse laissée dans un historique livre la réponse de confiance.",
        _result_for_everybody,
    ),
    Defect(
        "result-open-for-a-day",
        "REG-5",
        "The browser that activated gets the result for a day longer",
        "Le navigateur qui a activé obtient le résultat un jour de plus",
        "On a shared machine, the recap is there for whoever comes next morning.",
        "Sur un poste partagé, le récapitulatif attend qui viendra le lendemain.",
        _result_open_for_a_day,
    ),
)
