"""Each deliberate defect is caught by the scenarios of its rule, as `maquette audit` would measure it."""

import asyncio

import pytest

from maquette.fixtures.installation import Installation
from maquette.scenarios.catalogue import catalogue
from maquette.scenarios.narration import Driver
from maquette.scenarios.runner import ScenarioResult, Stage, play_one
from maquette.scenarios.story import Scenario
from maquette.simulator.defects.catalogue import DEFECTS
from maquette.simulator.defects.defect import Defect

AT_A_TIME = 6


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
async def test_a_defect_is_caught_by_the_scenarios_of_its_rule(
    installation: Installation, defect: Defect
) -> None:
    stage = Stage(Driver.HTTP, defects=(defect.name,))
    turn = asyncio.Semaphore(AT_A_TIME)

    async def play(scenario: Scenario) -> ScenarioResult:
        async with turn:
            return await play_one(scenario, stage, installation, lambda _step: None)

    held = [
        each for each in catalogue() if defect.rule in each.rules and stage.can_play(each) and not each.needs
    ]
    outcomes = await asyncio.gather(*map(play, held))
    assert [outcome.scenario.name for outcome in outcomes if not outcome.passed]
