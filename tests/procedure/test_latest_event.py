"""The latest event of a realm, before which its clock cannot be set."""

from datetime import timedelta

import pytest

from maquette.simulator.procedure.wrong_tries import judge_class_code
from maquette.simulator.store.realms import latest_event

LILA, EMAIL = "lila", "lila.rosemonde@courriel.example"


def latest(town):
    with town.store.reading(town.realm) as transaction:
        return latest_event(transaction)


async def test_past_events_count_and_future_ones_do_not(town):
    start = town.now
    assert latest(town) is None or latest(town) <= start
    town.after(timedelta(minutes=1))
    option = await town.opt(LILA, EMAIL)
    assert latest(town) == start + timedelta(minutes=1)
    town.after(timedelta(minutes=1))
    await town.activate(option)
    assert latest(town) == start + timedelta(minutes=2)


@pytest.mark.rule("ACT-15")
async def test_a_wrong_try_counts(town):
    town.after(timedelta(minutes=7))
    await town.type_code(EMAIL, "wrong")
    assert latest(town) == town.now


async def test_a_wrong_class_code_of_the_worlds_time_does_not_count(town):
    before = latest(town)
    later = town.now + timedelta(days=5000)
    await town.run(judge_class_code, right=False, caller="192.0.2.7", at=later)
    assert latest(town) == before
