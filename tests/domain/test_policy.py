"""The policy: each key's default, what it may be, and what it may not."""

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
"""As contract.md has them."""

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


def test_every_key_has_the_default_of_the_contract():
    assert Policy().as_keys() == DEFAULTS


def test_every_key_is_held_by_a_kind_of_value_in_these_tests():
    assert {*CHOICES, *DURATIONS, *SWITCHES, *COUNTS, "gate.notice"} == set(DEFAULTS)


@pytest.mark.parametrize(
    ("key", "field", "value", "chosen"),
    [
        pytest.param(key, field, choice.value, choice, id=f"{key}={choice.value}")
        for key, (field, choices) in CHOICES.items()
        for choice in choices
    ],
)
def test_a_choice_takes_each_of_its_values(key, field, value, chosen):
    assert getattr(Policy().changed({key: value}), field) is chosen


def test_the_choices_are_those_of_the_contract():
    assert {key: {choice.value for choice in choices} for key, (_, choices) in CHOICES.items()} == {
        "gate.refusal": {"page", "abort"},
        "email.match": {"casefold", "exact"},
        "email.shared": {"first", "refuse"},
        "password.hash_cost": {"low", "high"},
        "popup.mode": {"automatic", "click"},
    }


@pytest.mark.parametrize("key", CHOICES)
@pytest.mark.parametrize("value", ["", "PAGE", "other", None, True, 0, ["page"], {}])
def test_a_choice_takes_nothing_else(key, value):
    with pytest.raises(ValueError, match=rf"^{key} is one of "):
        Policy().changed({key: value})


@pytest.mark.parametrize(("key", "field"), DURATIONS.items())
@pytest.mark.parametrize(
    ("value", "duration"),
    [
        ("PT1S", timedelta(seconds=1)),
        ("PT2S", timedelta(seconds=2)),
        ("P365D", timedelta(days=365)),
        ("P366D", timedelta(days=366)),
    ],
)
def test_a_duration_lies_between_one_second_and_366_days(key, field, value, duration):
    assert getattr(Policy().changed({key: value}), field) == duration


@pytest.mark.parametrize("key", DURATIONS)
@pytest.mark.parametrize("value", ["PT0S", "P366DT1S", "P9999W"])
def test_a_duration_outside_one_second_and_366_days_is_refused(key, value):
    with pytest.raises(ValueError, match=rf"^{key} lies between one second and 366 days, not '{value}'"):
        Policy().changed({key: value})


@pytest.mark.parametrize("key", DURATIONS)
@pytest.mark.parametrize("value", ["", "48", "P1M", "off"])
def test_a_text_that_is_no_duration_is_refused_under_its_key(key, value):
    with pytest.raises(ValueError, match=rf"^{key}: not an ISO 8601 duration"):
        Policy().changed({key: value})


@pytest.mark.parametrize("key", DURATIONS)
@pytest.mark.parametrize("value", [None, 30, 1.5, True, timedelta(minutes=5)])
def test_a_duration_that_is_no_text_is_refused(key, value):
    with pytest.raises(ValueError, match=rf"^{key} is an ISO 8601 duration such as PT30M"):
        Policy().changed({key: value})


@pytest.mark.parametrize(("key", "field"), SWITCHES.items())
@pytest.mark.parametrize("value", [True, False])
def test_a_switch_is_on_or_off(key, field, value):
    assert getattr(Policy().changed({key: value}), field) is value


@pytest.mark.parametrize("key", SWITCHES)
@pytest.mark.parametrize("value", ["true", "off", 1, 0, None])
def test_a_switch_takes_nothing_that_only_looks_like_true_or_false(key, value):
    with pytest.raises(ValueError, match=rf"^{key} is true or false, not "):
        Policy().changed({key: value})


@pytest.mark.parametrize(("key", "field"), COUNTS.items())
@pytest.mark.parametrize("value", [1, 2, 999, 1000])
def test_a_count_lies_between_1_and_1000(key, field, value):
    assert getattr(Policy().changed({key: value}), field) == value


@pytest.mark.parametrize("key", COUNTS)
@pytest.mark.parametrize("value", [-1, 0, 1001, 5.0, "5", True, None])
def test_a_count_takes_nothing_else(key, value):
    with pytest.raises(ValueError, match=rf"^{key} is a whole number from 1 to 1000, not "):
        Policy().changed({key: value})


@pytest.mark.rule("ACC-7")
@pytest.mark.parametrize(
    ("value", "notice"),
    [("Choisissez un certificat.", "Choisissez un certificat."), ("x" * 500, "x" * 500), ("off", None)],
    ids=["a text", "500 characters", "off"],
)
def test_the_notice_is_a_text_or_off(value, notice):
    assert Policy().changed({"gate.notice": value}).gate_notice == notice


@pytest.mark.rule("ACC-7")
@pytest.mark.parametrize("value", ["", "  \n", "x" * 501, None, False, 3])
def test_the_notice_is_no_empty_nor_endless_text(value):
    with pytest.raises(ValueError, match=r"^gate.notice is off, or a text of at most 500 characters"):
        Policy().changed({"gate.notice": value})


@pytest.mark.parametrize("key", ["", "popup_mode", "popup.modes", "POPUP.MODE", "activation"])
def test_an_unknown_key_is_refused_with_those_that_are_known(key):
    with pytest.raises(ValueError, match=rf"^unknown policy key: '{key}' \(known: gate.refusal, gate.notice"):
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
