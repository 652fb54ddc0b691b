"""The code: drawing, judging, and the number of wrong tries."""

import secrets
import string
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maquette.simulator.domain.activation import (
    CODE_ALPHABET,
)
from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.domain.rules import RULES

SECOND, MINUTE, WINDOW = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=48)
CODE = "5Xnmyx5kZbX8"
ATTEMPTS, LOCKOUT = 5, 15 * MINUTE


@pytest.mark.rule("ACT-2", "ACT-3")
def test_the_alphabet_is_every_letter_and_digit_that_is_not_mistaken_for_another():
    assert set(CODE_ALPHABET) == set(string.ascii_letters + string.digits) - set("0O1lI")
    assert Counter(CODE_ALPHABET).most_common(1)[0][1] == 1


@pytest.mark.rule("ACT-2")
def test_the_fiche_s_own_code_could_have_been_drawn():
    assert len(CODE) == 12
    assert set(CODE) <= set(CODE_ALPHABET)


@pytest.mark.rule("ACT-2", "ACT-3")
def test_each_of_the_twelve_characters_is_drawn_from_the_whole_alphabet():
    asked: list[str] = []

    def choose(alphabet: str) -> str:
        asked.append(alphabet)
        return alphabet[len(asked)]

    assert RULES.code.draw(choose) == CODE_ALPHABET[1:13]
    assert asked == [CODE_ALPHABET] * 12


@pytest.mark.rule("ACT-2")
def test_a_thousand_codes_are_a_thousand():
    assert len({RULES.code.draw(secrets.choice) for _ in range(1000)}) == 1000


@pytest.mark.rule("ACT-5", "ACT-6", "POP-3")
@pytest.mark.parametrize(
    ("passed", "reason"),
    [
        (timedelta(0), None),
        (WINDOW - SECOND, None),
        (WINDOW, None),
        (WINDOW + SECOND, Reason.CODE_EXPIRED),
        (100 * WINDOW, Reason.CODE_EXPIRED),
    ],
)
def test_a_code_works_at_48_hours_and_is_refused_one_second_later(passed, reason, space, option, start):
    state = RULES.option.state_of(space, option, start + passed, RULES.option.window_end(option, WINDOW))
    assert RULES.code.judge(option, CODE, state) is reason
    assert RULES.code.judge_again(option, state) is reason


@pytest.mark.rule("ACT-14")
def test_an_unknown_address_has_no_code():
    assert RULES.code.judge(None, CODE, None) is Reason.ADDRESS_UNKNOWN


@pytest.mark.rule("ACC-11")
def test_no_code_activates_a_space_that_has_a_password(option):
    assert RULES.code.judge(option, CODE, SpaceState.PASSWORD) is Reason.CODE_EXPIRED


@pytest.mark.rule("ACT-2", "ACT-10", "ACT-16")
@pytest.mark.parametrize(
    "typed",
    [
        "",
        CODE.lower(),
        CODE.upper(),
        CODE.swapcase(),
        CODE[:-1],
        CODE + "8",
        " " + CODE,
        CODE[::-1],
        "a hash",
    ],
)
def test_a_code_is_compared_exactly(typed, option):
    assert RULES.code.judge(option, typed, SpaceState.PENDING) is Reason.CODE_WRONG


@pytest.mark.rule("ACT-8", "ACT-9")
@pytest.mark.parametrize(
    ("event", "reason"), [("used_at", Reason.CODE_USED), ("replaced_at", Reason.CODE_REPLACED)]
)
def test_a_used_or_replaced_code_is_dead_within_its_48_hours_and_after(event, reason, option, start):
    dead = replace(option, **{event: start})
    assert [RULES.code.judge(dead, CODE, state) for state in SpaceState] == [reason] * 3


@pytest.mark.rule("ACT-14")
def test_a_wrong_code_is_told_from_a_dead_one_in_the_journal(option, start):
    assert RULES.code.judge(replace(option, used_at=start), "wrong", SpaceState.PASSWORD) is Reason.CODE_WRONG


@pytest.mark.rule("ACT-16")
@pytest.mark.parametrize("typed", [CODE, f" {CODE}", f"{CODE}\t", f"\u00a0{CODE}\n"])
def test_blanks_around_a_code_are_ignored(typed):
    assert RULES.code.without_blanks(typed) == CODE


@pytest.mark.rule("ACT-14")
def test_every_refused_code_gets_the_same_sentence():
    assert {RULES.code.refusal(reason) for reason in Reason} == {Refusal.ACTIVATION_REFUSED}


@pytest.mark.rule("POP-1", "POP-3")
def test_the_window_activates_and_valider_does_not():
    assert not RULES.code.valider_activates()


@pytest.mark.rule("REG-5", "POP-5")
@pytest.mark.parametrize(
    ("passed", "open_"),
    [(timedelta(0), True), (30 * MINUTE - SECOND, True), (30 * MINUTE, True), (30 * MINUTE + SECOND, False)],
)
def test_the_result_window_s_browser_has_half_an_hour(passed, open_, start):
    assert RULES.result.is_open(RULES.result.end(start), start + passed) is open_


@pytest.mark.rule("REG-5")
def test_a_browser_that_did_not_activate_has_no_result(start):
    assert not RULES.result.is_open(None, start)


# Wrong tries


def tries(start, *minutes):
    return [start + minute * MINUTE for minute in minutes]


@pytest.mark.rule("ACT-15", "PWD-2")
@pytest.mark.parametrize(("count", "locked"), [(0, False), (4, False), (5, True), (6, True)])
def test_the_fifth_wrong_try_locks(count, locked, start):
    end = RULES.tries.lockout_end([start] * count, ATTEMPTS, LOCKOUT)
    assert end == (start + LOCKOUT if locked else None)


@pytest.mark.rule("ACT-15", "PWD-2")
@pytest.mark.parametrize(
    ("spread", "locked"), [(LOCKOUT - SECOND, True), (LOCKOUT, False), (LOCKOUT + SECOND, False)]
)
def test_five_wrong_tries_lock_when_they_fall_within_fifteen_minutes(spread, locked, start):
    five = [start, start, start, start, start + spread]
    assert RULES.tries.lockout_end(five, ATTEMPTS, LOCKOUT) == (start + spread + LOCKOUT if locked else None)


@pytest.mark.rule("ACT-15", "PWD-2")
def test_the_lockout_counts_from_the_last_of_the_five(start):
    assert RULES.tries.lockout_end(tries(start, 0, 1, 2, 3, 10), ATTEMPTS, LOCKOUT) == start + 25 * MINUTE


@pytest.mark.rule("ACT-15", "PWD-2")
def test_only_the_last_five_count(start):
    assert RULES.tries.lockout_end(tries(start, 0, 0, 0, 0, 20, 21), ATTEMPTS, LOCKOUT) is None
    assert (
        RULES.tries.lockout_end(tries(start, 0, 20, 21, 22, 23, 24), ATTEMPTS, LOCKOUT) == start + 39 * MINUTE
    )


@pytest.mark.rule("ACT-15", "PWD-2")
def test_where_one_try_is_allowed_each_wrong_one_locks(start):
    assert RULES.tries.lockout_end([start], 1, LOCKOUT) == start + LOCKOUT
    assert RULES.tries.lockout_end([], 1, LOCKOUT) is None


@given(st.lists(st.integers(min_value=0, max_value=7200), max_size=12).map(sorted))
def test_a_lockout_ends_one_lockout_after_the_last_wrong_try_or_is_none(seconds):
    instants = [datetime(2011, 6, 9, tzinfo=UTC) + second * SECOND for second in seconds]
    end = RULES.tries.lockout_end(instants, ATTEMPTS, LOCKOUT)
    last_five = instants[-5:]
    crowded = len(last_five) == 5 and last_five[-1] - last_five[0] < LOCKOUT
    assert end == (instants[-1] + LOCKOUT if crowded else None)
