"""Defects of the letter, and of what the page says of it. Rules ACT-1, ACT-4, MAIL-1 to MAIL-5."""

from dataclasses import replace
from datetime import timedelta

from maquette.simulator.defects.defect import Defect
from maquette.simulator.domain.letter import Letter
from maquette.simulator.domain.rules import Rules

_OTHER_DELAY = timedelta(hours=24)
_LINK = "Pour activer votre espace abonné : https://portail.impots.example/activation"
_PRINTED, _OF_TODAY = '"Création Espace Abonné"', '"Créer mon espace / adhérer aux services en ligne"'


def _sent_twice(rules: Rules) -> Rules:
    def letters_of(option_id: str) -> tuple[str, ...]:
        first, *others = rules.letters_of(option_id)
        return (first, f"{first}.2", *others)

    return replace(rules, letters_of=letters_of)


def _page_says_24_hours(rules: Rules) -> Rules:
    return replace(rules, delay_told=lambda _window: _OTHER_DELAY)


def _mail_says_24_hours(rules: Rules) -> Rules:
    return replace(rules, write_letter=lambda code, _delay: rules.write_letter(code, "24h"))


def _has_a_link(rules: Rules) -> Rules:
    def write_letter(code: str, delay: str) -> Letter:
        letter = rules.write_letter(code, delay)
        return replace(letter, text=f"{letter.text}\n{_LINK}\n")

    return replace(rules, write_letter=write_letter)


def _path_of_today(rules: Rules) -> Rules:
    def write_letter(code: str, delay: str) -> Letter:
        letter = rules.write_letter(code, delay)
        return replace(letter, text=letter.text.replace(_PRINTED, _OF_TODAY))

    return replace(rules, write_letter=write_letter)


def _another_sender(rules: Rules) -> Rules:
    def write_letter(code: str, delay: str) -> Letter:
        return replace(rules.write_letter(code, delay), sender="assistance@impots.example")

    return replace(rules, write_letter=write_letter)


def _refused_given_up(rules: Rules) -> Rules:
    return replace(rules, refused_for_good=lambda _reply: True)


OF_SENDING = (
    Defect(
        "mail-sent-twice",
        "ACT-1",
        "The mail with the code is sent twice",
        "Le courriel avec le code est envoyé deux fois",
        "People take the second one for a second code, and ask which of the two is good.",
        "On prend le second pour un second code, et l'on demande lequel est le bon.",
        _sent_twice,
    ),
    Defect(
        "page-says-24-hours",
        "ACT-4",
        "The page says that the delay is 24 hours",
        "La page annonce un délai de 24 heures",
        "Page and mail contradict each other, and the helpdesk's telephone rings.",
        "La page et le courriel se contredisent, et le téléphone de l'assistance sonne.",
        _page_says_24_hours,
    ),
)

OF_MAIL = (
    Defect(
        "mail-says-24-hours",
        "MAIL-1",
        "The mail says that the delay is 24 hours",
        "Le courriel annonce un délai de 24 heures",
        "Whoever reads it on the second day gives up a code that is still good.",
        "Qui le lit le deuxième jour renonce à un code encore bon.",
        _mail_says_24_hours,
    ),
    Defect(
        "mail-has-a-link",
        "MAIL-2",
        "The mail has a link",
        "Le courriel contient un lien",
        "A mail that breaks its own promise teaches people to click in false ones.",
        "Un courriel qui trahit sa promesse apprend à cliquer dans les faux.",
        _has_a_link,
    ),
    Defect(
        "mail-path-of-today",
        "MAIL-3",
        "The mail gives the path of today's menus, not the one that it printed",
        "Le courriel donne le chemin des menus actuels, et non celui qu'il imprimait",
        "The trap that a trainer wants to show is gone, and nobody told the trainer.",
        "Le piège que le formateur veut montrer a disparu, et personne ne l'a prévenu.",
        _path_of_today,
    ),
    Defect(
        "mail-from-another-sender",
        "MAIL-4",
        "The mail comes from another sender",
        "Le courriel vient d'un autre expéditeur",
        "A filter that lets the right sender through sends it to the spam.",
        "Un filtre qui laisse passer le bon expéditeur l'envoie dans les indésirables.",
        _another_sender,
    ),
    Defect(
        "refused-mail-given-up",
        "MAIL-5",
        "A mail that is refused for a while is given up",
        "Un courriel refusé pour un moment est abandonné",
        "Many mail servers refuse the first try of an unknown sender on purpose.",
        "Bien des serveurs refusent exprès le premier essai d'un expéditeur inconnu.",
        _refused_given_up,
    ),
)
