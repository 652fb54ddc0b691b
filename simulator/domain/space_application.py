"""A new space: who asks for it, for which companies, and what it is made of.

Decides what may be typed on the 1st step of both modes. It must not know the register of companies: the
replica has none, so a SIREN is asked to hold together, and nothing is known of its company but that.
Source: fiche §1.2, §4.1; rules NEW-1, NEW-2.
"""

import re
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum

from maquette.simulator.domain.credentials import printable
from maquette.simulator.domain.identifiers import is_siren, siret_of_seat
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.space import Civility, Company, Holder, Space

LINE_LENGTH = 50
"""Characters of a name or a line of an address; the recap holds as many on its one page (REG-3)."""

MOST_SIRENS = 50

_PHONE = re.compile(r"\+?[0-9](?:[ .-]?[0-9]){5,14}")
_BETWEEN_SIRENS = re.compile(r"[\n\r,;]+")


class CreationMode(Enum):
    """For one's own company, or for one or several that one represents (fiche §4.1)."""

    SIMPLIFIED = "simplifie"
    EXPERT = "expert"


@dataclass(frozen=True, slots=True)
class Application:
    """What a person types on the 1st step, as it was typed; blanks around it are gone."""

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
    """The SIREN of a list, one on a line or between commas; blanks within do not count, nor does a repeat."""
    parts = ("".join(part.split()) for part in _BETWEEN_SIRENS.split(typed))
    return tuple(dict.fromkeys(part for part in parts if part))


def check_application(typed: Application) -> tuple[Refusal, ...]:
    """All that is wrong with what was typed, in the order of the form; empty when nothing is.

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


def founded(typed: Application, number: str, created_on: date, email: str) -> Space:
    """The space that is asked for, as it is before its activation: its files are there, no service is yet.

    As on the fiche's first welcome screen, the holder joins the services from there (HOME-0). No register
    gives the companies' names: each is called by its SIREN.
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


def _check_sirens(mode: CreationMode, sirens: tuple[str, ...]) -> tuple[Refusal, ...]:
    if not sirens:
        return (Refusal.SIREN_MISSING,)
    if mode is CreationMode.SIMPLIFIED and len(sirens) > 1:
        return (Refusal.SIREN_NOT_SINGLE,)
    if len(sirens) > MOST_SIRENS:
        return (Refusal.TOO_MANY_SIRENS,)
    return () if all(map(is_siren, sirens)) else (Refusal.SIREN_INVALID,)
