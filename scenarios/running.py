"""Playing scenarios: a simulator of its own, a fresh realm for each, one of the two drivers.

Tells each step on the standard output as it is done, and says where the pictures are. What a scenario does
is not decided here.
"""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.text import Text

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor
from maquette.scenarios.catalogue import find_scenarios
from maquette.scenarios.story import Failure, OpenVisitor, Scenario, Step, StepFailedError, Story
from maquette.simulator.assembly import Realm, Simulator

CLOCK = "2011-06-09T09:00:00+02:00"
"""Where the clock of a scenario's realm starts: the fiche's day."""


class Driver(Enum):
    """What plays the people: aiohttp, or a real browser."""

    HTTP = "http"
    BROWSER = "browser"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scenario went; `folder` holds the pictures or extracts of its steps."""

    scenario: Scenario
    driver: Driver
    steps: tuple[Step, ...]
    failure: Failure | None
    folder: Path

    @property
    def passed(self) -> bool:
        """Whether every step came out as the scenario says."""
        return self.failure is None


async def run(
    names: Iterable[str],
    driver: Driver,
    *,
    headed: bool = False,
    pace: float = 0.0,
    report: Path | None = None,
) -> list[Outcome]:
    """Play the scenarios of those names one after the other.

    `headed` shows the browser, `pace` is its rest before each action, in seconds. Raises
    ScenarioUnknownError, BrowserMissingError, and what Simulator raises when it cannot start.
    """
    chosen = find_scenarios(tuple(names))
    console = Console(soft_wrap=True, highlight=False)
    async with Simulator() as simulator:
        open_at = _browsers(headed=headed, pace=pace) if driver is Driver.BROWSER else _no_browser(simulator)
        folder = report or Path(tempfile.mkdtemp(prefix="maquette-scenarios-"))
        outcomes = []
        for scenario in chosen:
            realm = await simulator.realm(clock=CLOCK)
            control = Control(realm.api, simulator.doors.token)
            kept = folder / f"{scenario.name}-{driver.value}"
            story = Story(control, open_at(realm), kept, partial(_tell, console))
            console.print(Text(f"{scenario.name} ({driver.value}): {scenario.title_en}", style="bold"))
            async with control, story:
                failure = await _play(scenario, story)
            outcomes.append(Outcome(scenario, driver, tuple(story.steps), failure, kept))
            console.print(_verdict(outcomes[-1]))
    console.print(f"Steps kept in {folder}", markup=False)
    return outcomes


def _no_browser(simulator: Simulator) -> Callable[[Realm], OpenVisitor]:
    def at(realm: Realm) -> OpenVisitor:
        return lambda certificate, popups: HttpVisitor(
            portal=realm.portal,
            gate=realm.gate,
            ca=simulator.doors.ca,
            certificate=certificate,
            popups=popups,
        )

    return at


def _browsers(*, headed: bool, pace: float) -> Callable[[Realm], OpenVisitor]:
    from maquette.fixtures.browser import BrowserVisitor

    def at(realm: Realm) -> OpenVisitor:
        return lambda certificate, popups: BrowserVisitor(
            portal=realm.portal,
            gate=realm.gate,
            certificate=certificate,
            popups=popups,
            headed=headed,
            pace=pace,
        )

    return at


async def _play(scenario: Scenario, story: Story) -> Failure | None:
    try:
        await scenario.play(story)
    except StepFailedError as error:
        return error.failure
    return None


def _tell(console: Console, step: Step) -> None:
    mark = ("ok    ", "green") if step.failure is None else ("FAILED", "bold red")
    line = Text.assemble(f"{step.number:4} ", mark, f" {step.title}")
    if step.screen:
        line.append(f" → {step.screen}", style="dim")
    console.print(line)
    if step.failure is not None:
        console.print(Text(f"            expected: {step.failure.expected}"))
        console.print(Text(f"            came:     {step.failure.came}"))


def _verdict(outcome: Outcome) -> Text:
    verdict = ("passed", "bold green") if outcome.passed else ("failed", "bold red")
    return Text.assemble("     ", verdict, f", {len(outcome.steps)} steps\n")
