"""French words that are put together in code: dates, durations, names. Sentences stand in the templates.

Dates are those of Europe/Paris (portal.md §5: the realm's clock).
"""

from datetime import date, datetime, timedelta

from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.space import Holder

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


def short_duration(duration: timedelta) -> str:
    """48h for the fiche's delay; hours, minutes and seconds as far as they are needed."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [
        f"{hours}h" if hours else "",
        f"{minutes} min" if minutes else "",
        f"{seconds} s" if seconds else "",
    ]
    return " ".join(part for part in parts if part)


def full_name(holder: Holder) -> str:
    """Madame Rosemonde Lila, in the order in which the fiche prints it."""
    return f"{holder.civility.value} {holder.last_name} {holder.first_name}"


def _paris_day(when: date | datetime) -> date:
    return when.astimezone(PARIS).date() if isinstance(when, datetime) else when
