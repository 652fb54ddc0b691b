"""Defects of the code, its 48 hours and its window. Rules ACT-2 to ACT-16, POP-1 to POP-4."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from maquette.simulator.defects.defect import Defect
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.policy import PopupMode
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.domain.rules import Rules

_FAR = datetime(2101, 1, 1, tzinfo=UTC)
"""Behind every instant that a realm's clock can show."""


def _never_expires(rules: Rules) -> Rules:
    return replace(rules, window_end=lambda _option, _window: _FAR)


def _at_47_hours(rules: Rules) -> Rules:
    def window_end(option: Option, window: timedelta) -> datetime:
        return rules.window_end(option, window) - timedelta(hours=1)

    return replace(rules, window_end=window_end)


def _a_second_longer(rules: Rules) -> Rules:
    def window_end(option: Option, window: timedelta) -> datetime:
        return rules.window_end(option, window) + timedelta(seconds=1)

    return replace(rules, window_end=window_end)


def _from_the_option(rules: Rules) -> Rules:
    def window_end(option: Option, window: timedelta) -> datetime:
        return rules.window_end(replace(option, sent_at=None), window)

    return replace(rules, window_end=window_end)


def _of_11(rules: Rules) -> Rules:
    def draw_code(choose: Callable[[str], str]) -> str:
        return rules.draw_code(choose)[:-1]

    return replace(rules, draw_code=draw_code)


def _look_alikes(rules: Rules) -> Rules:
    def draw_code(choose: Callable[[str], str]) -> str:
        drawn = rules.draw_code(choose)
        return "0O1lI"[len(drawn) % 5] + drawn[1:]

    return replace(rules, draw_code=draw_code)


def _case_ignored(rules: Rules) -> Rules:
    def judge_code(option: Option | None, code: str, state: SpaceState | None) -> Reason | None:
        same = option is not None and option.code.lower() == code.lower()
        return rules.judge_code(option, option.code if option and same else code, state)

    return replace(rules, judge_code=judge_code)


def _works_twice(rules: Rules) -> Rules:
    def judge_code(option: Option | None, code: str, state: SpaceState | None) -> Reason | None:
        reason = rules.judge_code(option, code, state)
        return None if reason is Reason.CODE_USED else reason

    return replace(rules, judge_code=judge_code)


def _unknown_told(rules: Rules) -> Rules:
    def refusal_of_code(reason: Reason) -> Refusal:
        unknown = reason is Reason.ADDRESS_UNKNOWN
        return Refusal.EMAIL_MALFORMED if unknown else rules.refusal_of_code(reason)

    return replace(rules, refusal_of_code=refusal_of_code)


def _blanks_count(rules: Rules) -> Rules:
    return replace(rules, without_blanks=lambda typed: typed)


def _valider_activates(rules: Rules) -> Rules:
    return replace(rules, activates=lambda _move: True)


def _window_not_judged(rules: Rules) -> Rules:
    def judge_window(judged: Reason | None) -> Reason | None:
        reason = rules.judge_window(judged)
        return None if reason is Reason.CODE_EXPIRED else reason

    return replace(rules, judge_window=judge_window)


def _opens_by_itself(rules: Rules) -> Rules:
    return replace(rules, window_opens=lambda _mode: PopupMode.AUTOMATIC)


OF_CODE = (
    Defect(
        "code-of-11-characters",
        "ACT-2",
        "The code has 11 characters",
        "Le code a 11 caractères",
        "The screen asks for twelve, and the person looks for the one that is missing.",
        "L'écran en demande douze, et la personne cherche celui qui manque.",
        _of_11,
    ),
    Defect(
        "code-case-ignored",
        "ACT-2",
        "The code is compared without its case",
        "Le code est comparé sans tenir compte de la casse",
        "Far fewer codes are left to be guessed, and the screen's warning is not true.",
        "Il reste bien moins de codes à deviner, et l'avertissement de l'écran est faux.",
        _case_ignored,
    ),
    Defect(
        "code-with-look-alikes",
        "ACT-3",
        "The code begins with a character that is mistaken for another",
        "Le code commence par un caractère que l'on confond avec un autre",
        "Whoever copies it by hand is wrong every other time.",
        "Qui le recopie à la main se trompe une fois sur deux.",
        _look_alikes,
    ),
)

OF_WINDOW = (
    Defect(
        "window-counted-from-option",
        "ACT-4",
        "The 48 hours count from the option, not from the sending of the mail",
        "Les 48 heures courent depuis l'option, et non depuis l'envoi du courriel",
        "The delay that the mail promises is shorter whenever the mail server was down.",
        "Le délai promis par le courriel est plus court dès que le serveur était en panne.",
        _from_the_option,
    ),
    Defect(
        "code-expires-at-47-hours",
        "ACT-5",
        "The code expires after 47 hours",
        "Le code expire au bout de 47 heures",
        "Whoever comes in the last hour is turned away within the delay.",
        "Qui vient dans la dernière heure est refusé alors qu'il est dans les temps.",
        _at_47_hours,
    ),
    Defect(
        "code-works-a-second-longer",
        "ACT-5",
        "The code still works one second after the 48 hours",
        "Le code fonctionne encore une seconde après les 48 heures",
        "Only a test that stands on the boundary sees a boundary that has moved.",
        "Seul un test posé sur la limite voit qu'elle a bougé.",
        _a_second_longer,
    ),
    Defect(
        "code-never-expires",
        "ACT-6",
        "The code never expires",
        "Le code n'expire jamais",
        "A mail found in an old mailbox still opens the space.",
        "Un courriel retrouvé dans une vieille boîte ouvre encore l'espace.",
        _never_expires,
    ),
)

OF_USE = (
    Defect(
        "code-works-twice",
        "ACT-9",
        "The code works a second time, in another browser",
        "Le code fonctionne une seconde fois, dans un autre navigateur",
        "Whoever reads the mail later gets the recap with the security answer.",
        "Qui lit le courriel après coup obtient le récapitulatif et la réponse de confiance.",
        _works_twice,
    ),
    Defect(
        "unknown-address-told",
        "ACT-14",
        "The activation page tells an unknown address from a wrong code",
        "La page d'activation distingue une adresse inconnue d'un mauvais code",
        "Anybody learns which addresses have a space.",
        "N'importe qui apprend quelles adresses ont un espace.",
        _unknown_told,
    ),
)

OF_BLANKS = (
    Defect(
        "blanks-around-count",
        "ACT-16",
        "Blanks pasted around address or code make them wrong",
        "Des blancs collés autour de l'adresse ou du code les rendent faux",
        "Copying from a mail brings a blank along, and five tries are soon gone.",
        "Copier depuis un courriel emporte un blanc, et cinq essais sont vite passés.",
        _blanks_count,
    ),
)

OF_POPUP = (
    Defect(
        "blocked-popup-activates",
        "POP-1",
        "The space is activated though its window was blocked",
        "L'espace est activé bien que sa fenêtre ait été bloquée",
        "The certificate is dead and the recap was never seen.",
        "Le certificat est mort et le récapitulatif n'a jamais été vu.",
        _valider_activates,
    ),
    Defect(
        "window-not-judged-again",
        "POP-3",
        "A window that is let through after the 48 hours activates",
        "Une fenêtre débloquée après les 48 heures active l'espace",
        "What was right when it was typed is taken for right for ever.",
        "Ce qui était bon au moment de la saisie est tenu pour bon à jamais.",
        _window_not_judged,
    ),
    Defect(
        "window-opens-by-itself",
        "POP-4",
        "The window opens by itself, though the policy asks for a click",
        "La fenêtre s'ouvre seule, alors que le réglage demande un clic",
        "Where every browser blocks it, the setting was the way out.",
        "Là où tous les navigateurs la bloquent, ce réglage était l'issue.",
        _opens_by_itself,
    ),
)
