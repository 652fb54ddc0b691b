"""Plays scenarios: a fresh realm for each, several at a time, on one of the two drivers.

The realms are those of a simulator that the run starts itself, or of a running one. Knows neither what a
scenario does nor how its result is shown.
"""

import asyncio
import inspect
import shutil
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from maquette.fixtures.control import ControlError
from maquette.fixtures.installation import FreshRealm, Installation, Target
from maquette.fixtures.own_server import FREE_PORTS, OwnServer, same_every_time
from maquette.fixtures.visitor import BrowserMissingError, Certificate, HttpVisitor, Popups, Visitor
from maquette.scenarios.narration import Driver, Failure, PlayedStep, StepFailedError, Words
from maquette.scenarios.story import Needs, OpenVisitor, Scenario, Story

if TYPE_CHECKING:
    from maquette.fixtures.browser import Chromiums

CLOCK = "2011-06-09T09:00:00+02:00"
"""Where the clock of a scenario's realm stands: the fiche's day."""

AT_A_TIME = {Driver.HTTP: 8, Driver.BROWSER: 3}
"""How many scenarios are played at the same time."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How scenarios are played.

    `headed` shows the browser; `pace` is its rest before each action, in seconds. `folder` keeps the steps'
    evidence, if any. Every realm has the `defects`. Without `chromiums`, a scenario starts its own.
    """

    driver: Driver
    folder: Path | None = None
    headed: bool = False
    chromiums: "Chromiums | None" = None
    pace: float = 0.0
    one_by_one: bool = False
    defects: tuple[str, ...] = ()
    target: Target | None = None

    def can_play(self, scenario: Scenario) -> bool:
        """Whether the driver can play the scenario, and its needs are met."""
        return self.driver in scenario.drivers and not (self.target and scenario.needs)


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """How a scenario went, in which realm of which version, and how long it took in seconds."""

    scenario: Scenario
    driver: Driver
    realm: str
    version: str
    steps: tuple[PlayedStep, ...]
    failure: Failure | None
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether every step had the expected result."""
        return self.failure is None

    @property
    def where_it_failed(self) -> str:
        """At which step, after which one, or before the first."""
        if not self.steps:
            return "before the first step"
        last = self.steps[-1]
        return f"{'at' if last.failure else 'after'} step {last.number}: {last.title.en}"

    @property
    def explanation(self) -> str:
        """Where and why it failed, in five lines; empty for one that passed."""
        if self.failure is None:
            return ""
        return (
            f"{self.where_it_failed}\n"
            f"expected: {self.failure.expected.en}\ncame:     {self.failure.came.en}\n"
            f"script:   {self.failure.line or '-'}\nrealm:    {self.realm}"
        )


class Listener:
    """Follows the scenarios as they are played; this one shows nothing."""

    def begins(self, scenario: Scenario) -> None:
        """A scenario begins."""

    def step_done(self, scenario: Scenario, step: PlayedStep) -> None:
        """A step was done."""

    def ended(self, outcome: ScenarioResult) -> None:
        """A scenario has ended."""


async def play_all(scenarios: Sequence[Scenario], stage: Stage, listener: Listener) -> list[ScenarioResult]:
    """Play the scenarios, several at a time; the outcomes are in their order.

    Scenarios with the most needs come first. Raises BrowserMissingError and OwnServerError, and ControlError
    when the target does not answer.
    """
    at_a_time = asyncio.Semaphore(1 if stage.one_by_one else AT_A_TIME[stage.driver])
    async with AsyncExitStack() as stack:
        target = stage.target
        if target is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="maquette-server-")))
            server = await stack.enter_async_context(OwnServer(folder, "--ephemeral", *FREE_PORTS))
            target = Target(server.console, server.token)
        installation = await stack.enter_async_context(Installation(target.console, target.token))
        stage = replace(stage, chromiums=await _chromiums(stage, stack))

        async def play(scenario: Scenario) -> ScenarioResult:
            async with at_a_time:
                listener.begins(scenario)
                outcome = await play_one(scenario, stage, installation, partial(listener.step_done, scenario))
                listener.ended(outcome)
                return outcome

        try:
            async with asyncio.TaskGroup() as group:
                tasks = {
                    scenario.name: group.create_task(play(scenario))
                    for scenario in sorted(scenarios, key=lambda scenario: not scenario.needs)
                }
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from None
        return [tasks[scenario.name].result() for scenario in scenarios]


async def play_one(
    scenario: Scenario, stage: Stage, shared: Installation, tell: Callable[[PlayedStep], None]
) -> ScenarioResult:
    """Play a scenario in a fresh realm of that simulator, or of a server of its own where it needs one.

    Raises BrowserMissingError, and ControlError when no realm can be made.
    """
    begun = time.monotonic()
    folder = stage.folder and stage.folder / f"{scenario.name}-{stage.driver.value}"
    if folder is not None:
        shutil.rmtree(folder, ignore_errors=True)
    async with AsyncExitStack() as stack:
        installation, restart = shared, None
        if Needs.OWN_SERVER in scenario.needs:
            data = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="maquette-server-")))
            server = await stack.enter_async_context(OwnServer(data, *same_every_time(data)))
            installation = await stack.enter_async_context(Installation(server.console, server.token))
            restart = server.kill_and_start
        realm = await installation.realm(clock=CLOCK, defects=list(stage.defects))
        story = Story(
            await stack.enter_async_context(installation.control(realm)),
            _opener(stage, await _chromiums(stage, stack), realm, installation),
            folder,
            tell,
            people=scenario.people,
            restart=restart,
        )
        failure = await _failure_of(scenario, story)
        if stage.target and failure is None:
            await installation.delete(realm)  # a failed one is left to be looked at
    seconds = time.monotonic() - begun
    version = installation.doors.version
    return ScenarioResult(scenario, stage.driver, realm.name, version, tuple(story.steps), failure, seconds)


async def _failure_of(scenario: Scenario, story: Story) -> Failure | None:
    try:
        async with story:
            await scenario.play(story)
        if not story.steps:
            return Failure(Words("au moins une étape", "a step at least"), Words("aucune", "none"))
    except StepFailedError as error:
        return replace(error.failure, line=_line_of(error, scenario))
    except BrowserMissingError:
        raise
    except ControlError as error:
        failed = StepFailedError(Words("que la console réponde", "the console to answer"), str(error))
        return replace(failed.failure, line=_line_of(error, scenario))
    except Exception as error:  # noqa: BLE001 - a broken script is that scenario's failure, not the others'
        expected = Words("un script qui aille à son terme", "a script that runs to its end")
        failed = StepFailedError(expected, f"{type(error).__name__}: {error}")
        return replace(failed.failure, line=_line_of(error, scenario))
    return None


def _line_of(error: Exception, scenario: Scenario) -> str:
    """The script's line: the innermost of its own lines, or of any if the error is outside."""
    trace = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in trace if frame.filename == inspect.getsourcefile(scenario.play)]
    frame = (own or trace)[-1]
    return f"{Path(frame.filename).name}, line {frame.lineno}"


async def _chromiums(stage: Stage, stack: AsyncExitStack) -> "Chromiums | None":
    """Those of the stage, or else some that are there until the stack is left; none without a browser."""
    if stage.driver is Driver.HTTP or stage.chromiums is not None:
        return stage.chromiums
    from maquette.fixtures.browser import Chromiums

    return await stack.enter_async_context(Chromiums(headed=stage.headed))


def _opener(
    stage: Stage, chromiums: "Chromiums | None", realm: FreshRealm, installation: Installation
) -> OpenVisitor:
    def open_visitor(certificate: Certificate | None, popups: Popups, width: int | None) -> Visitor:
        if chromiums is None:
            return HttpVisitor(
                portal=realm.portal,
                gate=realm.gate,
                ca=installation.doors.ca,
                certificate=certificate,
                popups=popups,
            )
        from maquette.fixtures.browser import WIDTH, BrowserVisitor

        return BrowserVisitor(
            chromiums,
            portal=realm.portal,
            gate=realm.gate,
            certificate=certificate,
            popups=popups,
            pace=stage.pace,
            width=width or WIDTH,
        )

    return open_visitor
