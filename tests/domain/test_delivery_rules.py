"""Delivery rules: the rule that applies to a mail, and invalid rules."""

from dataclasses import astuple
from datetime import timedelta

import pytest

from maquette.simulator.domain.delivery import LET_THROUGH, DeliveryRule, rule_for

LILA = "lila@courriel.example"
HOUR = timedelta(hours=1)

pytestmark = pytest.mark.rule("MAIL-5")


def test_without_a_rule_a_mail_goes_through() -> None:
    assert rule_for(LILA, ()) == DeliveryRule()
    assert rule_for(LILA, (DeliveryRule("theo@courriel.example", lose=True),)) == LET_THROUGH


def test_an_empty_rule_does_nothing_to_any_mail() -> None:
    assert astuple(DeliveryRule()) == (None, None, False, False, 0, False, False)


def test_the_first_rule_that_is_for_the_address_counts() -> None:
    lost, spam, late = DeliveryRule(LILA, lose=True), DeliveryRule(LILA, spam=True), DeliveryRule(delay=HOUR)
    assert rule_for(LILA, (late, lost)) == late
    assert rule_for(LILA, (lost, spam, late)) == lost
    assert rule_for("theo@courriel.example", (lost, spam, late)) == late


@pytest.mark.parametrize("written", [LILA.upper(), "Lila@Courriel.Example"])
def test_letter_case_does_not_matter(written: str) -> None:
    assert rule_for(written, (DeliveryRule(LILA, lose=True),)).lose
    assert rule_for(LILA, (DeliveryRule(written, lose=True),)).lose


def test_an_empty_rule_excepts_an_address_from_those_behind_it() -> None:
    rules = (DeliveryRule(LILA), DeliveryRule(lose=True))
    assert not rule_for(LILA, rules).lose
    assert rule_for("theo@courriel.example", rules).lose


@pytest.mark.parametrize(
    "contradiction",
    [
        {"lose": True, "bounce": True},
        {"lose": True, "duplicate": True},
        {"lose": True, "spam": True},
        {"lose": True, "delay": HOUR},
        {"bounce": True, "duplicate": True},
        {"bounce": True, "spam": True},
        {"delay": timedelta()},
        {"delay": -HOUR},
        {"delay": timedelta(days=366, seconds=1)},
        {"refuse_times": -1},
        {"refuse_times": 1001},
    ],
)
def test_a_rule_that_cannot_be_is_refused(contradiction: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"lost|bounces|delay|refuse_times"):
        DeliveryRule(LILA, **contradiction)


@pytest.mark.parametrize(
    "possible",
    [
        {"lose": True, "refuse_times": 2},
        {"bounce": True, "delay": HOUR},
        {"delay": timedelta(days=366), "spam": True, "duplicate": True, "refuse_times": 1000},
    ],
)
def test_what_can_happen_to_one_mail_can_stand_in_one_rule(possible: dict[str, object]) -> None:
    assert rule_for(LILA, (DeliveryRule(None, **possible),)) == DeliveryRule(**possible)
