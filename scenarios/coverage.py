"""The rules that scenarios cover, with the scenarios and drivers of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text

from maquette.fixtures.rules import Rule, load_rules
from maquette.scenarios.catalogue import catalogue
from maquette.scenarios.narration import Driver
from maquette.scenarios.story import Scenario


@dataclass(frozen=True, slots=True)
class Coverage:
    """A rule, and the scenarios that cover it."""

    rule: Rule
    scenarios: tuple[Scenario, ...]

    def played_with(self, driver: Driver) -> int:
        """How many of them can be played with the driver."""
        return sum(driver in scenario.drivers for scenario in self.scenarios)


def coverage(scenarios: Sequence[Scenario] | None = None) -> tuple[Coverage, ...]:
    """All rules, each with the scenarios that cover it; by default the packaged scenarios."""
    known = catalogue() if scenarios is None else scenarios
    return tuple(
        Coverage(rule, tuple(each for each in known if rule.id in each.rules)) for rule in load_rules()
    )


def statuses(rule: Rule) -> str:
    """On what authority the rule stands, in letters."""
    return " ".join(status.value for status in rule.statuses)


def rules_table() -> Table:
    """The rules, for a terminal."""
    table = _table("rule", "status", "fiche", "what it says")
    for rule in load_rules():
        table.add_row(rule.id, statuses(rule), ", ".join(rule.sections), Text(rule.sentence))
    return table


def coverage_table(covered: Sequence[Coverage]) -> Table:
    """Rule by scenario and driver, for a terminal; a rule without a scenario stands out."""
    table = _table("rule", "status", *(driver.value for driver in Driver), "scenarios")
    for each in covered:
        counts = [_count(each.played_with(driver)) for driver in Driver]
        table.add_row(each.rule.id, statuses(each.rule), *counts, _names(each.scenarios))
    return table


def summary(covered: Sequence[Coverage]) -> str:
    """In a line: how many rules have a scenario, and which have none."""
    without = [each.rule.id for each in covered if not each.scenarios]
    text = f"{len(covered) - len(without)} of {len(covered)} rules have a scenario"
    return f"{text}; none: {', '.join(without)}" if without else text


def _table(*headings: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, no_wrap=heading != headings[-1], overflow="fold")
    return table


def _count(number: int) -> Text:
    return Text(str(number) if number else "-", style="" if number else "yellow")


def _names(scenarios: Sequence[Scenario]) -> Text:
    """Their names, with the driver after those that have only one."""
    if not scenarios:
        return Text("no scenario", style="bold red")
    return Text(", ".join(_name(each) for each in scenarios))


def _name(scenario: Scenario) -> str:
    only = len(scenario.drivers) == 1
    return f"{scenario.name} ({scenario.drivers[0].value})" if only else scenario.name
