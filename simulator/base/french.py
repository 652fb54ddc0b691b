"""French words that pages, letters and the recap share: dates, delays, names, and the line of safety.

Dates are those of Europe/Paris (portal.md §5: the realm's clock). All other sentences stand where they are
shown.
"""

from datetime import date, datetime, timedelta

from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.space import Holder

SAFETY_LINE = (
    "Simulateur de formation et de test — ce site n'est pas impots.gouv.fr ; "
    "n'y saisissez aucune donnée réelle."
)
"""On every page, and at the foot of every letter and recap; it cannot be switched off."""

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def day(when: date | datetime) -> str:
    """27/11/2016."""
    return _paris_day(when).strftime("%d/%m/%Y")


def long_day(when: date | datetime) -> str:
    """10 juin 2011; the first of a month is the 1er."""
    there = _paris_day(when)
    number = "1er" if there.day == 1 else str(there.day)
    return f"{number} {MONTHS[there.month - 1]} {there.year}"


def long_instant(when: datetime) -> str:
    """11 juin 2011 à 09:00:00, Paris time."""
    return f"{long_day(when)} à {when.astimezone(PARIS):%H:%M:%S}"


def delay_in_words(window: timedelta) -> str:
    """The delay as the fiche prints it, 48h; in minutes or seconds where it makes no whole hours."""
    seconds = int(window.total_seconds())
    if seconds % 3600 == 0:
        return f"{seconds // 3600}h"
    amount, unit = (seconds // 60, "minute") if seconds % 60 == 0 else (seconds, "seconde")
    return f"{amount} {unit}" if amount == 1 else f"{amount} {unit}s"


def full_name(holder: Holder) -> str:
    """Madame Rosemonde Lila, in the order in which the fiche prints it."""
    return f"{holder.civility.value} {holder.last_name} {holder.first_name}"


def _paris_day(when: date | datetime) -> date:
    return when.astimezone(PARIS).date() if isinstance(when, datetime) else when
