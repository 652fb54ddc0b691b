"""The request for a new space: the applicant, the companies, and the space that it creates.

It decides what may be typed in the first step of both modes. The replica has no register of companies: a
SIREN must only be well formed, and nothing else is known of its company. Source: fiche §1.2, §4.1; rules
NEW-1, NEW-2.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum

from maquette.simulator.domain.credentials import printable
from maquette.simulator.domain.identifiers import (
    FIRST_DRAWN,
    SEQUENCES,
    is_siren,
    siret_of_seat,
    subscriber_number,
)
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.space import Civility, Company, Holder, Space

LINE_LENGTH = 50
"""Characters of a name or a line of an address; the recap holds as many on its one page (REG-3)."""

MOST_SIRENS = 50

_PHONE = re.compile(r"\+?[0-9](?:[ .-]?[0-9]){5,14}")
_BETWEEN_SIRENS = re.compile(r"[\n\r,;]+")


class CreationMode(Enum):
    """For one's own company, or for one or several companies that the person represents (fiche §4.1)."""

    SIMPLIFIED = "simplifie"
    EXPERT = "expert"


@dataclass(frozen=True, slots=True)
class Application:
    """The fields of the first step as they were typed, without the blanks around them."""

    mode: CreationMode
    civility: str
    last_name: str
    first_name: str
    phone: str
    street: str
    postcode: str
    town: str
    country: str
    sirens: str


_MISSING = {
    "last_name": Refusal.LAST_NAME_MISSING,
    "first_name": Refusal.FIRST_NAME_MISSING,
    "street": Refusal.STREET_MISSING,
    "postcode": Refusal.POSTCODE_MISSING,
    "town": Refusal.TOWN_MISSING,
    "country": Refusal.COUNTRY_MISSING,
}


def listed_sirens(typed: str) -> tuple[str, ...]:
    """The SIREN numbers of a list, parted by lines or commas; blanks and repeats do not count."""
    parts = ("".join(part.split()) for part in _BETWEEN_SIRENS.split(typed))
    return tuple(dict.fromkeys(part for part in parts if part))


class ApplicationRules:
    """The decisions on a request for a new space."""

    def check(self, typed: Application) -> tuple[Refusal, ...]:
        """All that is wrong with the typed fields, in the order of the form; empty when nothing is.

        Simplified mode is for one company, expert mode for one or several. Source: fiche §4.1, rule NEW-1.
        """
        lines = {name: getattr(typed, name) for name in _MISSING}
        wrong = {name: _MISSING[name] for name, line in lines.items() if not line}
        if typed.civility not in {civility.value for civility in Civility}:
            wrong["civility"] = Refusal.CIVILITY_MISSING
        if not _PHONE.fullmatch(typed.phone):
            wrong["phone"] = Refusal.PHONE_MALFORMED
        refusals = [wrong[field.name] for field in fields(typed) if field.name in wrong]
        if any(len(line) > LINE_LENGTH for line in lines.values()):
            refusals.append(Refusal.IDENTITY_TOO_LONG)
        if not all(map(printable, lines.values())):
            refusals.append(Refusal.IDENTITY_CHARACTERS)
        return (*refusals, *_check_sirens(typed.mode, listed_sirens(typed.sirens)))

    def founded(self, typed: Application, number: str, created_on: date, email: str) -> Space:
        """The requested space before its activation: it has its company files and no service yet.

        As on the fiche's first welcome screen, the holder joins the services later (HOME-0). No register
        gives the companies' names: each is named by its SIREN.
        """
        companies = tuple(
            Company(siren, siret_of_seat(siren), f"ENTREPRISE {siren}", foreign=False, services=())
            for siren in listed_sirens(typed.sirens)
        )
        holder = Holder(
            civility=Civility(typed.civility),
            last_name=typed.last_name,
            first_name=typed.first_name,
            phone=typed.phone,
            street=typed.street,
            postcode=typed.postcode,
            town=typed.town,
            country=typed.country,
        )
        return Space(number, created_on, holder, companies, email)

    def draw_number(self, created_on: date, draw: Callable[[int], int], taken: Callable[[str], bool]) -> str:
        """The number of a space created on that day, drawn until no space has it or ever had it (NEW-2).

        `draw` returns a whole number below its argument, and must be a secure source: a person who knows a
        number has to give little more (OUT-2, PWD-4).
        """
        while taken(number := subscriber_number(created_on, FIRST_DRAWN + draw(SEQUENCES - FIRST_DRAWN))):
            continue
        return number


def _check_sirens(mode: CreationMode, sirens: tuple[str, ...]) -> tuple[Refusal, ...]:
    if not sirens:
        return (Refusal.SIREN_MISSING,)
    if mode is CreationMode.SIMPLIFIED and len(sirens) > 1:
        return (Refusal.SIREN_NOT_SINGLE,)
    if len(sirens) > MOST_SIRENS:
        return (Refusal.TOO_MANY_SIRENS,)
    return () if all(map(is_siren, sirens)) else (Refusal.SIREN_INVALID,)
