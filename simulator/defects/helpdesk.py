"""Defects of the helpdesk's page. Rules HELP-1, HELP-2."""

from dataclasses import replace
from datetime import datetime, timedelta

from maquette.simulator.defects.defect import Defect
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.rules import Rules


def _another_number(rules: Rules) -> Rules:
    return replace(rules, helpdesk_phone=lambda: rules.helpdesk_phone()[:-1] + "3")


def _open_at_weekends(rules: Rules) -> Rules:
    def helpdesk_open(now: datetime) -> bool:
        days = max(now.astimezone(PARIS).weekday() - 4, 0)
        return rules.helpdesk_open(now - timedelta(days=days))

    return replace(rules, helpdesk_open=helpdesk_open)


DEFECTS = (
    Defect(
        "helpdesk-another-number",
        "HELP-1",
        "The helpdesk's page prints another telephone number",
        "La page de l'assistance imprime un autre numéro de téléphone",
        "Somebody else's telephone rings all day.",
        "C'est le téléphone de quelqu'un d'autre qui sonne toute la journée.",
        _another_number,
    ),
    Defect(
        "helpdesk-open-at-weekends",
        "HELP-2",
        "The page says that the helpdesk is open at weekends",
        "La page dit que l'assistance est ouverte le week-end",
        "People wait on the telephone for nobody.",
        "On attend au téléphone, et il n'y a personne.",
        _open_at_weekends,
    ),
)
