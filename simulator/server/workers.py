"""Worker processes: portal and gate on the server's own sockets, each with a connection to the database.

The server binds, its workers inherit the sockets. A worker is told its settings over a pipe, and tells over
the same pipe what it counts, and what the journal is to hold: a request's lines are in the pipe before its
answer goes out. One that ends is noted and started again. It stops by itself when the server is gone.
Console, mail catcher, sender, journal and clocks are the server's. Source: contract.md `--workers`;
docs/decisions/0018.
"""

import asyncio
import json
import logging
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from datetime import datetime
from typing import Any

from maquette.simulator.base.logs import open_log
from maquette.simulator.base.request_log import Counting
from maquette.simulator.base.settings import Settings
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.pki.folder import load_authority
from maquette.simulator.portal.exchange import Door
from maquette.simulator.procedure.context import Procedure
from maquette.simulator.server.doors import Defects, get_secret, serve_site
from maquette.simulator.server.event_loop import end_start, run
from maquette.simulator.store.database import Store
from maquette.simulator.store.errors import StoreError, StoreUnavailableError
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.store.journal_writer import check_kinds

TOLD_AFTER = 0.1
"""Seconds for which a worker keeps its counts to itself."""

START_SECONDS = 30
STOP_SECONDS = 5
SHORTEST_PAUSE, LONGEST_PAUSE = 1, 30
"""Seconds before a worker is started again that has not served: twice as long each time."""

READ_AT_ONCE = 2**16
_READY = {"ready": True}

log = logging.getLogger("maquette.workers")


class WorkerError(Exception):
    """A worker does not start; its own words are on standard error."""


class Workers:
    """The server's side: so many workers, each started again when it ends.

    `counting` hears what they count. `lines_came` is called when they have lines for the journal: `hear`
    gives them. `ended` is called with the exit code of each that ended by itself.
    """

    def __init__(
        self,
        settings: Settings,
        sockets: Mapping[Door, socket.socket],
        *,
        counting: Counting,
        lines_came: Callable[[], None],
        ended: Callable[[int], None],
    ) -> None:
        self._settings = settings
        self._sockets = sockets
        self._counting = counting
        self._lines_came = lines_came
        self._ended = ended
        self._pipes: dict[int, Pipe] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start them all, and wait until they serve; raises WorkerError."""
        slots = range(self._settings.workers)
        first = [asyncio.get_running_loop().create_future() for _ in slots]
        self._tasks = [asyncio.create_task(self._keep(slot, first[slot])) for slot in slots]
        try:
            async with asyncio.timeout(START_SECONDS):
                await asyncio.gather(*first)
        except TimeoutError:
            raise WorkerError(f"a worker does not serve within {START_SECONDS} seconds") from None

    def alive(self) -> bool:
        """Whether every one of them serves."""
        serving = [pipe for pipe in self._pipes.values() if pipe.ready.done() and not pipe.ended.is_set()]
        return len(serving) == self._settings.workers

    def hear(self) -> list[JournalLine]:
        """What they have told up to now, and nobody has heard yet: the lines for the journal."""
        lines: list[JournalLine] = []
        for pipe in self._pipes.values():
            for told in pipe.read():
                for request in told.get("requests", ()):
                    self._counting.count_request(*request)
                lines += lines_told(told)
        return lines

    async def stop(self) -> None:
        """Let them finish what they serve, and end them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, slot: int, ready: asyncio.Future[None]) -> None:
        """Run one after the other; the first has to get ready, or there is no server."""
        end = await self._run(slot, ready)
        if not ready.done():
            ready.set_exception(WorkerError(end))
            return
        pause = 0
        while True:
            log.warning("%s; another is started in %d seconds", end, pause)
            await asyncio.sleep(pause)
            ready = asyncio.get_running_loop().create_future()
            end = await self._run(slot, ready)
            pause = next_pause(pause, served=ready.done())

    async def _run(self, slot: int, ready: asyncio.Future[None]) -> str:
        """Run one until it ends, and say how; `ready` is done once it serves."""
        try:
            exit_code = await self._start_and_hear(slot, ready)
        except (OSError, ValueError) as error:
            return f"a worker cannot be kept ({error})"
        self._ended(exit_code)
        return f"a worker ended with the exit code {exit_code}"

    async def _start_and_hear(self, slot: int, ready: asyncio.Future[None]) -> int:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            process = await self._spawn(theirs)
            theirs.close()  # or the end of theirs would never be seen
            pipe = self._pipes[slot] = Pipe(ours, ready, self._lines_came)
            try:
                await pipe.tell(self._settings.model_dump_json())
                await pipe.ended.wait()
                return await process.wait()
            finally:
                await _end(process)
                self._lines_came()
                pipe.close()
                del self._pipes[slot]

    async def _spawn(self, theirs: socket.socket) -> asyncio.subprocess.Process:
        inherited = [theirs.fileno(), *(bound.fileno() for bound in self._sockets.values())]
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "maquette.simulator.server.workers", *map(str, inherited)),
            pass_fds=inherited,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )


class Pipe:
    """The server's end of a worker's pipe.

    `came` is called when there is something to be read; `ready` is done once the worker serves.
    """

    def __init__(self, ours: socket.socket, ready: asyncio.Future[None], came: Callable[[], None]) -> None:
        ours.settimeout(0)
        self._socket = ours
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(ours, came)
        self._half = b""
        self.ready = ready
        self.ended = asyncio.Event()

    async def tell(self, line: str) -> None:
        """Say something to the worker, unless it has gone meanwhile."""
        with suppress(ConnectionError):
            await self._loop.sock_sendall(self._socket, line.encode() + b"\n")

    def read(self) -> list[dict[str, Any]]:
        """All that the worker has said and nobody has read yet; what it was about to say, not."""
        while not self.ended.is_set():
            try:
                came = self._socket.recv(READ_AT_ONCE)
            except BlockingIOError:
                break
            except ConnectionError:
                came = b""
            if not came:
                self.close()
            self._half += came
        *lines, self._half = self._half.split(b"\n")
        told = [json.loads(line) for line in lines]
        if _READY in told and not self.ready.done():
            self.ready.set_result(None)
        return told

    def close(self) -> None:
        """Read no more."""
        self._loop.remove_reader(self._socket)
        self.ended.set()


def next_pause(pause: int, *, served: bool) -> int:
    """Seconds before another worker is started, where it was `pause` before the last: none if that served."""
    return 0 if served else min(max(2 * pause, SHORTEST_PAUSE), LONGEST_PAUSE)


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()


class Relay:
    """A worker's way to the server: lines for the journal at once, counts of requests some at a time."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._requests: list[tuple[str, str | None, int | None, float]] = []
        self._timer: asyncio.TimerHandle | None = None

    def take(self, lines: list[JournalLine]) -> None:
        """Hand lines on. Raises ValueError for a kind that is none."""
        check_kinds(lines)
        if lines:
            self._tell({"lines": [_told(line) for line in lines]})

    def count_request(self, door: str, screen: str | None, status: int | None, seconds: float) -> None:
        """Tell of a request."""
        self._requests.append((door, screen, status, seconds))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TOLD_AFTER, self.tell_counts)

    def tell_counts(self) -> None:
        """Tell what has been counted."""
        self._timer = None
        self._tell({"requests": self._requests})
        self._requests = []

    def _tell(self, told: dict[str, Any]) -> None:
        self._writer.write(json.dumps(told).encode() + b"\n")


def lines_told(told: dict[str, Any]) -> list[JournalLine]:
    """The lines for the journal in what a relay has told."""
    return [_line(*each) for each in told.get("lines", ())]


def _told(line: JournalLine) -> list[Any]:
    at = line.at and line.at.isoformat()
    return [line.realm, at, line.real_at.isoformat(), line.kind, line.correlation, line.data]


def _line(realm: str | None, at: str | None, real_at: str, *others: Any) -> JournalLine:
    instant = datetime.fromisoformat(at) if at else None
    return JournalLine(realm, instant, datetime.fromisoformat(real_at), *others)


async def serve_as_worker(pipe: int, portal: int, gate: int) -> None:
    """Serve portal and gate on inherited sockets until SIGTERM comes, or the server is gone."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    for each in (signal.SIGINT, signal.SIGHUP):  # the terminal's are for the server: it stops its workers
        loop.add_signal_handler(each, lambda: None)
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=pipe))
    settings = Settings.model_validate_json(await reader.readline())
    open_log(settings.log_format)
    async with AsyncExitStack() as stack:
        store = Store(settings.database_place)
        stack.callback(store.close)
        relay = Relay(writer)
        defects = Defects(settings.defect)
        await serve_site(
            stack,
            {Door.PORTAL: socket.socket(fileno=portal), Door.GATE: socket.socket(fileno=gate)},
            settings=settings,
            authority=load_authority(settings.data / "pki", (), real_now()),
            procedure=Procedure(store, relay, defects.rules_of),
            defects=defects,
            secret=get_secret(store),
            journal=relay,
            counting=relay,
        )
        end_start()
        writer.write(json.dumps(_READY).encode() + b"\n")
        gone = asyncio.create_task(reader.read())
        stack.callback(gone.cancel)
        await asyncio.wait({gone, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
    relay.tell_counts()
    with suppress(ConnectionError):
        await writer.drain()


def main() -> None:
    """The process of a worker: its exit code is 1, after one line, where the database cannot be used."""
    try:
        run(serve_as_worker(*map(int, sys.argv[1:])))
    except (StoreError, StoreUnavailableError) as error:
        log.warning("%s", error)
        sys.exit(1)


if __name__ == "__main__":
    main()
