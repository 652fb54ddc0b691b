"""When the helpdesk answers the telephone. Source: fiche §6, rules HELP-1, HELP-2.

Bank holidays are not modelled: the fiche names none.
"""

from datetime import datetime, time

from maquette.simulator.domain.clock import PARIS

PHONE = "0 810 006 882"
OPENS, CLOSES = time(8, 0), time(19, 30)


def helpdesk_open(now: datetime) -> bool:
    """Whether it is open at `now`: Monday to Friday, from 8:00 until before 19:30, Paris time."""
    there = now.astimezone(PARIS)
    return there.weekday() < 5 and OPENS <= there.time() < CLOSES


def helpdesk_phone() -> str:
    """The number that the page prints, as the fiche does (HELP-1)."""
    return PHONE
