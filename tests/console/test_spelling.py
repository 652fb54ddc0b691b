"""The OpenAPI patterns of instants, durations and names match what the console accepts."""

import re
from datetime import timedelta
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from maquette.simulator.base.api_types import (
    DURATION_SCHEMA,
    MOVE_SCHEMA,
    REALM_NAME_SCHEMA,
    Duration,
    Instant,
    Move,
    RealmName,
)
from maquette.simulator.domain.clock import format_duration, parse_duration
from maquette.simulator.domain.realm import is_realm_name

DURATION, MOVE, NAME = (
    re.compile(str(schema["pattern"]), re.ASCII)
    for schema in (DURATION_SCHEMA, MOVE_SCHEMA, REALM_NAME_SCHEMA)
)


def takes(kind: Any, text: str) -> bool:
    try:
        TypeAdapter(kind).validate_python(text)
    except ValidationError:
        return False
    return True


@given(st.from_regex(DURATION, fullmatch=True))
def test_a_duration_that_matches_the_pattern_is_accepted(text: str) -> None:
    assert takes(Duration, text)
    assert takes(Move, f"-{text}")


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=9999)))
def test_a_written_duration_matches_the_pattern(duration: timedelta) -> None:
    assert DURATION.fullmatch(format_duration(duration))


@given(st.from_regex(r"-?P[0-9WDTHMS]{0,12}\Z", fullmatch=True))
def test_a_text_outside_the_pattern_is_no_duration(text: str) -> None:
    assert takes(Duration, text) is bool(DURATION.fullmatch(text))
    assert takes(Move, text) is bool(MOVE.fullmatch(text))


@pytest.mark.parametrize("text", ["", "P", "PT", "48h", "P1M", "P1Y", "PT1.5H", "-PT1H", "+PT1H", " PT1H"])
def test_an_invalid_duration_is_refused(text: str) -> None:
    assert not takes(Duration, text)
    with pytest.raises(ValueError, match="duration"):
        parse_duration(text)


@given(st.from_regex(NAME, fullmatch=True) | st.text("aA0-_. /é", max_size=50))
def test_only_a_name_that_matches_the_pattern_is_accepted(text: str) -> None:
    assert takes(RealmName, text) is is_realm_name(text) is bool(NAME.fullmatch(text))


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("1999-12-31T23:59:59Z", False),
        ("2000-01-01T00:00:00Z", True),
        ("2100-12-31T23:59:59Z", True),
        ("2101-01-01T00:00:00Z", False),
        ("2011-06-09T09:00:00", False),
        ("2011-06-09", False),
    ],
)
def test_an_instant_has_its_offset_and_lies_in_the_years_of_a_clock(text: str, taken: bool) -> None:  # noqa: FBT001 - one of a table
    assert takes(Instant, text) is taken


@pytest.mark.parametrize("kind", [Instant, Duration, Move, RealmName])
def test_each_kind_says_what_it_is(kind: Any) -> None:
    for mode in ("validation", "serialization"):
        schema = TypeAdapter(Annotated[kind, "as a field"]).json_schema(mode=mode)
        assert schema["type"] == "string"
        assert {"pattern", "format"} & set(schema)
