"""French words that pages, letters and the recap share: dates in full, counts, delays."""

from datetime import date, timedelta

import pytest

from maquette.simulator.base.french import counted, day, delay_in_words, hour, long_day, long_instant
from maquette.simulator.domain.clock import parse_instant


@pytest.mark.parametrize(
    ("when", "short", "long"),
    [
        (date(2011, 1, 1), "01/01/2011", "1er janvier 2011"),
        (date(2011, 2, 11), "11/02/2011", "11 février 2011"),
        (date(2012, 8, 31), "31/08/2012", "31 août 2012"),
        (date(2011, 12, 2), "02/12/2011", "2 décembre 2011"),
    ],
)
def test_the_first_of_a_month_alone_is_an_ordinal(when: date, short: str, long: str) -> None:
    assert (day(when), long_day(when)) == (short, long)


def test_an_instant_is_that_of_paris() -> None:
    summer, winter = parse_instant("2011-06-30T22:00:00Z"), parse_instant("2011-12-31T22:59:59Z")
    assert (day(summer), hour(summer)) == ("01/07/2011", "00:00:00")
    assert long_instant(summer) == "1er juillet 2011 à 00:00:00"
    assert long_instant(winter) == "31 décembre 2011 à 23:59:59"


def test_none_and_one_are_singular_and_two_and_a_million_are_plural() -> None:
    assert [counted(count, "courriel") for count in (0, 1, 2, 1_000_000)] == [
        "0 courriel",
        "1 courriel",
        "2 courriels",
        "1000000 courriels",
    ]
    assert counted(1, "code faux", "codes faux") == "1 code faux"
    assert counted(2, "code faux", "codes faux") == "2 codes faux"


def test_a_delay_is_in_the_largest_unit_that_measures_it() -> None:
    delays = [timedelta(hours=48), timedelta(minutes=1), timedelta(minutes=90), timedelta(seconds=61)]
    assert [delay_in_words(delay) for delay in delays] == ["48h", "1 minute", "90 minutes", "61 secondes"]
