"""The terminal during a run: every step of few scenarios, the progress of many, or that of an audit.

Writes a line as each scenario or defect ends, and below them, on a terminal, a bar.
"""

from collections.abc import Sequence

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.text import Text

from maquette.fixtures.control import DefectFacts
from maquette.scenarios.audit import AuditListener, Finding
from maquette.scenarios.matrix import styled_verdict
from maquette.scenarios.narration import Failure, PlayedStep
from maquette.scenarios.runner import Listener, ScenarioResult
from maquette.scenarios.story import Scenario


def progress_bar(console: Console) -> Progress:
    """A bar at the bottom of the terminal, gone at the end."""
    return Progress(
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", style="dim"),
        console=console,
        transient=True,
    )


class EveryStep(Listener):
    """For a scenario or a few: each step as it is done."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._chapters: dict[str, str] = {}

    def begins(self, scenario: Scenario) -> None:
        self._console.print(Text(f"{scenario.name}: {scenario.title.en}", style="bold"))

    def step_done(self, scenario: Scenario, step: PlayedStep) -> None:
        chapter = step.chapter.en if step.chapter else ""
        if chapter and self._chapters.get(scenario.name) != chapter:
            self._chapters[scenario.name] = chapter
            self._console.print(Text(f"     {chapter}", style="cyan"))
        mark = ("ok    ", "green") if step.failure is None else ("FAILED", "bold red")
        line = Text.assemble(f"{step.number:4} ", mark, f" {step.title.en}")
        if step.screen:
            line.append(f" → {step.screen}", style="dim")
        self._console.print(line)

    def ended(self, outcome: ScenarioResult) -> None:
        if outcome.failure is not None:
            self._console.print(_why(outcome.failure))
        verdict = ("passed", "bold green") if outcome.passed else ("failed", "bold red")
        self._console.print(
            Text.assemble("     ", verdict, f", {_counted(outcome)}, {outcome.seconds:.1f} s\n")
        )


class ScenarioProgress(Listener):
    """For many scenarios: a line for each that has ended, and a bar as long as they are played."""

    def __init__(self, progress: Progress, scenarios: Sequence[Scenario]) -> None:
        self._progress = progress
        self._task = progress.add_task("", total=len(scenarios))
        self._width = max((len(scenario.name) for scenario in scenarios), default=0)
        self._now: list[str] = []

    def begins(self, scenario: Scenario) -> None:
        self._now.append(scenario.name)
        self._progress.update(self._task, description=", ".join(self._now))

    def ended(self, outcome: ScenarioResult) -> None:
        self._now.remove(outcome.scenario.name)
        verdict = ("passed", "green") if outcome.passed else ("FAILED", "bold red")
        line = Text.assemble(
            verdict,
            f"  {outcome.scenario.name:<{self._width}}  ",
            (f"{len(outcome.steps):3} steps {outcome.seconds:6.1f} s", "dim"),
        )
        self._progress.console.print(line)
        if outcome.failure is not None:
            self._progress.console.print(Text(f"        {outcome.where_it_failed}"))
            self._progress.console.print(_why(outcome.failure))
        self._progress.update(self._task, advance=1, description=", ".join(self._now))


class AuditProgress(AuditListener):
    """A bar as long as defects are tried, and a line for each that was."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task = progress.add_task("the clean run", total=None)

    def begins(self, defects: Sequence[DefectFacts]) -> None:
        self._progress.console.print("the suite passes on a simulator without defect")
        self._progress.update(self._task, description="defects", total=len(defects))

    def found(self, finding: Finding) -> None:
        line = Text.assemble(styled_verdict(finding), f"  {finding.defect.name}")
        line.append(f"  {finding.run.seconds:.1f} s", style="dim")
        self._progress.console.print(line)
        self._progress.advance(self._task)


def _counted(outcome: ScenarioResult) -> str:
    return "1 step" if len(outcome.steps) == 1 else f"{len(outcome.steps)} steps"


def _why(failure: Failure) -> Text:
    text = Text(f"        expected: {failure.expected.en}\n        came:     {failure.came.en}")
    return text.append(f"\n        script:   {failure.line}") if failure.line else text
