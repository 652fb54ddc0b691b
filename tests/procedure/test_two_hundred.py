"""A simultaneous crowd, two people for each e-mail: exactly one option and one letter for each pair."""

import asyncio
from collections import Counter

import pytest
from sizes import sized
from town import PASSWORD, START

from maquette.fixtures.subscriber_generator import FIRST_SEQUENCE, generate
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.refusals import Refusal, Refused
from maquette.simulator.procedure.option_steps import StepRefused
from maquette.simulator.realm.lifecycle import add_personas

PAIRS = sized(10, 100)
CROWD = 2 * PAIRS
PEOPLE = [f"abonne-{place:06d}" for place in range(1, CROWD + 1)]
AWAITING, TAKEN = (StepRefused((r,)) for r in (Refusal.EMAIL_AWAITING_ACTIVATION, Refusal.EMAIL_TAKEN))


@pytest.fixture
def crowded(town):
    """The town with the crowd in it."""
    with town.store.writing(town.realm) as transaction:
        people = generate(CROWD, 1, START)
        add_personas(transaction, town.rules, Policy(), people, START, first=FIRST_SEQUENCE + 1)
    return town


def address_of(place):
    """The address of each pair of people, in different case for the two."""
    email = f"boite.{place // 2}@courriel.example"
    return email.upper() if place % 2 else email


async def walk(town, place, together):
    """Walk to the option, in step with all other people."""
    persona = PEOPLE[place]
    token = await town.enter(persona)
    await together.wait()
    assert await town.warn(persona, token) is None
    await together.wait()
    chosen = await town.choose(persona, token, address_of(place))
    await together.wait()
    return chosen or await town.answer(persona, token)


class Together:
    """A barrier: all people take each step at the same time."""

    def __init__(self, count: int) -> None:
        self._count, self._waiting, self._gate = count, 0, asyncio.Event()

    async def wait(self) -> None:
        self._waiting += 1
        gate = self._gate
        if self._waiting == self._count:
            self._waiting, self._gate = 0, asyncio.Event()
            gate.set()
        await gate.wait()


@pytest.mark.rule("CRED-4", "CRED-12", "ACT-7", "MAIL-6")
async def test_of_two_people_with_one_address_one_is_accepted(crowded):
    town, together = crowded, Together(CROWD)
    outcomes = await asyncio.gather(*(walk(town, place, together) for place in range(CROWD)))
    options = [outcome for outcome in outcomes if isinstance(outcome, Option)]
    refused = [outcome for outcome in outcomes if not isinstance(outcome, Option)]
    assert len(options) == len({option.credentials.email.lower() for option in options}) == PAIRS
    assert refused == [AWAITING] * PAIRS
    for place in range(0, CROWD, 2):
        assert sum(isinstance(outcome, Option) for outcome in outcomes[place : place + 2]) == 1

    letters = town.letters()
    assert {letter.option_id for letter in letters} == {option.id for option in options}
    assert len(letters) == PAIRS
    assert len(town.woken) == PAIRS
    assert len({option.code for option in options}) == PAIRS


@pytest.mark.rule("ACC-1", "ACT-9", "CRED-4")
async def test_when_everybody_activates_twice_at_once_each_accepted_space_is_converted_once(crowded):
    town, together = crowded, Together(CROWD)
    outcomes = await asyncio.gather(*(walk(town, place, together) for place in range(CROWD)))
    options = [outcome for outcome in outcomes if isinstance(outcome, Option)]
    windows = [
        town.open_window(option.id, f"{browser} {option.id}")
        for option in options
        for browser in ("one", "other")
    ]
    opened = await asyncio.gather(*windows)
    assert Counter(isinstance(outcome, Refused) for outcome in opened) == {True: PAIRS, False: PAIRS}
    converted = {option.subscriber_number for option in options}
    by_access = Counter()
    for persona, outcome in zip(PEOPLE, outcomes, strict=True):
        space = town.space_of(persona)
        assert (space.credentials is not None) is isinstance(outcome, Option)
        assert (space.subscriber_number in converted) is isinstance(outcome, Option)
        by_access[space.access_mode.value] += 1
    assert by_access == {"certificate": PAIRS, "password": PAIRS}


async def test_the_second_of_two_people_may_choose_another_address(crowded):
    town, together = crowded, Together(2)
    outcomes = await asyncio.gather(*(walk(town, place, together) for place in range(2)))
    second = PEOPLE[0 if isinstance(outcomes[1], Option) else 1]
    token = await town.enter(second)
    await town.warn(second, token)
    assert await town.choose(second, token, "la.mienne@courriel.example", PASSWORD) is None
    option = await town.answer(second, token)
    await town.activate(option)
    visit = town.space_of(second)
    assert visit.access_mode.value == SpaceState.PASSWORD.value
    assert await _ask(town, "theo", "la.mienne@courriel.example") == TAKEN


async def _ask(town, persona, email):
    token = await town.enter(persona)
    await town.warn(persona, token)
    return await town.choose(persona, token, email)
