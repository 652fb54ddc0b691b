"""Defects of a new space. Rules NEW-1, NEW-2."""

from dataclasses import replace
from datetime import date

from maquette.simulator.defects.defect import Defect
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.rules import Rules
from maquette.simulator.domain.space import Space
from maquette.simulator.domain.space_application import Application


def _several_in_simplified(rules: Rules) -> Rules:
    def check_application(typed: Application) -> tuple[Refusal, ...]:
        refusals = rules.check_application(typed)
        return tuple(each for each in refusals if each is not Refusal.SIREN_NOT_SINGLE)

    return replace(rules, check_application=check_application)


def _first_company_only(rules: Rules) -> Rules:
    def founded(typed: Application, number: str, created_on: date, email: str) -> Space:
        space = rules.founded(typed, number, created_on, email)
        return replace(space, companies=space.companies[:1])

    return replace(rules, founded=founded)


DEFECTS = (
    Defect(
        "several-companies-in-simplified-mode",
        "NEW-1",
        "Simplified mode takes several companies",
        "Le mode simplifié accepte plusieurs entreprises",
        "A mode made for one's own company lets somebody speak for others.",
        "Un mode fait pour sa propre entreprise laisse parler pour d'autres.",
        _several_in_simplified,
    ),
    Defect(
        "new-space-with-first-company-only",
        "NEW-2",
        "A new space has the first company only",
        "Un nouvel espace n'a que la première entreprise",
        "The other companies were typed, accepted, and are nowhere.",
        "Les autres entreprises ont été saisies, acceptées, et ne sont nulle part.",
        _first_company_only,
    ),
)
