"""The coverage of rules by scenarios and drivers."""

import io

import small_scenarios
from rich.console import Console

from maquette.fixtures.rules import load_rules
from maquette.scenarios.coverage import Coverage, coverage, coverage_table, summary
from maquette.scenarios.narration import Driver

SOME = [small_scenarios.at_home, small_scenarios.at_a_browser]


def of(rule: str) -> Coverage:
    return next(each for each in coverage(SOME) if each.rule.id == rule)


def test_every_rule_is_there_in_the_catalogues_order() -> None:
    assert [each.rule for each in coverage(SOME)] == list(load_rules())


def test_a_rule_has_the_scenarios_that_name_it() -> None:
    assert of("ACC-1").scenarios == (small_scenarios.at_home,)
    assert of("ACC-5").scenarios == (small_scenarios.at_a_browser,)
    assert of("ACC-2").scenarios == ()


def test_a_scenario_counts_for_the_drivers_that_can_play_it() -> None:
    assert [of("ACC-1").played_with(driver) for driver in Driver] == [1, 1]
    assert [of("ACC-5").played_with(driver) for driver in Driver] == [0, 1]


def test_a_rule_without_a_scenario_stands_out() -> None:
    out = Console(file=io.StringIO(), width=120)
    out.print(coverage_table(coverage(SOME)))
    assert isinstance(out.file, io.StringIO)
    lines = [line.split() for line in out.file.getvalue().splitlines()]
    assert ["ACC-1", "F", "1", "1", "at-home"] in lines
    assert ["ACC-2", "F", "-", "-", "no", "scenario"] in lines
    assert ["ACC-5", "F", "I", "-", "1", "at-a-browser", "(browser)"] in lines


def test_the_summary_names_the_rules_without_one() -> None:
    line = summary(coverage(SOME))
    assert line.startswith(f"3 of {len(load_rules())} rules have a scenario; none: ACC-2, ")
    everything = [each for each in coverage(SOME) if each.scenarios]
    assert summary(everything) == "3 of 3 rules have a scenario"
