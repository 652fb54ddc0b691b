"""Servers that the benchmark starts, each in a process and a folder of its own; gone at the end.

Knows nothing of what is measured.
"""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from maquette.fixtures.control import Client
from maquette.fixtures.own_server import FREE_PORTS, OwnServer, ReadyFile
from maquette.load.bench.machine import cpu_seconds
from maquette.load.bench.rounds import Stopwatch, Taken


class BenchError(Exception):
    """A simulator could not be measured; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Server:
    """A served simulator that answers; `started` is what its start took."""

    pid: int
    started: Taken
    console: Client
    doors: ReadyFile


@asynccontextmanager
async def served(*flags: str, folder: Path, database: str | None = None) -> AsyncIterator[Server]:
    """`maquette serve` in a process of its own that works in the folder, stopped at the end.

    `database` is the URL of a PostgreSQL; it may hold a password, and is not shown in the list of processes.
    """
    environment = {} if database is None else {"MAQUETTE_DATABASE": database}
    watch = Stopwatch()
    async with (
        OwnServer(folder, *FREE_PORTS, *flags, environment=environment) as server,
        Client(server.console, server.token) as console,
    ):
        await console.ask("GET", "readyz")
        started = Taken(watch.read().wall, cpu_seconds(server.pid))
        try:
            yield Server(server.pid, started, console, server.doors)
        finally:
            await server.stop()


@contextmanager
def private_folder() -> Iterator[Path]:
    """A folder for this user alone, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="maquette-bench-") as folder:
        yield Path(folder)
