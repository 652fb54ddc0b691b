"""The policy: the default, the valid and the invalid values of each key."""

from collections.abc import Iterable
from datetime import timedelta

import pytest

from maquette.simulator.domain.policy import (
    EmailMatch,
    GateRefusal,
    HashCost,
    Policy,
    PopupMode,
    SharedEmail,
)

DEFAULTS = {
    "gate.refusal": "page",
    "gate.notice": "off",
    "session.idle": "PT30M",
    "home.files_per_page": 10,
    "email.ascii_only": True,
    "email.match": "casefold",
    "email.shared": "first",
    "password.requires_both": False,
    "password.hash_cost": "low",
    "activation.window": "PT48H",
    "activation.attempts": 5,
    "activation.lockout": "PT15M",
    "option.replace": True,
    "popup.mode": "automatic",
    "login.attempts": 5,
    "login.lockout": "PT15M",
}
"""As docs/reference/policy.md has them."""

CHOICES = {
    "gate.refusal": ("gate_refusal", GateRefusal),
    "email.match": ("email_match", EmailMatch),
    "email.shared": ("email_shared", SharedEmail),
    "password.hash_cost": ("password_hash_cost", HashCost),
    "popup.mode": ("popup_mode", PopupMode),
}
DURATIONS = {
    "session.idle": "session_idle",
    "activation.window": "activation_window",
    "activation.lockout": "activation_lockout",
    "login.lockout": "login_lockout",
}
SWITCHES = {
    "email.ascii_only": "email_ascii_only",
    "password.requires_both": "password_requires_both",
    "option.replace": "option_replace",
}
COUNTS = {
    "home.files_per_page": "home_files_per_page",
    "activation.attempts": "activation_attempts",
    "login.attempts": "login_attempts",
}


def test_every_key_has_the_documented_default():
    assert Policy().as_keys() == DEFAULTS


def test_every_key_is_held_by_a_kind_of_value_in_these_tests():
    assert {*CHOICES, *DURATIONS, *SWITCHES, *COUNTS, "gate.notice"} == set(DEFAULTS)


def refuse_each(key: str, values: Iterable[object], complaint: str) -> None:
    """Check that each value is refused under its key."""
    for value in values:
        with pytest.raises(ValueError, match=f"^{key}{complaint}"):
            Policy().changed({key: value})


@pytest.mark.parametrize(("key", "field", "choices"), [(key, *held) for key, held in CHOICES.items()])
def test_a_choice_takes_each_of_its_values(key, field, choices):
    for choice in choices:
        assert getattr(Policy().changed({key: choice.value}), field) is choice


def test_the_choices_are_the_documented_ones():
    assert {key: {choice.value for choice in choices} for key, (_, choices) in CHOICES.items()} == {
        "gate.refusal": {"page", "abort"},
        "email.match": {"casefold", "exact"},
        "email.shared": {"first", "refuse"},
        "password.hash_cost": {"low", "high"},
        "popup.mode": {"automatic", "click"},
    }


@pytest.mark.parametrize("key", CHOICES)
def test_a_choice_takes_nothing_else(key):
    refuse_each(key, ["", "PAGE", "other", None, True, 0, ["page"], {}], " is one of ")


@pytest.mark.parametrize(("key", "field"), DURATIONS.items())
def test_a_duration_lies_between_one_second_and_366_days(key, field):
    for value, seconds in {"PT1S": 1, "PT2S": 2, "P365DT86399S": 31_622_399, "P366D": 31_622_400}.items():
        assert getattr(Policy().changed({key: value}), field) == timedelta(seconds=seconds)
    refuse_each(key, ["PT0S", "P366DT1S", "P9999W"], " lies between one second and 366 days, not 'P")


@pytest.mark.parametrize("key", DURATIONS)
def test_a_text_that_is_no_duration_is_refused(key):
    refuse_each(key, ["", "48", "P1M", "off"], ": not an ISO 8601 duration")
    refuse_each(key, [None, 30, 1.5, True, timedelta(minutes=5)], " is an ISO 8601 duration such as PT30M")


@pytest.mark.parametrize(("key", "field"), SWITCHES.items())
def test_a_switch_is_on_or_off_and_nothing_that_only_looks_so(key, field):
    for value in (True, False):
        assert getattr(Policy().changed({key: value}), field) is value
    refuse_each(key, ["true", "off", 1, 0, None], " is true or false, not ")


@pytest.mark.parametrize(("key", "field"), COUNTS.items())
def test_a_count_lies_between_1_and_1000(key, field):
    for value in (1, 2, 999, 1000):
        assert getattr(Policy().changed({key: value}), field) == value
    refuse_each(key, [-1, 0, 1001, 5.0, "5", True, None], " is a whole number from 1 to 1000, not ")


@pytest.mark.rule("ACC-7")
def test_the_notice_is_a_text_of_500_characters_at_most_or_off():
    for text in ("Choisissez un certificat.", "x" * 499, "x" * 500):
        assert Policy().changed({"gate.notice": text}).gate_notice == text
    assert Policy().changed({"gate.notice": "off"}).gate_notice is None
    bad = ["", "  \n", "x" * 501, None, False, 3]
    refuse_each("gate.notice", bad, " is off, or a text of at most 500 characters")


def test_an_unknown_key_is_refused_with_those_that_are_known():
    for key in ("", "popup_mode", "popup.modes", "POPUP.MODE", "activation"):
        known = rf"^unknown policy key: '{key}' \(known: gate.refusal, gate.notice"
        with pytest.raises(ValueError, match=known):
            Policy().changed({key: "click"})


def test_a_change_leaves_the_other_keys_and_the_earlier_policy_alone():
    before = Policy()
    after = before.changed({"popup.mode": "click", "login.attempts": 3})
    assert after.as_keys() == {**DEFAULTS, "popup.mode": "click", "login.attempts": 3}
    assert before == Policy()


def test_one_bad_value_among_good_ones_changes_nothing():
    with pytest.raises(ValueError, match=r"^login\.attempts is a whole number"):
        Policy().changed({"popup.mode": "click", "login.attempts": 0})


def test_a_policy_reads_back_from_its_own_keys():
    policy = Policy().changed(
        {
            "gate.notice": "Choisissez votre certificat.",
            "gate.refusal": "abort",
            "session.idle": "PT45M",
            "activation.window": "PT1H1S",
            "email.ascii_only": False,
            "home.files_per_page": 3,
        }
    )
    assert Policy().changed(policy.as_keys()) == policy
