"""The list of benchmarks; the costs of a start, a realm and a reset; the memory of a process.

Measures simulators that it starts itself, on free ports of this machine, and stops them itself. A benchmark
is repeated until it has its runs, or until its share of the time is used up: a slow machine gives fewer runs,
not a longer wait. Comparisons with a floor or another server have
a module for each subject.
"""

from collections.abc import Awaitable, Callable, Mapping
from importlib.metadata import version

from maquette.fixtures.control import Client, ControlError
from maquette.fixtures.own_server import OwnServerError
from maquette.fixtures.page_reader import VisitorError
from maquette.load.bench.catcher import measure_catcher
from maquette.load.bench.figures import Figure, Report, figure
from maquette.load.bench.growth import MILLION, measure_growth
from maquette.load.bench.journey import measure_journey, measure_pages
from maquette.load.bench.machine import cpu_seconds, look_at_machine, resident_bytes
from maquette.load.bench.peer import measure_peer
from maquette.load.bench.rounds import Stopwatch, Taken, repeat, timed, times, within_share
from maquette.load.bench.server import BenchError, private_folder, served
from maquette.load.bench.workers import measure_workers
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.server.assembly import Simulator

__all__ = ["BENCHMARKS", "BenchError", "BenchmarkUnknownError", "measure"]

REALMS = 500
KILO, MEGA = 2**10, 2**20


class BenchmarkUnknownError(Exception):
    """There is no benchmark of that name; the message names the existing ones."""


async def measure(only: str | None = None, *, tell: Callable[[str], None]) -> Report:
    """Run one benchmark, or all; `tell` receives the name of each at its start.

    Raises BenchmarkUnknownError, BenchError, and what Simulator raises when it cannot start.
    """
    known = {**BENCHMARKS, **ALONE}
    if only is not None and only not in known:
        raise BenchmarkUnknownError(f"no benchmark {only!r} (there are: {', '.join(known)})")
    begun_at, machine = real_now(), look_at_machine()
    figures: list[Figure] = []
    for name, benchmark in (BENCHMARKS if only is None else {only: known[only]}).items():
        tell(name)
        try:
            figures += await benchmark()
        except (ControlError, OwnServerError, VisitorError) as error:
            raise BenchError(f"{name}: {error}") from None
    return Report(version("maquette"), begun_at, machine, look_at_machine().load, tuple(figures))


async def measure_start() -> list[Figure]:
    """A Simulator in this process, until its doors are open; the modules are imported already."""

    async def start() -> Taken:
        watch = Stopwatch()
        async with Simulator():
            return watch.read()

    return [times("start", "a Simulator in process", await repeat(start, 21), goal=20)]


async def measure_realm() -> list[Figure]:
    """A fresh realm of a running Simulator."""
    async with Simulator() as simulator:
        taken = await repeat(lambda: timed(simulator.realm()), 51)
    return [times("realm", "a fresh realm, in process", taken, goal=10)]


async def measure_reset() -> list[Figure]:
    """A reset over the API; the figure includes the client's own work."""
    async with Simulator() as simulator, Client(simulator.doors.console, simulator.doors.token) as console:
        realm = await simulator.realm()
        reset = f"api/realms/{realm.name}/reset"
        taken = await repeat(lambda: timed(console.ask("POST", reset)), 51)
    return [times("reset", "a reset, over the API", taken, goal=10)]


async def measure_serve() -> list[Figure]:
    """`maquette serve` from the start of its process until it answers, on a new and on an existing folder."""
    first: list[Taken] = []
    again: list[Taken] = []
    for _ in within_share(5):
        with private_folder() as folder:
            for taken in (first, again):
                async with served("--data=data", folder=folder) as server:
                    taken.append(server.started)
    return [
        times("serve", "the command, first start", first, unit="s", goal=1.5),
        times("serve", "the command, later start", again, unit="s", goal=1.5),
    ]


async def measure_memory() -> list[Figure]:
    """The memory of a server before its first request."""
    weights = []
    for _ in within_share(5):
        with private_folder() as folder:
            async with served("--data=data", folder=folder) as server:
                weight = resident_bytes(server.pid)
        weights += [] if weight is None else [weight / MEGA]
    return [figure("memory", "a served process, idle", "MB", weights, goal=120)]


async def measure_realms() -> list[Figure]:
    """Five hundred realms in one process, made over the control API, all of it kept in memory."""
    with private_folder() as folder:
        async with served("--ephemeral", folder=folder) as server:
            before, cpu_before = resident_bytes(server.pid), cpu_seconds(server.pid)
            walls = []
            for _ in within_share(REALMS):
                watch = Stopwatch()
                await server.console.ask("POST", "api/realms", body={})
                walls.append(watch.read().wall)
            after, cpu_after = resident_bytes(server.pid), cpu_seconds(server.pid)
    cpu = None if cpu_before is None or cpu_after is None else (cpu_after - cpu_before) / len(walls)
    grown = [] if before is None or after is None else [(after - before) / KILO / len(walls)]
    count = f"{len(walls)} realms"
    return [
        times("realms", f"{count}: one, over the API", [Taken(wall, cpu) for wall in walls]),
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
    "journey": measure_journey,
    "pages": measure_pages,
    "catcher": measure_catcher,
    "growth": measure_growth,
    "workers": measure_workers,
}
"""What can be measured, by the name that `--only` takes."""

ALONE: Mapping[str, Callable[[], Awaitable[list[Figure]]]] = {
    "growth": lambda: measure_growth(sizes=MILLION),
    "peer": measure_peer,
}
"""What goes further when it is the only one, or is measured only then: it takes minutes."""
