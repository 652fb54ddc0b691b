"""The outcomes as JUnit XML: a suite for each driver, a case for each scenario, its rules as properties."""

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from maquette.scenarios.narration import Driver
from maquette.scenarios.runner import ScenarioResult


def write_junit(outcomes: Sequence[ScenarioResult], file: Path) -> None:
    """Write the file, and the folder that it lies in."""
    root = ElementTree.Element("testsuites", name="maquette scenarios")
    for driver in Driver:
        of_driver = [outcome for outcome in outcomes if outcome.driver is driver]
        if of_driver:
            root.append(_suite(driver, of_driver))
    file.parent.mkdir(parents=True, exist_ok=True)
    ElementTree.indent(root)
    ElementTree.ElementTree(root).write(file, encoding="utf-8", xml_declaration=True)


def _suite(driver: Driver, outcomes: Sequence[ScenarioResult]) -> ElementTree.Element:
    suite = ElementTree.Element(
        "testsuite",
        name=f"scenarios.{driver.value}",
        tests=str(len(outcomes)),
        failures=str(sum(not outcome.passed for outcome in outcomes)),
        errors="0",
        skipped="0",
        time=f"{sum(outcome.seconds for outcome in outcomes):.3f}",
    )
    for outcome in outcomes:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=f"scenarios.{driver.value}",
            name=outcome.scenario.name,
            time=f"{outcome.seconds:.3f}",
        )
        properties = ElementTree.SubElement(case, "properties")
        for rule in outcome.scenario.rules:
            ElementTree.SubElement(properties, "property", name="rule", value=rule)
        if outcome.failure is not None:
            failure = ElementTree.SubElement(
                case, "failure", message=_readable(f"expected {outcome.failure.expected.en}"), type="step"
            )
            failure.text = _readable(outcome.explanation)
    return suite


def _readable(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return "".join(c if c.isprintable() or c in "\n\t" else "\ufffd" for c in text)
