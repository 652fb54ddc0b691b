"""The benchmark: what a start costs, a realm, a reset, and what a process weighs.

Measures simulators that it starts itself, on free ports of this machine, and stops them itself. A benchmark
is repeated until it has its runs, or until its share of the time is used up: a slow machine gives fewer runs,
not a longer wait. Source: contract.md "Command line".
"""

import asyncio
import json
import os
import sys
import tempfile
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import aiohttp

from maquette.load.figures import Figure, Report, figure
from maquette.load.machine import cpu_seconds, look_at_machine, resident_bytes
from maquette.simulator.assembly import Simulator
from maquette.simulator.wallclock import real_now

SHARE_SECONDS = 8.0
"""The time after which a benchmark is not repeated."""

START_SECONDS = 30.0
STOP_SECONDS = 10.0

REALMS = 500
KILO, MEGA = 2**10, 2**20

FREE_PORTS = ("--portal-port=0", "--gate-port=0", "--console-port=0", "--smtp-port=0")


class BenchError(Exception):
    """A simulator could not be measured; the message says which, and why."""


class BenchmarkUnknownError(Exception):
    """There is no benchmark of that name; the message names those there are."""


async def measure(only: str | None = None, *, tell: Callable[[str], None]) -> Report:
    """Run one benchmark, or all; `tell` hears the name of each as it begins.

    Raises BenchmarkUnknownError, BenchError, and what Simulator raises when it cannot start.
    """
    if only is not None and only not in BENCHMARKS:
        raise BenchmarkUnknownError(f"no benchmark {only!r} (there are: {', '.join(BENCHMARKS)})")
    begun_at, machine = real_now(), look_at_machine()
    figures: list[Figure] = []
    for name, benchmark in BENCHMARKS.items():
        if only in {None, name}:
            tell(name)
            figures += await benchmark()
    return Report(version("maquette"), begun_at, machine, look_at_machine().load, tuple(figures))


async def measure_start() -> list[Figure]:
    """A Simulator in this process, until its doors are open; the modules are imported already."""

    async def start() -> Taken:
        watch = Stopwatch()
        async with Simulator():
            return watch.read()

    return [_times("start", "a Simulator in process", await _repeat(start, 21), goal=20)]


async def measure_realm() -> list[Figure]:
    """A fresh realm of a running Simulator."""
    async with Simulator() as simulator:
        taken = await _repeat(lambda: _timed(simulator.realm()), 51)
    return [_times("realm", "a fresh realm, in process", taken, goal=10)]


async def measure_reset() -> list[Figure]:
    """A reset as a script asks for it; the client's own work is in the figure."""
    async with (
        Simulator() as simulator,
        Console(simulator.doors.console, simulator.doors.token) as console,
    ):
        realm = await simulator.realm()
        reset = f"/api/realms/{realm.name}/reset"
        taken = await _repeat(lambda: _timed(console.ask("POST", reset)), 51)
    return [_times("reset", "a reset, over the API", taken, goal=10)]


async def measure_serve() -> list[Figure]:
    """`maquette serve` from the start of its process until it answers, on a new data folder and again."""
    first: list[Taken] = []
    again: list[Taken] = []
    for _ in _within_share(5):
        with _private_folder() as folder:
            for taken in (first, again):
                async with served("--data=data", folder=folder) as server:
                    taken.append(server.started)
    return [
        _times("serve", "the command, first start", first, unit="s", goal=1.5),
        _times("serve", "the command, later start", again, unit="s", goal=1.5),
    ]


async def measure_memory() -> list[Figure]:
    """What a served process has in use before anyone has come."""
    weights = []
    for _ in _within_share(5):
        with _private_folder() as folder:
            async with served("--data=data", folder=folder) as server:
                weight = resident_bytes(server.pid)
        weights += [] if weight is None else [weight / MEGA]
    return [figure("memory", "a served process, idle", "MB", weights, goal=120)]


async def measure_realms() -> list[Figure]:
    """Five hundred realms in one process, made over the control API, all of it kept in memory."""
    with _private_folder() as folder:
        async with served("--ephemeral", folder=folder) as server:
            before, cpu_before = resident_bytes(server.pid), cpu_seconds(server.pid)
            walls = []
            for _ in _within_share(REALMS):
                watch = Stopwatch()
                await server.console.ask("POST", "/api/realms", {})
                walls.append(watch.read().wall)
            after, cpu_after = resident_bytes(server.pid), cpu_seconds(server.pid)
    cpu = None if cpu_before is None or cpu_after is None else (cpu_after - cpu_before) / len(walls)
    grown = [] if before is None or after is None else [(after - before) / KILO / len(walls)]
    count = f"{len(walls)} realms"
    return [
        _times("realms", f"{count}: one, over the API", [Taken(wall, cpu) for wall in walls]),
        figure("realms", f"{count}: memory of one", "kB", grown),
        figure("realms", f"{count}: the whole process", "MB", [] if after is None else [after / MEGA]),
    ]


BENCHMARKS: Mapping[str, Callable[[], Awaitable[list[Figure]]]] = {
    "start": measure_start,
    "realm": measure_realm,
    "reset": measure_reset,
    "serve": measure_serve,
    "memory": measure_memory,
    "realms": measure_realms,
}
"""What can be measured, by the name that `--only` takes."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a run took, in seconds: by the clock on the wall, and of the CPU where that is known."""

    wall: float
    cpu: float | None


class Stopwatch:
    """Measures time, and this process's CPU, from the moment it is made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> Taken:
        """What has been taken so far."""
        return Taken(time.perf_counter() - self._wall, time.process_time() - self._cpu)


class Console:
    """The control API of a simulator, as a script calls it."""

    def __init__(self, address: str, token: str) -> None:
        self._session = aiohttp.ClientSession(address, headers={"Authorization": f"Bearer {token}"})

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> None:
        """Call it, and wait for the answer; raises BenchError where that is none, or a problem."""
        try:
            async with self._session.request(method, path, json=body) as answer:
                told = await answer.text()
        except (OSError, aiohttp.ClientError) as error:
            raise BenchError(f"the simulator does not answer {method} {path}: {error}") from None
        if not answer.ok:
            raise BenchError(f"the simulator answers {method} {path} with {answer.status}: {told}")


@dataclass(frozen=True, slots=True)
class Server:
    """A served simulator that answers; `started` is what its start took."""

    pid: int
    started: Taken
    console: Console


@asynccontextmanager
async def served(*flags: str, folder: Path) -> AsyncIterator[Server]:
    """`maquette serve` in a process of its own that works in the folder; gone at the end, come what may."""
    ready, errors = folder / "ready.json", folder / "errors.txt"
    command = (sys.executable, "-m", "maquette.simulator", "serve", *FREE_PORTS, f"--ready-file={ready.name}")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAQUETTE_")}
    watch = Stopwatch()
    with errors.open("w") as opened:
        process = await asyncio.create_subprocess_exec(
            *command, *flags, cwd=folder, env=environment, stdout=PIPE, stderr=opened
        )
    welcome = cast("asyncio.StreamReader", process.stdout)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                await welcome.readline()  # printed right after the ready file is written
        if not ready.exists():
            raise BenchError(f"maquette serve does not start: {' '.join(errors.read_text().split())}")
        told = json.loads(ready.read_text())
        async with Console(told["console"], told["token"]) as console:
            await console.ask("GET", "/readyz")
            started = Taken(watch.read().wall, cpu_seconds(process.pid))
            yield Server(process.pid, started, console)
    finally:
        await _stop(process)


async def _stop(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.communicate()
    except TimeoutError:
        process.kill()
        await process.communicate()


@contextmanager
def _private_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="maquette-bench-") as folder:
        yield Path(folder)


async def _timed(work: Awaitable[object]) -> Taken:
    watch = Stopwatch()
    await work
    return watch.read()


async def _repeat(run: Callable[[], Awaitable[Taken]], runs: int) -> list[Taken]:
    return [await run() for _ in _within_share(runs)]


def _within_share(runs: int) -> Iterator[int]:
    """So many runs, or fewer: none but the first begins once the share of the time is used up."""
    ends = time.monotonic() + SHARE_SECONDS
    for run in range(runs):
        if run and time.monotonic() > ends:
            return
        yield run


def _times(
    name: str, what: str, taken: Sequence[Taken], *, unit: str = "ms", goal: float | None = None
) -> Figure:
    scale = 1000 if unit == "ms" else 1
    cpu = [each.cpu * scale for each in taken if each.cpu is not None]
    return figure(name, what, unit, [each.wall * scale for each in taken], cpu=cpu, goal=goal)
