"""The cost of several processes: procedures per CPU second of two workers over that of one process.

Counts the CPU of all processes of the server, not PostgreSQL's own, and how long people wait for an answer
while others come too. PostgreSQL is measured where MAQUETTE_DATABASE names one, in a schema that is gone at
the end; its servers run one after the other, as two of one database would do each other's work.
Source: docs/decisions/0018.
"""

import asyncio
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import quantiles

from maquette.fixtures.own_server import ReadyFile
from maquette.fixtures.visitor import Certificate
from maquette.load.bench.figures import Better, Figure, figure
from maquette.load.bench.measured_visitor import add_people, certificates, control_of, journey
from maquette.load.bench.rounds import Side, costs, in_turn, ratio
from maquette.load.bench.server import BenchError, private_folder, served

WORKERS = (1, 2)
ROUNDS, SHARE_SECONDS = 6, 15.0
JOURNEYS, AT_ONCE = 8, 4
"""How many of them a round has, on each server, and how many are under way at once."""

TURNS = 2
"""How often each server on PostgreSQL is started, in turn with the other."""

DATABASE = "MAQUETTE_DATABASE"
GOAL = 0.9


@dataclass(slots=True)
class ConcurrentVisitors:
    """People who come some at once, `each` of them a round; and how long each request of a round took."""

    doors: ReadyFile
    people: list[Certificate]
    each: int
    waits: list[list[float]] = field(default_factory=list)

    async def play(self) -> None:
        """A round."""
        coming = [self.people.pop() for _ in range(self.each)]
        waits: list[float] = []

        async def come() -> None:
            while coming:
                waits.extend((await journey(self.doors, coming.pop())).seconds)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(come())
        self.waits.append(waits)


@dataclass(slots=True)
class ServerCost:
    """What came of one kind of server: CPU seconds of each round, and seconds of each request."""

    cpu: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)


Played = tuple[Sequence[float], ConcurrentVisitors]
"""CPU seconds of some rounds, and who played them."""


def add_turn(taken: Sequence[ServerCost], played: Sequence[Played]) -> None:
    """Add what each kind of server took in a turn: as many rounds of the one as of the other.

    On a slow machine the time is up after fewer rounds of the one. A crowd's first round was for warming up.
    """
    fewest = min(len(cpu) for cpu, _ in played)
    for kept, (cpu, crowd) in zip(taken, played, strict=True):
        kept.cpu += cpu[:fewest]
        kept.waits += (wait for waits in crowd.waits[1:] for wait in waits)


async def measure_workers(*, rounds: int = ROUNDS, each: int = JOURNEYS, turns: int = TURNS) -> list[Figure]:
    """The procedure by some people at once, on a server that is one process and on one with two workers."""
    database = os.environ.get(DATABASE)
    on_sqlite = await _on_sqlite(rounds, each)
    on_postgresql = (
        await _on_postgresql(database, rounds, each, turns) if database else [ServerCost() for _ in WORKERS]
    )
    return [*_figures("SQLite", on_sqlite, each), *_figures("PostgreSQL", on_postgresql, each)]


async def _on_sqlite(rounds: int, each: int) -> list[ServerCost]:
    taken = [ServerCost() for _ in WORKERS]
    async with AsyncExitStack() as stack:
        sides, crowds = [], []
        for workers in WORKERS:
            folder = stack.enter_context(private_folder())
            server = await stack.enter_async_context(
                served("--data=data", f"--workers={workers}", folder=folder)
            )
            crowds.append(await _crowd(server.doors, rounds, each))
            sides.append(Side(server.pid, crowds[-1].play))
        cpu = await in_turn(sides, rounds=rounds, share=SHARE_SECONDS)
    add_turn(taken, list(zip(cpu, crowds, strict=True)))
    return taken


async def _on_postgresql(database: str, rounds: int, each: int, turns: int) -> list[ServerCost]:
    taken = [ServerCost() for _ in WORKERS]
    some = -(-rounds // turns)
    with private_folder() as folder, _schema(database) as url:
        for _ in range(turns):
            played: list[Played] = []
            for workers in WORKERS:
                async with served(
                    "--data=data", f"--workers={workers}", folder=folder, database=url
                ) as server:
                    crowd = await _crowd(server.doors, some, each)
                    [cpu] = await in_turn(
                        [Side(server.pid, crowd.play)], rounds=some, share=SHARE_SECONDS / 2 / turns
                    )
                played.append((cpu, crowd))
            add_turn(taken, played)
    return taken


async def _crowd(doors: ReadyFile, rounds: int, each: int) -> ConcurrentVisitors:
    wanted = (rounds + 1) * each
    async with control_of(doors) as control:
        people = await certificates(control, wanted, after=await add_people(control, wanted))
    return ConcurrentVisitors(doors, list(people), each)


@contextmanager
def _schema(database: str) -> Iterator[str]:
    """The database's URL with a new schema of it, which goes with all that is in it. Raises BenchError."""
    name = f"maquette_bench_{secrets.token_hex(4)}"
    url = database.replace("postgresql+psycopg:", "postgresql:", 1)
    try:
        from psycopg import Error, connect
    except ModuleNotFoundError as error:
        raise BenchError(f"the database that {DATABASE} names cannot be used: {error}") from None
    try:
        with connect(url) as connection:
            connection.execute(f"CREATE SCHEMA {name}".encode())
    except Error as error:
        raise BenchError(f"the database that {DATABASE} names cannot be used: {error}") from None
    try:
        yield f"{url}{'&' if '?' in url else '?'}options=-csearch_path%3D{name}"
    finally:
        with connect(url) as connection:
            connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


def _figures(engine: str, taken: Sequence[ServerCost], each: int) -> Iterator[Figure]:
    for workers, kept in zip(WORKERS, taken, strict=True):
        which = "1 process" if workers == 1 else f"{workers} workers"
        yield costs("workers", f"{engine}, {which}", kept.cpu, each)
        yield _p99(f"{engine}, {which}: p99", kept.waits)
    one, several = taken
    yield ratio(
        "workers", f"{engine}: rate over 1 process", one.cpu, several.cpu, goal=GOAL, better=Better.MORE
    )


def _p99(what: str, waits: Sequence[float]) -> Figure:
    """Of all requests at once: one value, which is its own least and most."""
    return figure("workers", what, "ms", [quantiles(waits, n=100)[98] * 1000] if waits else [])
