"""A scenario in a file that pytest collects is a test for each of its drivers.

This is a pytest plugin of its own, beside `maquette.fixtures.plugin`, whose simulator plays the scenarios.
"""

import os
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from maquette.fixtures.plugin import RunningSimulator
    from maquette.scenarios.narration import Driver
    from maquette.scenarios.story import Scenario

SCENARIO_SECONDS = 600.0
"""How long a scenario may take."""

MARKERS = (
    "rule(id): the rule of the portal that the scenario covers: -m 'rule(id=\"ACT-5\")'",
    "step(number): the procedure's step that the scenario is about, 1 to 4",
    "persona(id): a person who takes part in the scenario",
    "browser: drives a real Chromium",
)


def pytest_configure(config: pytest.Config) -> None:
    """Register the marks of scenarios."""
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, obj: object
) -> "list[ScenarioItem] | None":
    """A scenario is a test for each of its drivers."""
    story = sys.modules.get("maquette.scenarios.story")  # no scenario is there where nothing has loaded it
    if story is None or not isinstance(obj, story.Scenario):
        return None
    return [_item_of(collector, obj, driver) for driver in obj.drivers]


class ScenarioItem(pytest.Function):
    """A scenario on a driver, as a test."""

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        return self.path, None, self.name


def _item_of(collector: pytest.Module | pytest.Class, scenario: "Scenario", driver: "Driver") -> ScenarioItem:
    def play(simulator: "RunningSimulator") -> None:
        _play(scenario, driver, simulator)

    marks = [pytest.mark.rule(id=rule) for rule in scenario.rules]
    marks += [pytest.mark.step(number=number) for number in scenario.steps]
    marks += [pytest.mark.persona(id=persona) for persona in scenario.people]
    if driver.value == "browser":
        marks.append(pytest.mark.browser)
    for mark in marks:
        mark(play)
    item: ScenarioItem = ScenarioItem.from_parent(
        collector, name=f"{scenario.name}[{driver.value}]", callobj=play
    )
    return item


def _play(scenario: "Scenario", driver: "Driver", simulator: "RunningSimulator") -> None:
    from maquette.fixtures.installation import Target
    from maquette.scenarios.runner import Stage, play_one

    doors = simulator.doors
    chromiums = simulator.chromiums() if driver.value == "browser" else None
    target = None if simulator.is_own else Target(doors.console, doors.token)
    stage = Stage(driver, chromiums=chromiums, target=target)
    if not stage.can_play(scenario):
        pytest.skip("kills its server: it is played against one of its own only, not against a running one")
    work = play_one(scenario, stage, simulator.installation, lambda _step: None)
    outcome = simulator.background.run(work, seconds=SCENARIO_SECONDS)
    if not outcome.passed:
        pytest.fail(f"{scenario.title.en}\n{outcome.explanation}", pytrace=False)
