"""The work of `maquette scenario run`: play scenarios, show the progress, write the report."""

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rich.console import Console

from maquette.fixtures.report_page import UnwritableError
from maquette.scenarios.junit import write_junit
from maquette.scenarios.progress import EveryStep, ScenarioProgress, progress_bar
from maquette.scenarios.report import PAGE, ScenarioRun, write_report
from maquette.scenarios.runner import Listener, ScenarioResult, Stage, play_all
from maquette.scenarios.story import Scenario

FEW = 3
"""So many scenarios are shown step by step."""


class NothingToPlayError(Exception):
    """No scenario can be played; the message says why."""


async def run_and_report(
    chosen: Sequence[Scenario],
    stage: Stage,
    out: Console,
    *,
    began: datetime,
    report: Path | None,
    language: str,
    junit: Path | None,
    named: bool,
) -> list[ScenarioResult]:
    """Play the scenarios that the stage can play, show the progress, and write the report and JUnit XML.

    `began` is the world's present instant. `named`: the user named each scenario, so that none may be left
    out. Raises NothingToPlayError, UnwritableError before anything is played, and what `play_all` raises.
    """
    playable = [each for each in chosen if stage.can_play(each)]
    left_out = [each for each in chosen if not stage.can_play(each)]
    if left_out and (named or not playable):
        raise NothingToPlayError("; ".join(f"{each.name} {_why_not(each, stage)}" for each in left_out))
    if not playable:
        raise NothingToPlayError("no scenario is meant by that: see maquette scenario list")
    junit_files = [file for file in (report and report / "junit.xml", junit) if file is not None]
    for file in [*junit_files, *([report / PAGE, report / "steps" / PAGE] if report else [])]:
        _try_to_write(file)
    with ExitStack() as stack:
        few = stage.headed or len(playable) <= FEW
        listener: Listener = (
            EveryStep(out) if few else ScenarioProgress(stack.enter_context(progress_bar(out)), playable)
        )
        stage = replace(stage, folder=report and report / "steps", one_by_one=few)
        since = time.monotonic()
        outcomes = await play_all(playable, stage, listener)
        seconds = time.monotonic() - since
    failed = sum(not outcome.passed for outcome in outcomes)
    played = f"{len(outcomes)} scenario{'s' if len(outcomes) > 1 else ''}"
    out.print(f"{played}, {failed} failed" if failed else f"{played} passed")
    for each in left_out:
        out.print(f"left out: {each.name} {_why_not(each, stage)}", style="dim", markup=False)
    for file in junit_files:
        write_junit(outcomes, file)
    if report is not None:
        run = ScenarioRun(
            outcomes, stage.driver, began, seconds, stage.target.console if stage.target else None
        )
        out.print(f"Report: {write_report(run, report, language)}", markup=False)
    return outcomes


def _try_to_write(file: Path) -> None:
    """Check before the run that a file can be written, and leave the file unchanged."""
    there = file.exists()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("ab"):
            pass
        if not there:
            file.unlink()
    except OSError as error:
        raise UnwritableError(f"{file} cannot be written: {error.strerror}") from None


def _why_not(scenario: Scenario, stage: Stage) -> str:
    if stage.driver not in scenario.drivers:
        return f"is for the {' and the '.join(each.value for each in scenario.drivers)} driver only"
    return "kills its server, and is played against one of its own only, not against a target"
