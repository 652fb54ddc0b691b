"""The terminal output during a run of scenarios."""

import io

import pytest
import small_scenarios
from rich.console import Console

from maquette.fixtures.installation import Target
from maquette.scenarios.narration import Driver
from maquette.scenarios.progress import EveryStep, ScenarioProgress, progress_bar
from maquette.scenarios.runner import Listener, Stage, play_all
from maquette.scenarios.story import Scenario

SEVERAL = [small_scenarios.at_home, small_scenarios.lost, small_scenarios.broken]


@pytest.fixture
def out() -> Console:
    return Console(file=io.StringIO(), width=200, highlight=False)


def lines(out: Console) -> list[str]:
    assert isinstance(out.file, io.StringIO)
    return [line.rstrip() for line in out.file.getvalue().splitlines()]


async def show(scenarios: list[Scenario], target: Target, listener: Listener) -> None:
    stage = Stage(Driver.HTTP, target=target, one_by_one=True)
    await play_all(scenarios, stage, listener)


async def test_with_few_scenarios_every_step_is_shown_under_its_chapter(target: Target, out: Console) -> None:
    await show([small_scenarios.at_home], target, EveryStep(out))
    assert lines(out)[:3] == [
        "at-home: At home",
        "     She arrives",
        "   1 ok     Lila opens the home page → home",
    ]
    assert lines(out)[3].startswith("     passed, 1 step, ")


async def test_with_few_scenarios_a_failed_step_shows_the_expected_and_the_actual_result(
    target: Target, out: Console
) -> None:
    await show([small_scenarios.lost], target, EveryStep(out))
    assert lines(out)[2:5] == [
        "   2 FAILED Lila clicks « Professionnel » → access",
        "        expected: the screen 'space'",
        "        came:     the screen 'access'",
    ]
    assert lines(out)[5].startswith("        script:   small_scenarios.py, line ")
    assert lines(out)[6].startswith("     failed, 2 steps, ")


async def test_with_many_scenarios_each_has_a_line_and_failed_ones_have_more(
    target: Target, out: Console
) -> None:
    with progress_bar(out) as bar:
        await show(SEVERAL, target, ScenarioProgress(bar, SEVERAL))
    shown = [line for line in lines(out) if line]
    assert shown[0].startswith("passed  at-home    1 steps ")
    assert shown[1].startswith("FAILED  lost       2 steps ")
    assert shown[2:5] == [
        "        at step 2: Lila clicks « Professionnel »",
        "        expected: the screen 'space'",
        "        came:     the screen 'access'",
    ]
    assert shown[5].startswith("        script:   small_scenarios.py, line ")
    assert shown[6].startswith("FAILED  broken     1 steps ")
    assert shown[7] == "        after step 1: Lila opens the home page"


async def test_a_terminal_shows_the_scenarios_under_way(target: Target) -> None:
    out = Console(file=io.StringIO(), width=120, force_terminal=True)
    with progress_bar(out) as bar:
        listener = ScenarioProgress(bar, SEVERAL)
        listener.begins(small_scenarios.at_home)
        listener.begins(small_scenarios.lost)
    assert isinstance(out.file, io.StringIO)
    assert "at-home, lost" in out.file.getvalue()
    assert "0/3" in out.file.getvalue()
