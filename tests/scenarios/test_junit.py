"""The outcomes as JUnit XML."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
import small_scenarios

from maquette.scenarios.junit import write_junit
from maquette.scenarios.narration import Driver, StepFailedError
from maquette.scenarios.runner import ScenarioResult
from maquette.scenarios.story import Scenario


def outcome(scenario: Scenario, came: str | None = None, driver: Driver = Driver.HTTP) -> ScenarioResult:
    failure = None if came is None else StepFailedError("this", came).failure
    return ScenarioResult(scenario, driver, "realm-1", "0.1.0", (), failure, 1.5)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new" / "junit.xml"


def read(file: Path) -> ElementTree.Element:
    return ElementTree.parse(file).getroot()  # noqa: S314 - written by ourselves just now


def test_each_driver_is_a_suite_with_its_counts(file: Path) -> None:
    outcomes = [outcome(small_scenarios.at_home), outcome(small_scenarios.lost, "that"), outcome(small_scenarios.at_home, driver=Driver.BROWSER)]  # fmt: skip  # noqa: E501
    write_junit(outcomes, file)
    assert [(suite.get("name"), suite.get("tests"), suite.get("failures")) for suite in read(file)] == [
        ("scenarios.http", "2", "1"),
        ("scenarios.browser", "1", "0"),
    ]


def test_each_scenario_is_a_case_with_its_rules(file: Path) -> None:
    write_junit([outcome(small_scenarios.at_home)], file)
    (case,) = read(file).iter("testcase")
    assert (case.get("classname"), case.get("name"), case.get("time")) == (
        "scenarios.http",
        "at-home",
        "1.500",
    )
    assert [each.get("value") for each in case.iter("property")] == ["HOME-1", "ACC-1"]
    assert case.find("failure") is None


def test_a_failure_shows_step_expected_and_actual_result_and_realm(file: Path) -> None:
    write_junit([outcome(small_scenarios.lost, "that")], file)
    failure = next(read(file).iter("failure"))
    assert failure.get("message") == "expected this"
    assert failure.text is not None
    assert failure.text.splitlines() == [
        "before the first step",
        "expected: this",
        "came:     that",
        "script:   -",
        "realm:    realm-1",
    ]


def test_characters_that_xml_cannot_hold_are_replaced(file: Path) -> None:
    write_junit([outcome(small_scenarios.lost, "a\x00b\x1bc é <&>")], file)
    assert "came:     a\ufffdb\ufffdc é <&>" in (next(read(file).iter("failure")).text or "")
