"""When the helpdesk answers the telephone. Source: fiche §6, rules HELP-1, HELP-2.

Bank holidays are not modelled: the fiche names none.
"""

from datetime import datetime, time

from maquette.simulator.domain.clock import PARIS

PHONE = "0 810 006 882"
"""The number that the fiche prints (HELP-1)."""

OPENS, CLOSES = time(8, 0), time(19, 30)


class HelpdeskRules:
    """The decision on opening hours."""

    def is_open(self, now: datetime) -> bool:
        """Whether it is open at `now`: Monday to Friday, from 8:00 until before 19:30, Paris time."""
        there = now.astimezone(PARIS)
        return there.weekday() < 5 and OPENS <= there.time() < CLOSES
