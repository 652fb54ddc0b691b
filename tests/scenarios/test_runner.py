"""Playing scenarios: several at a time, each in a fresh realm, on a running or a new simulator."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import small_scenarios

from maquette.fixtures.control import ControlError
from maquette.fixtures.installation import Installation, Target
from maquette.scenarios.narration import Driver, PlayedStep, Words
from maquette.scenarios.runner import Listener, ScenarioResult, Stage, play_all, play_one
from maquette.scenarios.story import Scenario
from maquette.simulator.server.assembly import Simulator


class Noting(Listener):
    """A listener that records its calls."""

    def __init__(self) -> None:
        self.told_of: list[str] = []

    def begins(self, scenario: Scenario) -> None:
        self.told_of.append(f"begins {scenario.name}")

    def step_done(self, scenario: Scenario, step: PlayedStep) -> None:
        self.told_of.append(f"{step.number} {scenario.name}")

    def ended(self, outcome: ScenarioResult) -> None:
        self.told_of.append(f"ended {outcome.scenario.name}")


async def play(scenario: Scenario, installation: Installation, folder: Path | None = None) -> ScenarioResult:
    return await play_one(scenario, Stage(Driver.HTTP, folder), installation, lambda step: None)


async def realms(installation: Installation) -> set[str]:
    return {each["name"] for each in json.loads(await installation.get("realms"))["realms"]}


async def test_scenarios_are_played_at_the_same_time(target: Target) -> None:
    meeting = small_scenarios.scenarios_that_wait_for_each_other()
    outcomes = await play_all(meeting, Stage(Driver.HTTP, target=target), Listener())
    assert [(outcome.scenario, outcome.passed) for outcome in outcomes] == [(each, True) for each in meeting]
    assert len({outcome.realm for outcome in outcomes}) == len(meeting)


async def test_one_by_one_each_ends_before_the_next_begins(target: Target) -> None:
    noting = Noting()
    stage = Stage(Driver.HTTP, target=target, one_by_one=True)
    await play_all([small_scenarios.at_home, small_scenarios.lost], stage, noting)
    assert noting.told_of == [
        *("begins at-home", "1 at-home", "ended at-home"),
        *("begins lost", "1 lost", "2 lost", "ended lost"),
    ]


async def test_without_a_target_a_simulator_is_started() -> None:
    (outcome,) = await play_all([small_scenarios.at_home], Stage(Driver.HTTP), Listener())
    assert outcome.passed


async def test_on_a_running_simulator_only_the_realms_of_passed_scenarios_are_deleted(
    target: Target, installation: Installation
) -> None:
    before = await realms(installation)
    scenarios = [small_scenarios.at_home, small_scenarios.lost, small_scenarios.broken]
    outcomes = await play_all(scenarios, Stage(Driver.HTTP, target=target), Listener())
    assert [outcome.passed for outcome in outcomes] == [True, False, False]
    assert await realms(installation) - before == {outcome.realm for outcome in outcomes[1:]}


async def test_an_unreachable_target_is_an_error(target: Target) -> None:
    nobody = Target("http://127.0.0.1:9", target.token)
    with pytest.raises(ControlError, match="does not answer"):
        await play_all([small_scenarios.at_home], Stage(Driver.HTTP, target=nobody), Listener())


async def test_a_target_refuses_a_foreign_token(target: Target) -> None:
    stranger = Target(target.console, "not-its-token")
    with pytest.raises(ControlError):
        await play_all([small_scenarios.at_home], Stage(Driver.HTTP, target=stranger), Listener())


async def test_a_step_with_another_result_fails_the_scenario(installation: Installation) -> None:
    outcome = await play(small_scenarios.lost, installation)
    assert not outcome.passed
    assert outcome.failure is not None
    assert replace(outcome.failure, line="") == outcome.steps[-1].failure
    assert outcome.failure.line.startswith("small_scenarios.py, line ")
    assert outcome.failure.came.en == "the screen 'access'"


async def test_a_script_that_raises_fails_with_the_error_and_its_line(installation: Installation) -> None:
    outcome = await play(small_scenarios.broken, installation)
    assert outcome.failure is not None
    assert outcome.failure.expected == Words(
        "un script qui aille à son terme", "a script that runs to its end"
    )
    assert outcome.failure.came.en == "ZeroDivisionError: by hand"
    assert outcome.failure.line.startswith("small_scenarios.py, line ")
    assert outcome.where_it_failed == "after step 1: Lila opens the home page"
    assert [step.failure for step in outcome.steps] == [None]


async def test_a_script_that_does_nothing_fails(installation: Installation) -> None:
    outcome = await play(small_scenarios.idle, installation)
    assert outcome.failure is not None
    assert outcome.failure.expected.en == "a step at least"


async def test_an_undeclared_person_fails_the_scenario(installation: Installation) -> None:
    outcome = await play(small_scenarios.stranger, installation)
    assert outcome.failure is not None
    assert "lila takes part, and is not among the scenario's people" in outcome.failure.came.en


async def test_an_outcome_says_where_and_on_which_version(
    installation: Installation, simulator: Simulator
) -> None:
    outcome = await play(small_scenarios.at_home, installation)
    assert (outcome.driver, outcome.version) == (Driver.HTTP, installation.doors.version)
    assert outcome.realm in await realms(installation)
    assert outcome.seconds > 0


async def test_each_scenario_has_a_fresh_folder_of_evidence(
    installation: Installation, tmp_path: Path
) -> None:
    earlier = tmp_path / "at-home-http" / "07-space.txt"
    earlier.parent.mkdir()
    earlier.write_text("of another run")
    outcome = await play(small_scenarios.at_home, installation, tmp_path)
    assert [file.name for file in (tmp_path / "at-home-http").iterdir()] == ["01-home.txt"]
    assert outcome.steps[0].evidence == tmp_path / "at-home-http" / "01-home.txt"


@pytest.mark.slow
async def test_a_scenario_that_kills_its_server_has_one_of_its_own(installation: Installation) -> None:
    before = await realms(installation)
    outcome = await play(small_scenarios.killed, installation)
    assert outcome.passed, outcome.failure
    assert [step.screen for step in outcome.steps] == ["home", None, "home"]
    assert await realms(installation) == before


def test_driver_and_target_decide_which_scenarios_can_be_played(target: Target) -> None:
    assert Stage(Driver.HTTP).can_play(small_scenarios.killed)
    assert not Stage(Driver.HTTP, target=target).can_play(small_scenarios.killed)
    assert not Stage(Driver.HTTP).can_play(small_scenarios.at_a_browser)
    assert Stage(Driver.BROWSER).can_play(small_scenarios.at_a_browser)
