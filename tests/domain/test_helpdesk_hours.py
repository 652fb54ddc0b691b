"""When the helpdesk answers: Monday to Friday 8:00 to 19:30 by the clocks of Paris."""

from datetime import UTC, datetime, timedelta

import pytest

from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.helpdesk import PHONE
from maquette.simulator.domain.rules import RULES

rules = RULES.helpdesk

SECOND = timedelta(seconds=1)
MONDAY, FRIDAY, SATURDAY, SUNDAY = 6, 10, 11, 12
"""Days of June 2011."""


def paris(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2011, 6, day, hour, minute, tzinfo=PARIS)


@pytest.mark.rule("HELP-1")
def test_the_number_is_the_fiche_s():
    assert PHONE == "0 810 006 882"


@pytest.mark.rule("HELP-1", "HELP-2")
@pytest.mark.parametrize("day", range(MONDAY, FRIDAY + 1))
def test_on_a_weekday_it_opens_at_8_and_shuts_at_19_30(day):
    around = (-SECOND, 0 * SECOND, SECOND)
    opens, shuts = paris(day, 8).astimezone(UTC), paris(day, 19, 30).astimezone(UTC)
    assert [rules.is_open(opens + by) for by in around] == [False, True, True]
    assert [rules.is_open(shuts + by) for by in around] == [True, False, False]


@pytest.mark.rule("HELP-2")
@pytest.mark.parametrize("day", [SATURDAY, SUNDAY])
def test_it_is_shut_at_the_weekend(day):
    assert not any(rules.is_open(paris(day, hour)) for hour in range(24))


@pytest.mark.rule("HELP-2")
def test_the_week_is_that_of_paris_even_where_the_day_in_utc_is_another():
    friday_noon_in_auckland = datetime.fromisoformat("2011-06-10T19:00:00+12:00")
    assert not rules.is_open(friday_noon_in_auckland.replace(hour=12))  # two o'clock at night in Paris
    assert rules.is_open(friday_noon_in_auckland)  # nine o'clock in Paris


@pytest.mark.rule("HELP-2")
@pytest.mark.parametrize(
    ("day", "opens"),
    [
        ("2011-03-25", "2011-03-25T07:00:00+00:00"),  # the Friday before summer time
        ("2011-03-28", "2011-03-28T06:00:00+00:00"),  # the Monday after
        ("2011-10-28", "2011-10-28T06:00:00+00:00"),  # the Friday before winter time
        ("2011-10-31", "2011-10-31T07:00:00+00:00"),  # the Monday after
    ],
)
def test_it_opens_at_8_by_the_clock_on_the_wall_whatever_the_season(day, opens):
    instant = datetime.fromisoformat(opens)
    assert instant.astimezone(PARIS).date().isoformat() == day
    assert [rules.is_open(instant + by) for by in (-SECOND, 0 * SECOND, SECOND)] == [
        False,
        True,
        True,
    ]


@pytest.mark.rule("HELP-2")
@pytest.mark.parametrize("sunday", ["2011-03-27", "2011-10-30"])
def test_it_is_shut_all_day_on_the_sundays_of_23_and_of_25_hours(sunday):
    begins = datetime.fromisoformat(f"{sunday}T00:00:00").replace(tzinfo=PARIS).astimezone(UTC)
    hours = [begins + timedelta(hours=hour) for hour in range(26)]
    of_that_day = [hour for hour in hours if hour.astimezone(PARIS).date().isoformat() == sunday]
    assert len(of_that_day) in {23, 25}
    assert not any(map(rules.is_open, of_that_day))
