"""What `maquette scenario run` does: play, show how it goes, write the report."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from maquette.scenarios.junit import write_junit
from maquette.scenarios.report import write_report
from maquette.scenarios.running import Listener, Outcome, Stage, play_all
from maquette.scenarios.showing import EveryStep, HowFar
from maquette.scenarios.story import Scenario

FEW = 3
"""So many scenarios are shown step by step."""


class NothingToPlayError(Exception):
    """No scenario is left to play; the message says why."""


async def run_and_report(
    chosen: Sequence[Scenario],
    stage: Stage,
    out: Console,
    *,
    report: Path | None,
    language: str,
    junit: Path | None,
    named: bool,
) -> list[Outcome]:
    """Play the scenarios that can be played so, show it, and write what is asked for.

    `named`: each was asked for by name, so that none may be left out. Raises NothingToPlayError, and what
    `play_all` raises.
    """
    playable = [each for each in chosen if stage.can_play(each)]
    left_out = [each for each in chosen if not stage.can_play(each)]
    if left_out and (named or not playable):
        raise NothingToPlayError("; ".join(f"{each.name} {_why_not(each, stage)}" for each in left_out))
    if not playable:
        raise NothingToPlayError("no scenario is meant by that: see maquette scenario list")
    with ExitStack() as stack:
        few = stage.headed or len(playable) <= FEW
        listener: Listener = EveryStep(out) if few else stack.enter_context(HowFar(out, playable))
        stage = replace(stage, folder=report and report / "steps", one_by_one=few)
        outcomes = await play_all(playable, stage, listener)
        if report is not None:
            page = write_report(outcomes, report, language)
    failed = sum(not outcome.passed for outcome in outcomes)
    out.print(
        f"{len(outcomes)} scenarios, {failed} failed" if failed else f"{len(outcomes)} scenarios passed"
    )
    for each in left_out:
        out.print(f"left out: {each.name} {_why_not(each, stage)}", style="dim", markup=False)
    if report is not None:
        write_junit(outcomes, report / "junit.xml")
        out.print(f"Report: {page}", markup=False)
    if junit is not None:
        write_junit(outcomes, junit)
    return outcomes


def _why_not(scenario: Scenario, stage: Stage) -> str:
    if stage.driver not in scenario.drivers:
        return f"is for the {' and the '.join(each.value for each in scenario.drivers)} driver only"
    return "kills its server, and is played against one of its own only, not against a target"
