"""Worker processes: they serve portal and gate on the server's own sockets, with a database connection each.

The server binds the sockets, its workers inherit them. A worker receives its settings through a pipe. Through
the same pipe it sends its counts and its journal lines: the lines of a request are in the pipe before its
answer goes out. The server notes that a worker ended, and starts another. A worker stops by itself when the
server is gone. Console, mail catcher, sender, journal and clocks belong to the server. Source:
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
from typing import Any

from pydantic import TypeAdapter

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
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.journal_writer import check_kinds

REPORT_INTERVAL = 0.1
"""Seconds for which a worker collects counts before it sends them."""

START_SECONDS = 30
STOP_SECONDS = 5
SHORTEST_PAUSE, LONGEST_PAUSE = 1, 30
"""Seconds before a worker that never served is started again; each pause is twice as long as the last."""

READ_AT_ONCE = 2**16
_READY = {"ready": True}
_LINES = TypeAdapter(list[JournalRecord])

log = logging.getLogger("maquette.workers")


class WorkerError(Exception):
    """A worker does not start; its own message is on standard error."""


class Workers:
    """The server's side: a fixed number of workers, each started again when it ends.

    `counting` receives their counts. `lines_waiting` is called when they have sent journal lines: `receive`
    returns them. `ended` is called with the exit code of each worker that ended by itself.
    """

    def __init__(
        self,
        settings: Settings,
        sockets: Mapping[Door, socket.socket],
        *,
        counting: Counting,
        lines_waiting: Callable[[], None],
        ended: Callable[[int], None],
    ) -> None:
        self._settings = settings
        self._sockets = sockets
        self._counting = counting
        self._lines_waiting = lines_waiting
        self._ended = ended
        self._pipes: dict[int, Pipe] = {}
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start all workers, and wait until they serve. Raises WorkerError."""
        slots = range(self._settings.workers)
        first = [asyncio.get_running_loop().create_future() for _ in slots]
        self._tasks = [asyncio.create_task(self._keep(slot, first[slot])) for slot in slots]
        try:
            async with asyncio.timeout(START_SECONDS):
                await asyncio.gather(*first)
        except TimeoutError:
            raise WorkerError(f"a worker does not serve within {START_SECONDS} seconds") from None

    def alive(self) -> bool:
        """Whether every worker serves."""
        serving = [pipe for pipe in self._pipes.values() if pipe.ready.done() and not pipe.ended.is_set()]
        return len(serving) == self._settings.workers

    def receive(self) -> list[JournalRecord]:
        """Count the requests that workers have reported meanwhile, and return their journal lines."""
        lines: list[JournalRecord] = []
        for pipe in self._pipes.values():
            for message in pipe.read():
                for request in message.get("requests", ()):
                    self._counting.count_request(*request)
                lines += parse_lines(message)
        return lines

    async def stop(self) -> None:
        """Let the workers finish the requests that they serve, and end them."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _keep(self, slot: int, ready: asyncio.Future[None]) -> None:
        """Run one worker after the other; the first must become ready, else the server does not start."""
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
        """Run one worker until it ends, and return how it ended; `ready` is done once it serves."""
        try:
            exit_code = await self._run_process(slot, ready)
        except (OSError, ValueError) as error:
            return f"a worker cannot be started ({error})"
        self._ended(exit_code)
        return f"a worker ended with the exit code {exit_code}"

    async def _run_process(self, slot: int, ready: asyncio.Future[None]) -> int:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            process = await self._spawn(theirs)
            theirs.close()  # else this process would never see the end of the worker's pipe
            pipe = self._pipes[slot] = Pipe(ours, ready, self._lines_waiting)
            try:
                await pipe.send(self._settings.model_dump_json())
                await pipe.ended.wait()
                return await process.wait()
            finally:
                await _end(process)
                self._lines_waiting()
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

    `arrived` is called when there is something to read; `ready` is done once the worker serves.
    """

    def __init__(self, ours: socket.socket, ready: asyncio.Future[None], arrived: Callable[[], None]) -> None:
        ours.settimeout(0)
        self._socket = ours
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(ours, arrived)
        self._half = b""
        self.ready = ready
        self.ended = asyncio.Event()

    async def send(self, line: str) -> None:
        """Send a line to the worker, unless it has ended."""
        with suppress(ConnectionError):
            await self._loop.sock_sendall(self._socket, line.encode() + b"\n")

    def read(self) -> list[dict[str, Any]]:
        """Return the complete messages that the worker has sent since the last call."""
        while not self.ended.is_set():
            try:
                received = self._socket.recv(READ_AT_ONCE)
            except BlockingIOError:
                break
            except ConnectionError:
                received = b""
            if not received:
                self.close()
            self._half += received
        *lines, self._half = self._half.split(b"\n")
        messages = [json.loads(line) for line in lines]
        if _READY in messages and not self.ready.done():
            self.ready.set_result(None)
        return messages

    def close(self) -> None:
        """Stop reading."""
        self._loop.remove_reader(self._socket)
        self.ended.set()


def next_pause(pause: int, *, served: bool) -> int:
    """Seconds before the next worker is started, after a pause of `pause`: none when the last one served."""
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
    """A worker's connection to the server: sends journal lines at once, and counts of requests in batches."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._requests: list[tuple[str, str | None, int | None, float]] = []
        self._timer: asyncio.TimerHandle | None = None

    def take(self, lines: list[JournalRecord]) -> None:
        """Send journal lines. Raises ValueError for an unknown kind."""
        check_kinds(lines)
        if lines:
            self._send({"lines": _LINES.dump_python(lines, mode="json")})

    def count_request(self, door: str, screen: str | None, status: int | None, seconds: float) -> None:
        """Count a request."""
        self._requests.append((door, screen, status, seconds))
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(REPORT_INTERVAL, self.send_counts)

    def send_counts(self) -> None:
        """Send the counts collected so far."""
        self._timer = None
        self._send({"requests": self._requests})
        self._requests = []

    def _send(self, message: dict[str, Any]) -> None:
        self._writer.write(json.dumps(message).encode() + b"\n")


def parse_lines(message: dict[str, Any]) -> list[JournalRecord]:
    """Return the journal lines in a message of a relay."""
    return _LINES.validate_python(message.get("lines", []))


async def serve_as_worker(pipe: int, portal: int, gate: int) -> None:
    """Serve portal and gate on inherited sockets until SIGTERM arrives, or the server is gone."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    for each in (signal.SIGINT, signal.SIGHUP):  # the terminal's are for the server, which stops its workers
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
    relay.send_counts()
    with suppress(ConnectionError):
        await writer.drain()


def main() -> None:
    """Run a worker process; it exits with code 1, after one line, when the database cannot be used."""
    try:
        run(serve_as_worker(*map(int, sys.argv[1:])))
    except (StoreError, StoreUnavailableError) as error:
        log.warning("%s", error)
        sys.exit(1)


if __name__ == "__main__":
    main()
