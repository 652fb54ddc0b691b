"""The realm's time: one clock for each realm, frozen or running, in whole seconds.

Decides the time of a realm from the time of the world, which the caller passes in. Instants are aware and in
UTC; screens, letters and PDFs show Europe/Paris. Source: rule ACT-4 (whole seconds).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
FIRST_YEAR, LAST_YEAR = 2000, 2100
EXAMPLE = "2011-06-09T09:00:00+02:00"

_FIRST_INSTANT = datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)
_LAST_INSTANT = datetime(LAST_YEAR, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)

_DURATION = re.compile(
    r"P(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?"
    r"(?:T(?=\d)(?:(?P<hours>\d{1,6})H)?(?:(?P<minutes>\d{1,8})M)?(?:(?P<seconds>\d{1,9})S)?)?",
    re.ASCII,
)


class ClockMode(Enum):
    """Whether the realm's time runs by itself."""

    FROZEN = "frozen"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Clock:
    """A realm's clock: it showed `shown` when the world's clock showed `real`."""

    mode: ClockMode
    shown: datetime
    real: datetime

    def now(self, real_now: datetime) -> datetime:
        """The realm's instant at the world's `real_now`, in UTC, cut to whole seconds."""
        if self.mode is ClockMode.FROZEN:
            return whole_seconds(self.shown)
        return whole_seconds(self.shown + (real_now - self.real))


def whole_seconds(instant: datetime) -> datetime:
    """The instant in UTC without its fraction of a second.

    Raises ValueError for an instant without a time zone.
    """
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {instant.isoformat()}")
    return instant.astimezone(UTC).replace(microsecond=0)


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 instant with its offset, such as 2011-06-09T09:00:00+02:00.

    In UTC it lies in the years 2000 to 2100.

    Raises ValueError for any other text, for one without offset, and for other years.
    """
    try:
        instant = datetime.fromisoformat(text if text.isprintable() else "")  # which stops reading at a NUL
    except ValueError:
        raise ValueError(f"not an ISO 8601 instant: {text!r} (write {EXAMPLE})") from None
    if instant.tzinfo is None:
        raise ValueError(f"the instant has no offset: {text!r} (write {EXAMPLE})")
    if not _FIRST_INSTANT <= instant <= _LAST_INSTANT:
        raise ValueError(
            f"the instant is not between {FIRST_YEAR} and {LAST_YEAR}: {text!r} (write {EXAMPLE})"
        )
    return whole_seconds(instant)


def parse_duration(text: str) -> timedelta:
    """Read an ISO 8601 duration of weeks, days, hours, minutes and seconds, such as PT48H.

    Raises ValueError for any other text; months and years have no fixed length and are refused.
    """
    found = _DURATION.fullmatch(text)
    if found is None or not any(found.groupdict().values()):
        raise ValueError(f"not an ISO 8601 duration: {text!r} (write PT48H, PT15M or P1DT12H)")
    return timedelta(**{unit: int(amount) for unit, amount in found.groupdict().items() if amount})


def format_duration(duration: timedelta) -> str:
    """The ISO 8601 text of a duration of whole seconds, hours being the largest unit: PT48H, PT1H30M."""
    minutes, seconds = divmod(int(duration.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{amount}{unit}" for amount, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if amount]
    return "PT" + ("".join(parts) or "0S")
