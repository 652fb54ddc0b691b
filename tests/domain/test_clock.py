"""The realm's time: clocks, instants, durations."""

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maquette.simulator.domain.clock import (
    PARIS,
    Clock,
    ClockMode,
    format_duration,
    parse_duration,
    parse_instant,
    whole_seconds,
)

SHOWN = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
REAL = datetime(2024, 1, 1, 12, 0, tzinfo=UTC)

OFFSETS = st.integers(min_value=-1439, max_value=1439).map(
    lambda minutes: timezone(timedelta(minutes=minutes))
)
INSTANTS = st.datetimes(datetime(2000, 1, 2), datetime(2100, 12, 30), timezones=OFFSETS)  # noqa: DTZ001 - the strategy adds the zone


def test_a_frozen_clock_shows_the_same_however_late_it_is_in_the_world():
    clock = Clock(ClockMode.FROZEN, SHOWN, REAL)
    assert {clock.now(REAL + timedelta(days=days)) for days in range(3)} == {SHOWN}


@pytest.mark.parametrize("passed", [-1, 0, 1, 172_800])
def test_a_running_clock_goes_as_fast_as_the_world_s(passed):
    clock = Clock(ClockMode.RUNNING, SHOWN, REAL)
    assert clock.now(REAL + timedelta(seconds=passed)) == SHOWN + timedelta(seconds=passed)


@pytest.mark.rule("ACT-4")
@pytest.mark.parametrize(
    ("fraction", "shown"), [(999_999, 0), (1_000_000, 1), (1_000_001, 1)], ids=["just under", "on", "over"]
)
def test_a_running_clock_shows_whole_seconds(fraction, shown):
    clock = Clock(ClockMode.RUNNING, SHOWN, REAL)
    assert clock.now(REAL + timedelta(microseconds=fraction)) == SHOWN + timedelta(seconds=shown)


@pytest.mark.rule("ACT-4")
def test_a_frozen_clock_shows_whole_seconds():
    clock = Clock(ClockMode.FROZEN, SHOWN + timedelta(microseconds=999_999), REAL)
    assert clock.now(REAL) == SHOWN


@pytest.mark.parametrize("mode", ClockMode)
def test_a_clock_set_in_paris_answers_in_utc(mode):
    now = Clock(mode, SHOWN.astimezone(PARIS), REAL.astimezone(PARIS)).now(REAL)
    assert now == SHOWN
    assert now.tzinfo is UTC


def test_a_running_clock_goes_on_through_the_hour_that_paris_has_twice():
    clock = Clock(ClockMode.RUNNING, datetime(2011, 10, 30, 0, 30, tzinfo=UTC), REAL)
    shown = [clock.now(REAL + timedelta(hours=hours)).astimezone(PARIS) for hours in range(3)]
    assert [f"{instant:%H:%M %Z}" for instant in shown] == ["02:30 CEST", "02:30 CET", "03:30 CET"]


def test_an_instant_without_a_zone_is_no_instant():
    with pytest.raises(ValueError, match="an instant needs a time zone: 2011-06-09T09:00:00"):
        whole_seconds(datetime(2011, 6, 9, 9, 0))  # noqa: DTZ001 - that is the point


@given(INSTANTS)
def test_cutting_to_whole_seconds_takes_away_less_than_one(instant):
    cut = whole_seconds(instant)
    assert cut.microsecond == 0
    assert timedelta(0) <= instant.astimezone(UTC) - cut < timedelta(seconds=1)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2011-06-09T09:00:00+02:00", SHOWN),
        ("2011-06-09T07:00:00Z", SHOWN),
        ("2011-06-09T07:00:00.999999+00:00", SHOWN),
        ("2011-06-09 09:00+02:00", SHOWN),
        ("2000-01-01T00:00:00Z", datetime(2000, 1, 1, tzinfo=UTC)),
        ("2100-12-31T23:59:59Z", datetime(2100, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_with_its_offset(text, instant):
    read = parse_instant(text)
    assert read == instant
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "not an ISO 8601 instant: ''"),
        ("now", "not an ISO 8601 instant: 'now'"),
        ("2011-02-30T09:00:00+02:00", "not an ISO 8601 instant"),
        ("2011-06-09T25:00:00+02:00", "not an ISO 8601 instant"),
        ("2011-06-09T09:00:00+99:00", "not an ISO 8601 instant"),
        ("2011-06-09T09:00:00 Europe/Paris", "not an ISO 8601 instant"),
        ("09/06/2011", "not an ISO 8601 instant"),
        ("2011-06-09", "the instant has no offset: '2011-06-09'"),
        ("2011-06-09T09:00:00", "the instant has no offset"),
        ("0001-01-01T00:00:00+02:00", "the instant is not between 2000 and 2100"),
        ("1999-12-31T23:59:59Z", "the instant is not between 2000 and 2100"),
        ("2101-01-01T00:00:00Z", "the instant is not between 2000 and 2100"),
        ("2000-01-01T00:00:00+14:00", "the instant is not between 2000 and 2100"),
        ("2100-12-31T23:59:59-12:00", "the instant is not between 2000 and 2100"),
        ("2011-06-09T09:00:00Z\0", "not an ISO 8601 instant"),
        ("9999-12-31T23:59:59-02:00", "the instant is not between 2000 and 2100"),
    ],
)
def test_an_invalid_instant_is_refused_by_name(text, complaint):
    with pytest.raises(ValueError, match=complaint) as refused:
        parse_instant(text)
    assert str(refused.value).endswith("(write 2011-06-09T09:00:00+02:00)")


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("PT48H", timedelta(hours=48)),
        ("P2D", timedelta(hours=48)),
        ("P1DT24H", timedelta(hours=48)),
        ("P1W", timedelta(days=7)),
        ("P1W1DT1H1M1S", timedelta(days=8, seconds=3661)),
        ("PT30M", timedelta(minutes=30)),
        ("PT90S", timedelta(seconds=90)),
        ("PT0S", timedelta(0)),
        ("PT999999999S", timedelta(seconds=999_999_999)),
    ],
)
def test_a_duration_is_read(text, duration):
    assert parse_duration(text) == duration


NO_DURATIONS = (
    "", "P", "PT", "P1DT", "48", "48H", "PT48", "PT-1H", "-PT1H", "P1M", "P1Y", "PT1.5H", "pt48h", "PT1H ",
    "PT1H\n", "PT1M1H", "P1H", "PT1D", "P10000W", "PT1000000H", "PT1000000000S",
)  # fmt: skip


def test_a_duration_without_fixed_length_is_refused_by_name():
    for text in NO_DURATIONS:
        complaint = re.escape(f"not an ISO 8601 duration: {text!r} (write PT48H, PT15M or P1DT12H)")
        with pytest.raises(ValueError, match=complaint):
            parse_duration(text)


def test_a_duration_is_written_in_the_digits_of_iso_8601():
    with pytest.raises(ValueError, match="not an ISO 8601 duration"):
        parse_duration("PT٤٨H")


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(0), "PT0S"),
        (timedelta(seconds=59), "PT59S"),
        (timedelta(seconds=60), "PT1M"),
        (timedelta(seconds=61), "PT1M1S"),
        (timedelta(minutes=90), "PT1H30M"),
        (timedelta(hours=1, seconds=1), "PT1H1S"),
        (timedelta(days=2), "PT48H"),
    ],
)
def test_a_duration_is_written_with_hours_as_its_largest_unit(duration, text):
    assert format_duration(duration) == text


@given(st.integers(min_value=0, max_value=366 * 86_400))
def test_a_written_duration_reads_back(seconds):
    assert parse_duration(format_duration(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


@given(INSTANTS)
def test_a_written_instant_reads_back_to_the_second(instant):
    assert parse_instant(instant.isoformat()) == whole_seconds(instant)
