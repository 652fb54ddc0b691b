"""French words that pages, letters and the recap share: dates, delays, counts, names, the safety line.

Babel has the names of months and the rule of the plural. The ordinal « 1er » and the fiche's « 48h » are
written here: Babel's dates have no ordinal, and its units mix two kinds of blanks. Dates and hours are those
of Europe/Paris, the zone of the realm's clock. All other sentences stand in the module that shows them.
"""

from datetime import date, datetime, timedelta

from babel import Locale
from babel.dates import format_date, format_time

from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.space import Holder

SAFETY_LINE = (
    "Simulateur de formation et de test — ce site n'est pas impots.gouv.fr ; "
    "n'y saisissez aucune donnée réelle."
)
"""Stands on every page, letter and recap; it cannot be switched off."""

_FRENCH = Locale("fr")


def day(when: date | datetime) -> str:
    """27/11/2016."""
    return format_date(_paris_day(when), "short", _FRENCH)


def long_day(when: date | datetime) -> str:
    """10 juin 2011; the first of a month is the 1er."""
    there = _paris_day(when)
    text = format_date(there, "long", _FRENCH)
    return f"1er{text[1:]}" if there.day == 1 else text


def hour(when: datetime) -> str:
    """09:00:00, Paris time."""
    return format_time(when, "medium", PARIS, _FRENCH)


def long_instant(when: datetime) -> str:
    """11 juin 2011 à 09:00:00, Paris time."""
    return f"{long_day(when)} à {hour(when)}"


def counted(count: int, one: str, several: str | None = None) -> str:
    """1 courriel, 2 courriels; `several` is a plural that does not just add an s."""
    is_one = _FRENCH.plural_form(count) == "one"
    return f"{count} {one if is_one else several or f'{one}s'}"


def delay_in_words(window: timedelta) -> str:
    """The delay as the fiche prints it, 48h; in minutes or seconds when it is not in whole hours."""
    seconds = int(window.total_seconds())
    if seconds % 3600 == 0:
        return f"{seconds // 3600}h"
    return counted(seconds // 60, "minute") if seconds % 60 == 0 else counted(seconds, "seconde")


def full_name(holder: Holder) -> str:
    """Madame Rosemonde Lila, in the order that the fiche prints."""
    return f"{holder.civility.value} {holder.last_name} {holder.first_name}"


def _paris_day(when: date | datetime) -> date:
    return when.astimezone(PARIS).date() if isinstance(when, datetime) else when
