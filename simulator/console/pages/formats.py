"""How the console's pages write instants, sizes and French punctuation."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from maquette.simulator.base.french import counted, day, hour, long_day, long_instant
from maquette.simulator.domain.clock import PARIS, parse_instant


def octets(size: int) -> str:
    """A size in the units of a French screen."""
    if size < 1024:
        return counted(size, "octet")
    amount, unit = (size / 1024, "ko") if size < 1024**2 else (size / 1024**2, "Mo")
    return f"{amount:.1f} {unit}".replace(".", ",")


def instant(when: datetime) -> str:
    """11/06/2011 à 09:00:00, Paris time: the short form for tables."""
    return f"{day(when)} à {hour(when)}"


def french(text: str) -> str:
    """Return the text with the no-break spaces of French typography."""
    return re.sub(r" (?=[;:?!»])|(?<=«) ", "\N{NO-BREAK SPACE}", text)


FORMATS: dict[str, Callable[..., Any]] = {
    "instant": instant,
    "parsed": parse_instant,
    "day": day,
    "hour": hour,
    "counted": counted,
    "minute": lambda when: f"{when.astimezone(PARIS):%H:%M}",
    "paris_day": lambda when: f"{when.astimezone(PARIS):%Y-%m-%d}",
    "long_instant": long_instant,
    "long_day": long_day,
    "octets": octets,
    "french": french,
}
"""The filters of the templates and of the texts, by name."""
