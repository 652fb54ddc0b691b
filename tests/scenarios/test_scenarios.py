"""Every scenario passes without a browser, and some in Chromium; all names in scenarios exist."""

from pathlib import Path

import pytest
from cases import cases

import maquette.scenarios
from maquette.fixtures.browser import Chromiums
from maquette.fixtures.installation import Installation
from maquette.fixtures.personas import load_personas
from maquette.fixtures.rules import Status, load_rules
from maquette.scenarios.catalogue import catalogue
from maquette.scenarios.coverage import coverage
from maquette.scenarios.narration import Driver, PlayedStep
from maquette.scenarios.runner import CLOCK, Stage, play_one
from maquette.scenarios.story import Scenario
from maquette.simulator.domain.clock import parse_instant

OF_A_BROWSER = (
    "happy-path",
    "keyboard-only",
    "on-a-telephone",
    "popup-blocked",
    "popup-by-click",
    "wrong-certificate-of-two",
)
"""About what only a browser does."""

RULES_OF_THE_FICHE = {rule.id for rule in load_rules() if Status.FICHE in rule.statuses}

WITHOUT_A_BROWSER: frozenset[str] = frozenset()
"""Rules of the fiche that a browser has nothing to do with."""


def chosen() -> list[Scenario]:
    """A few scenarios for Chromium: features of a browser alone, and each rule of the fiche."""
    can = [scenario for scenario in catalogue() if Driver.BROWSER in scenario.drivers]
    found = [scenario for scenario in can if scenario.name in OF_A_BROWSER]
    missing = RULES_OF_THE_FICHE - WITHOUT_A_BROWSER - rules_of(found)
    while missing and (best := max(can, key=lambda each: len(missing & set(each.rules)))) not in found:
        found.append(best)
        missing -= set(best.rules)
    return found


def rules_of(scenarios: list[Scenario]) -> set[str]:
    return {rule for scenario in scenarios for rule in scenario.rules}


def param(scenario: Scenario, *marks: pytest.MarkDecorator) -> object:
    rules = [pytest.mark.rule(rule) for rule in scenario.rules]
    return pytest.param(scenario, id=scenario.name, marks=[*rules, *marks])


def without_a_browser(scenario: Scenario) -> object:
    """Scenarios without a browser; those with their own server are slow."""
    return param(scenario, *([pytest.mark.slow] if scenario.needs else []))


def pictured(scenario: Scenario) -> object:
    """Scenarios with pictures; only one with a real popup blocker is in the quick run."""
    return param(scenario, *([] if scenario.name == "popup-blocked" else [pytest.mark.slow]))


@pytest.mark.parametrize(
    "scenario", [without_a_browser(each) for each in catalogue() if Driver.HTTP in each.drivers]
)
async def test_a_scenario_passes_without_a_browser(scenario: Scenario, installation: Installation) -> None:
    await play(scenario, Stage(Driver.HTTP), installation)


@pytest.mark.browser
@pytest.mark.parametrize("scenario", [pictured(each) for each in chosen() if each.name in OF_A_BROWSER])
async def test_a_scenario_that_needs_a_browser_passes_in_chromium_with_pictures(
    scenario: Scenario, installation: Installation, chromiums: Chromiums, tmp_path: Path
) -> None:
    steps = await play(scenario, Stage(Driver.BROWSER, tmp_path, chromiums=chromiums), installation)
    pictures = [step.evidence for step in steps if step.screen]
    assert all(picture and picture.suffix == ".png" and picture.stat().st_size for picture in pictures)


@pytest.mark.browser
@pytest.mark.parametrize("scenario", [param(each) for each in chosen() if each.name not in OF_A_BROWSER])
@pytest.mark.slow
async def test_a_chosen_scenario_passes_in_chromium(
    scenario: Scenario, installation: Installation, chromiums: Chromiums
) -> None:
    await play(scenario, Stage(Driver.BROWSER, chromiums=chromiums), installation)


async def play(scenario: Scenario, stage: Stage, installation: Installation) -> tuple[PlayedStep, ...]:
    outcome = await play_one(scenario, stage, installation, lambda step: None)
    assert outcome.failure is None, f"{outcome.steps[-1].title.en}: {outcome.failure}"
    return outcome.steps


def test_the_chosen_scenarios_cover_each_rule_of_the_fiche_in_chromium() -> None:
    assert set(OF_A_BROWSER) <= {scenario.name for scenario in chosen()}
    assert rules_of(chosen()) >= RULES_OF_THE_FICHE - WITHOUT_A_BROWSER


def test_every_rule_has_a_scenario() -> None:
    assert [each.rule.id for each in coverage() if not each.scenarios] == []


def test_each_rule_of_the_fiche_is_played_with_both_drivers() -> None:
    of_the_fiche = [each for each in coverage() if Status.FICHE in each.rule.statuses]
    missing = [
        f"{each.rule.id} {driver.value}"
        for each in of_the_fiche
        for driver in Driver
        if not each.played_with(driver)
    ]
    assert missing == [f"{rule} browser" for rule in sorted(WITHOUT_A_BROWSER)]


@cases("scenario", catalogue())
def test_a_scenario_names_existing_rules_sections_and_people(scenario: Scenario) -> None:
    rules = {rule.id: rule for rule in load_rules()}
    people = {person.id for person in load_personas(parse_instant(CLOCK))}
    assert set(scenario.rules) <= set(rules)
    assert set(scenario.sections) <= {section for rule in rules.values() for section in rule.sections}
    assert set(scenario.people) <= people
    assert scenario.rules
    assert scenario.drivers
    for each in (scenario.rules, scenario.sections, scenario.people, scenario.drivers):
        assert len(set(each)) == len(each)


def test_no_two_scenarios_have_one_name_or_one_title() -> None:
    for attribute in ("name", "title"):
        assert len({getattr(scenario, attribute) for scenario in catalogue()}) == len(catalogue())


def test_every_file_holds_the_scenario_of_its_name() -> None:
    folder = Path(next(iter(maquette.scenarios.__path__)))
    files = [file.stem for file in folder.glob("*/*.py") if file.name != "__init__.py"]
    assert sorted(files) == sorted(scenario.name.replace("-", "_") for scenario in catalogue())
