"""How the database holds an instant: as whole seconds since 1970 in UTC."""

from datetime import UTC, datetime
from typing import overload


@overload
def to_seconds(instant: datetime) -> int: ...


@overload
def to_seconds(instant: datetime | None) -> int | None: ...


def to_seconds(instant: datetime | None) -> int | None:
    """The whole seconds of an aware instant; None stays None."""
    return None if instant is None else int(instant.timestamp())


@overload
def from_seconds(seconds: int) -> datetime: ...


@overload
def from_seconds(seconds: int | None) -> datetime | None: ...


def from_seconds(seconds: int | None) -> datetime | None:
    """The instant, in UTC; None stays None."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
