"""Every scenario on both drivers, each in a realm of its own."""

from pathlib import Path

import pytest

import maquette.scenarios
from maquette.fixtures.rules import load_rules
from maquette.scenarios.catalogue import ScenarioUnknownError, catalogue
from maquette.scenarios.running import Driver, Outcome, run
from maquette.scenarios.story import Scenario

ALL = [
    pytest.param(scenario.name, id=scenario.name, marks=[pytest.mark.rule(rule) for rule in scenario.rules])
    for scenario in catalogue()
]


async def play(name: str, driver: Driver, folder: Path) -> Outcome:
    (outcome,) = await run([name], driver, report=folder)
    assert outcome.failure is None, f"{outcome.steps[-1].title}: {outcome.failure}"
    return outcome


@pytest.mark.parametrize("name", ALL)
async def test_a_scenario_comes_out_without_a_browser(name: str, tmp_path: Path) -> None:
    outcome = await play(name, Driver.HTTP, tmp_path)
    assert {step.evidence.suffix for step in outcome.steps if step.evidence} <= {".txt", ".pdf"}


@pytest.mark.browser
@pytest.mark.parametrize("name", ALL)
async def test_a_scenario_comes_out_in_chromium(name: str, tmp_path: Path) -> None:
    outcome = await play(name, Driver.BROWSER, tmp_path)
    pictures = [step.evidence for step in outcome.steps if step.screen]
    assert all(picture and picture.suffix == ".png" and picture.stat().st_size for picture in pictures)


async def test_steps_are_printed_as_they_are_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await play("happy-path", Driver.HTTP, tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("happy-path (http): ")
    assert lines[1] == "   1 ok     Lila opens the home page → home"
    assert lines[-1] == f"Steps kept in {tmp_path}"


async def test_an_unknown_scenario_is_an_error_that_lists_those_there_are() -> None:
    with pytest.raises(ScenarioUnknownError, match="no scenario nope: there are happy-path, popup-blocked"):
        await run(["happy-path", "nope"], Driver.HTTP)


@pytest.mark.parametrize("scenario", catalogue(), ids=lambda scenario: scenario.name)
def test_a_scenario_names_rules_and_sections_that_there_are(scenario: Scenario) -> None:
    rules = {rule.id: rule for rule in load_rules()}
    assert set(scenario.rules) <= set(rules)
    assert set(scenario.sections) <= {section for rule in rules.values() for section in rule.sections}


def test_every_scenario_has_a_file_of_its_name() -> None:
    folder = Path(next(iter(maquette.scenarios.__path__)))
    assert all((folder / f"{scenario.name.replace('-', '_')}.py").is_file() for scenario in catalogue())
    assert len({scenario.name for scenario in catalogue()}) == len(catalogue()) >= 2
