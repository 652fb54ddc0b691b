"""Servers that the benchmark starts, each in a process and a folder of its own; gone at the end.

A server says on its standard output that it is ready, and in ready.json where it is. Knows nothing of what is
measured. Source: contract.md "Command line" (`--ready-file`).
"""

import asyncio
import json
import os
import sys
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import aiohttp

from maquette.load.bench.rounds import Stopwatch, Taken
from maquette.load.machine import cpu_seconds

START_SECONDS = 30.0
STOP_SECONDS = 10.0

READY = "ready.json"
FREE_PORTS = ("--portal-port=0", "--gate-port=0", "--console-port=0", "--smtp-port=0")


class BenchError(Exception):
    """A simulator could not be measured; the message says which, and why."""


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
class Doors:
    """Where a server is, as its ready.json tells; `ca` is the root certificate's file."""

    portal: str
    gate: str
    console: str
    smtp: str
    token: str
    ca: Path

    @property
    def api(self) -> str:
        """The control API of the realm that every installation has."""
        return f"{self.console}/api/realms/default"


@dataclass(frozen=True, slots=True)
class Started:
    """A process that is ready: where it is, and the watch that began with it."""

    pid: int
    doors: Doors
    watch: Stopwatch


@dataclass(frozen=True, slots=True)
class Server:
    """A served simulator that answers; `started` is what its start took."""

    pid: int
    started: Taken
    console: Console
    doors: Doors


@asynccontextmanager
async def served(*flags: str, folder: Path, database: str | None = None) -> AsyncIterator[Server]:
    """`maquette serve` in a process of its own that works in the folder; gone at the end, come what may.

    `database` is the URL of a PostgreSQL; it may hold a password, and is not shown in the list of processes.
    """
    command = ("maquette.simulator", "serve", *FREE_PORTS, f"--ready-file={READY}", *flags)
    given = {} if database is None else {"MAQUETTE_DATABASE": database}
    async with (
        running(*command, folder=folder, environment=given) as process,
        Console(process.doors.console, process.doors.token) as console,
    ):
        await console.ask("GET", "/readyz")
        started = Taken(process.watch.read().wall, cpu_seconds(process.pid))
        yield Server(process.pid, started, console, process.doors)


@asynccontextmanager
async def running(
    *command: str, folder: Path, environment: Mapping[str, str] | None = None
) -> AsyncIterator[Started]:
    """A module of ours as a process, once it has said a line; it hears of no settings but those given.

    Raises BenchError, with its own words, when it does not get ready.
    """
    ready, errors = folder / READY, folder / "errors.txt"
    ready.unlink(missing_ok=True)
    around = {name: value for name, value in os.environ.items() if not name.startswith("MAQUETTE_")}
    watch = Stopwatch()
    with errors.open("w") as opened:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *command),
            cwd=folder,
            env=around | dict(environment or {}),
            stdout=PIPE,
            stderr=opened,
        )
    welcome = cast("asyncio.StreamReader", process.stdout)
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                await welcome.readline()  # printed right after the ready file is written
        if not ready.exists():
            raise BenchError(f"{_named(command)} does not start: {' '.join(errors.read_text().split())}")
        told = json.loads(ready.read_text())
        doors = {name: told[name] for name in ("portal", "gate", "console", "smtp", "token")}
        yield Started(process.pid, Doors(**doors, ca=Path(told["ca"])), watch)
    finally:
        await _stop(process)


def _named(command: tuple[str, ...]) -> str:
    return "maquette serve" if command[:2] == ("maquette.simulator", "serve") else command[0]


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
def private_folder() -> Iterator[Path]:
    """A folder for this user alone, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="maquette-bench-") as folder:
        yield Path(folder)
