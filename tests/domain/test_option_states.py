"""The states of a space: the table of transitions, and the state of an option at an instant."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maquette.simulator.domain.option import (
    TRANSITIONS,
    SpaceEvent,
    SpaceState,
    next_state,
)
from maquette.simulator.domain.rules import RULES

rules = RULES.option

SECOND, WINDOW = timedelta(seconds=1), timedelta(hours=48)
CERTIFICATE, PENDING, PASSWORD = SpaceState
ACCEPT, ACTIVATE, LAPSE = SpaceEvent


def test_the_table_has_exactly_the_specified_transitions():
    assert {
        (CERTIFICATE, ACCEPT): PENDING,
        (PENDING, ACCEPT): PENDING,
        (PENDING, ACTIVATE): PASSWORD,
        (PENDING, LAPSE): CERTIFICATE,
    } == TRANSITIONS


@pytest.mark.parametrize("state", SpaceState)
@pytest.mark.parametrize("event", SpaceEvent)
def test_a_transition_outside_the_table_is_refused(state, event):
    assert next_state(state, event) is TRANSITIONS.get((state, event))


@pytest.mark.rule("ACC-11")
@given(st.lists(st.sampled_from(SpaceEvent)))
def test_nothing_leads_out_of_password_access(events):
    state = PASSWORD
    for event in events:
        state = next_state(state, event) or state
    assert state is PASSWORD


@pytest.mark.rule("ACT-4")
def test_the_48_hours_count_from_the_sending_and_from_the_queueing_until_then(option, start):
    sent = replace(option, sent_at=start + timedelta(hours=5))
    assert rules.window_end(option, WINDOW) == start + WINDOW
    assert rules.window_end(sent, WINDOW) == start + timedelta(hours=5) + WINDOW


@pytest.mark.rule("ACT-8")
def test_a_new_option_replaces_a_pending_one_where_the_policy_allows():
    assert [state for state in SpaceState if rules.may_opt(state, replacing=True)] == [
        CERTIFICATE,
        PENDING,
    ]
    assert [state for state in SpaceState if rules.may_opt(state, replacing=False)] == [CERTIFICATE]


@pytest.mark.rule("ACT-6", "ACT-8")
def test_a_new_option_leaves_the_space_s_own_and_the_address_s_last_one_dead(option, start):
    other = replace(option, id="other")
    used, replaced = replace(other, used_at=start), replace(other, replaced_at=start)
    assert rules.left_behind(None, None) == ()
    assert rules.left_behind(option, other) == (option, other)
    assert rules.left_behind(option, option) == (option,)
    assert rules.left_behind(option, used) == rules.left_behind(option, replaced) == (option,)


@pytest.mark.rule("ACC-9", "ACT-5", "ACT-6")
@pytest.mark.parametrize(
    ("passed", "state"),
    [
        (timedelta(0), PENDING),
        (WINDOW - SECOND, PENDING),
        (WINDOW, PENDING),
        (WINDOW + SECOND, CERTIFICATE),
    ],
)
def test_a_space_is_pending_for_48_hours_and_then_back_where_it_was(passed, state, space, option, start):
    assert rules.state_of(space, option, start + passed, rules.window_end(option, WINDOW)) is state


def test_a_space_without_an_option_is_reached_by_certificate(space, start):
    assert rules.state_of(space, None, start, None) is CERTIFICATE


@pytest.mark.parametrize("event", ["replaced_at", "used_at"])
def test_an_option_that_is_over_leaves_nothing_pending(event, space, option, start):
    assert rules.state_of(space, replace(option, **{event: start}), start, start + WINDOW) is CERTIFICATE


@pytest.mark.rule("ACC-11")
@pytest.mark.parametrize("passed", [-WINDOW, timedelta(0), WINDOW, WINDOW + SECOND, 1000 * WINDOW])
def test_a_space_with_credentials_is_a_password_space_at_every_instant(
    passed, space, option, credentials, start
):
    converted = replace(space, credentials=credentials)
    for latest in (None, option, replace(option, used_at=start), replace(option, replaced_at=start)):
        assert rules.state_of(converted, latest, start + passed, start + WINDOW) is PASSWORD
