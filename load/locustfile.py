"""Locust's entry: `maquette load run` starts it, and `locust -f load/locustfile.py` by hand works as well.

Wires a run to Locust: people, arrivals, counts, and messages to the master. By hand,
the environment names the simulator (MAQUETTE_CONSOLE, MAQUETTE_TOKEN) and the profile (MAQUETTE_PROFILE, else
smoke); the run is then prepared at the start and judged at the end. Source: docs/load.md.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import gevent
from gevent.pool import Pool
from locust import LoadTestShape, User, constant, events, task
from locust.env import Environment
from locust.exception import StopUser
from locust.runners import MasterRunner, WorkerRunner
from locust.stats import bucket_response_time

from maquette.load.arrivals import arrivals, share_of
from maquette.load.browser import LocustControl, RunOverError, StumbledError, refusal_of
from maquette.load.crowd import Crowd, NobodyLeftError
from maquette.load.description import (
    DESCRIPTION,
    PARENT,
    PROGRESS,
    RESULTS,
    ROOT,
    RUN_FOLDER,
    SERVER,
    Description,
)
from maquette.load.journeys import WatchedClock, World, play
from maquette.load.profile import Arrival
from maquette.load.steps import TIMELESS, Journey
from maquette.load.tally import Results, StepFigures, Tally, progress
from maquette.simulator.base.wall_clock import real_now

TELL_SHARE = "maquette-share"
PERCENTILES = (50.0, 90.0, 95.0, 99.0, 100.0)

BUSY = 0.9
"""The part of one core above which a process of the generator is short of CPU."""

LATE_MS = 200.0
"""With a timer so late, latencies are partly the generator's own."""

SAMPLE = 1.0
TOLD_EVERY = 10.0
"""Seconds between two lines of progress."""

GRACE = 15.0
"""Seconds that journeys under way are given at the end of a run."""

LAST_WORDS = 5.0
"""Seconds after that in which workers report their counts; they report every three."""


class Course:
    """The run in this process: what it plays, with whom, and what has been counted."""

    def __init__(self) -> None:
        self.run: Description | None = None
        self.world: World | None = None
        self.tally = Tally()
        self.total = Tally()
        self.index, self.count = 0, 1
        self.began: float | None = None
        self.began_at = 0.0
        self.lasted = 0.0
        self.ended = False
        self.by_hand = False
        self.received = False
        self.leaps_refused: list[str] = []
        self.playing: frozenset[str] = frozenset()
        self.workers, self.workers_lost = 1, 0
        self.folders: list[tempfile.TemporaryDirectory[str]] = []

    def own_folder(self) -> Path:
        """A folder that goes with this process."""
        folder = tempfile.TemporaryDirectory(prefix="maquette-load-")
        self.folders.append(folder)
        return Path(folder.name)

    def prepare(self) -> None:
        """Read the prepared run, or prepare one; only in the leading process."""
        given = os.environ.get(RUN_FOLDER)
        self.by_hand = given is None
        folder = Path(given) if given else self.own_folder()
        if self.by_hand:
            profile = os.environ.get("MAQUETTE_PROFILE", "smoke")
            command = [sys.executable, "-m", "maquette.load.by_hand", "prepare", str(folder), profile]
            if code := subprocess.run(command, check=False).returncode:  # noqa: S603 - a module of our own
                sys.exit(code)
        self.run = Description.model_validate_json((folder / DESCRIPTION).read_text(encoding="utf-8"))

    def take_share(self, share: dict[str, Any]) -> None:
        """Play with these people, and no others."""
        self.index, self.count, self.received = share["index"], share["count"], False
        self.began_at = share["began"]
        self.run = run = Description.model_validate(share["run"])
        here = Path(run.folder)
        folder = here if (here / ROOT).exists() else self.own_folder()
        root = folder / ROOT
        if folder != here:
            root.write_text(run.root, encoding="ascii")
        console = LocustControl(run.api, run.token)
        self.world = World(
            run=run,
            root=root,
            folder=str(folder),
            crowd=Crowd(run.people, run.converted),
            requests=events.request,
            console=console,
            random=Random(f"{run.profile.seed} {self.index}"),  # noqa: S311 - whose turn it is, no secret
            clock=WatchedClock(console),
        )

    def second(self) -> float:
        """How long the run has lasted."""
        return 0.0 if self.began is None else time.perf_counter() - self.began

    def second_of(self, instant: float) -> int:
        """In which second of the run that instant of the epoch is: all processes count from the same one."""
        return max(0, int(instant - self.began_at))

    def count_journey(self, journey: str, what: str) -> None:
        """Count it now."""
        self.tally.journey(self.second_of(real_now().timestamp()), journey, what)

    def play(self, late: float = 0.0) -> None:
        """Play a journey of those that people come for now."""
        if self.world is None:  # a worker that came after everybody had been shared out
            raise StopUser
        mix = self.world.run.profile.mix_at(self.second())
        journey = self.world.random.choices(list(mix), list(mix.values()))[0]
        self.count_journey(journey, "begun")
        seconds = self.world.run.profile.seconds + GRACE - self.second()
        what = "left"
        try:
            with gevent.Timeout(max(0.0, seconds), RunOverError):
                play(self.world, Journey(journey), late)
            what = "done"
        except RunOverError:
            pass  # and the person was not waiting for anything
        except StumbledError:
            what = "failed"
        except NobodyLeftError:
            what = "failed"
            self.tally.nobody_left += 1
            gevent.sleep(1)
        except Exception:
            what = "failed"
            raise
        finally:
            self.count_journey(journey, what)

    def receive_arrivals(self) -> None:
        """Start people at their instants, independently of earlier people."""
        if self.world is None or self.received:  # twice, where a worker is lost, and its users are shared out
            raise StopUser
        self.received = True
        profile = self.world.run.profile
        inside = Pool()
        most = max(1, profile.under_way // self.count)
        try:
            for at in share_of(arrivals(profile), self.index, self.count):
                gevent.sleep(max(0.0, at - self.second()))
                if len(inside) < most:
                    inside.spawn(self._arrive, at)
                else:
                    self.tally.turn_away(self.second_of(real_now().timestamp()))
            inside.join()
        finally:
            inside.kill()

    def _arrive(self, at: float) -> None:
        self.play(late=max(0.0, self.second() - at) * 1000)


course = Course()


class LoadUser(User):
    """A person who makes one journey after the other; in an open run, receives all arrivals."""

    wait_time = constant(0)

    @task
    def come(self) -> None:
        """Make a journey, or receive all who come."""
        if course.world is None:
            raise StopUser
        if course.world.run.profile.arrival is Arrival.OPEN:
            course.receive_arrivals()
            raise StopUser
        if course.second() >= course.world.run.profile.seconds:
            raise StopUser
        course.play()
        course.world.think()


class Stages(LoadTestShape):
    """The profile's stages."""

    _last = (0, 100.0)

    def tick(self) -> tuple[int, float] | None:
        """How many users now, and how fast; None when the run is over."""
        run = course.run
        if run is None:
            return None
        profile, second = run.profile, course.second()
        if second >= profile.seconds:
            course.ended = True
            last = profile.seconds + GRACE + LAST_WORDS
            if second >= last or self.runner is None or not self.runner.user_count:
                return None
            return self._last  # no new journeys: each person leaves after the present one
        users = course.count if profile.arrival is Arrival.OPEN else round(profile.level_at(second))
        self._last = users, 100.0
        return self._last


def _begin(environment: Environment, **_: object) -> None:
    runner = environment.runner
    if isinstance(runner, WorkerRunner):
        runner.register_message(TELL_SHARE, lambda environment, msg: course.take_share(msg.data))  # noqa: ARG005 - Locust's names
    else:
        course.prepare()
        if PARENT in os.environ:
            gevent.spawn(_end_with, int(os.environ[PARENT]))


def _end_with(parent: int) -> None:
    """End when the parent process has ended: a killed parent cannot end its children."""
    while os.getppid() == parent:
        gevent.sleep(SAMPLE)
    if SERVER in os.environ:
        with suppress(ProcessLookupError):
            os.kill(int(os.environ[SERVER]), signal.SIGKILL)
    shutil.rmtree(os.environ[RUN_FOLDER], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)  # the session that was started with this: its workers


def _start(environment: Environment, **_: object) -> None:
    runner = environment.runner
    leads = course.run is not None and not isinstance(runner, WorkerRunner)
    if course.run is not None and leads:
        course.total, course.ended, course.leaps_refused = Tally(), False, []
        course.began_at = real_now().timestamp()
        if isinstance(runner, MasterRunner):
            _share_out(runner, course.run)
        else:
            course.take_share(_share(0, 1, course.run))
    course.began = time.perf_counter()
    if course.run is not None and leads:
        gevent.spawn(_make_leaps, course.run, course.began)
        gevent.spawn(_tell_progress, course.began)
    if not isinstance(runner, MasterRunner):
        gevent.spawn(_watch_generator, course.began)


def _tell_progress(began: float) -> None:
    while True:
        gevent.sleep(TOLD_EVERY)
        if course.began != began:
            return
        journeys = course.total.journeys + course.tally.journeys
        _say(progress(course.second(), journeys, course.total.turned_away + course.tally.turned_away))


def _say(line: str) -> None:
    """Print the line on the command's terminal."""
    if PROGRESS in os.environ:
        with suppress(OSError):  # the terminal has been closed
            os.write(int(os.environ[PROGRESS]), f"{line}\n".encode())


def _make_leaps(run: Description, began: float) -> None:
    """Move the realm's clock at the start of each stage that has a leap, also a short one."""
    profile = run.profile
    for begins, stage in zip((0.0, *profile.ends), profile.stages, strict=False):
        if stage.advance is None:
            continue
        gevent.sleep(max(0.0, begins - course.second()))
        if course.began != began:
            return
        console = LocustControl(run.api, run.token)
        answer = console.ask("POST", "clock/advance", {"by": stage.advance})
        console.close()
        if answer.status_code != 200:
            course.leaps_refused.append(f"{stage.advance}: {refusal_of(answer)}")


def _share_out(master: MasterRunner, run: Description) -> None:
    """Give each worker its own people."""
    clients = sorted(master.clients.ready, key=lambda client: client.id)
    course.workers = course.count = len(clients)
    course.playing = frozenset(client.id for client in clients)
    for index, client in enumerate(clients):
        share = _share(index, len(clients), run)
        master.send_message(TELL_SHARE, share, client_id=client.id)


def _share(index: int, count: int, run: Description) -> dict[str, Any]:
    share = run.share(index, count).model_dump(mode="json")
    return {"index": index, "count": count, "began": course.began_at, "run": share}


def _count_workers(environment: Environment, **_: object) -> None:
    """Before the workers stop, count those that received people and are still connected."""
    if isinstance(environment.runner, MasterRunner):
        clients = environment.runner.clients
        there = {each.id for each in (*clients.ready, *clients.spawning, *clients.running)}
        course.workers_lost = len(course.playing - there)


def _stop(environment: Environment, **_: object) -> None:
    course.lasted, course.began = course.second(), None
    if course.ended and environment.web_ui is not None:
        _say("the profile is over: Ctrl-C ends Locust's page, and judges the run")


def _count(
    request_type: str,
    name: str,
    response_time: float,
    exception: Exception | None = None,
    start_time: float | None = None,
    **_: object,
) -> None:
    ended_at = real_now().timestamp() if start_time is None else start_time + response_time / 1000
    took = int(bucket_response_time(response_time))
    course.tally.request(
        course.second_of(ended_at), name, request_type, took, None if exception is None else str(exception)
    )


def _tell(data: dict[str, Any], **_: object) -> None:
    data["maquette"] = course.tally.take()


def _hear(data: dict[str, Any], **_: object) -> None:
    course.total.add(data["maquette"])


def _end(environment: Environment, **_: object) -> None:
    runner = environment.runner
    if not isinstance(runner, WorkerRunner) and runner is not None and course.run is not None:
        runner.quit()  # now, so that the workers' last reports are in
        course.total.add(course.tally.take())
        given = os.environ.get(RUN_FOLDER)
        folder = Path(given) if given else Path(course.folders[0].name)
        (folder / RESULTS).write_text(_results(environment, course.run).model_dump_json(), encoding="utf-8")
        if course.by_hand:
            command = [sys.executable, "-m", "maquette.load.by_hand", "judge", str(folder)]
            environment.process_exit_code = subprocess.run(command, check=False).returncode  # noqa: S603 - the same
    for each in course.folders:
        each.cleanup()


def _watch_generator(began: float) -> None:
    """Once a second, see whether this process gets the CPU that it needs."""
    process = f"worker {course.index + 1}"
    while course.began == began:
        cpu, slept_at = time.process_time(), time.perf_counter()
        gevent.sleep(SAMPLE)
        took = time.perf_counter() - slept_at
        spent, late = time.process_time() - cpu, (took - SAMPLE) * 1000
        course.tally.sample(process, took, spent, late, busy=spent >= BUSY * took, behind=late >= LATE_MS)


def _results(environment: Environment, run: Description) -> Results:
    judged = {each.percentile for each in run.profile.thresholds}
    steps = [
        StepFigures(
            step=entry.name,
            kind=entry.method,
            requests=entry.num_requests,
            failures=entry.num_failures,
            percentiles={
                f"{each:g}": entry.get_response_time_percentile(each / 100)
                for each in sorted({*PERCENTILES, *judged})
                if entry.method not in TIMELESS
            },
        )
        for entry in environment.stats.entries.values()
    ]
    total = course.total
    return Results(
        seconds=round(course.lasted, 3),
        ended=course.ended,
        steps=tuple(sorted(steps, key=lambda each: each.step)),
        errors=total.list_errors(),
        moments=total.list_moments(),
        flow=total.list_flow(),
        journeys=total.list_journeys(),
        turned_away=total.turned_away,
        nobody_left=total.nobody_left,
        leaps_refused=tuple(course.leaps_refused),
        generators=total.list_generators(),
        workers=course.workers,
        workers_lost=course.workers_lost,
    )


for _event, _listener in (
    (events.init, _begin),
    (events.test_start, _start),
    (events.test_stopping, _count_workers),
    (events.test_stop, _stop),
    (events.request, _count),
    (events.report_to_master, _tell),
    (events.worker_report, _hear),
    (events.quitting, _end),
):
    _event.add_listener(_listener)
