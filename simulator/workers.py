"""Worker processes: portal and gate on the server's own sockets, each with a connection to the database.

The server binds, its workers inherit the sockets. A worker is told its settings over a pipe, and tells over
the same pipe what it counts; one that ends is noted and started again. It stops by itself when the server is
gone. Console, mail catcher, sender and clocks are the server's: whoever waits there hears of what a worker
did from the database. Source: contract.md `--workers`; docs/decisions/0018.
"""

import asyncio
import json
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import AsyncExitStack, closing, suppress

from maquette.simulator.journal import Journal
from maquette.simulator.logs import open_log
from maquette.simulator.metrics import Counting
from maquette.simulator.pki.folder import load_authority
from maquette.simulator.portal.exchange import Door
from maquette.simulator.procedure.context import Procedure
from maquette.simulator.serving import Defects, get_secret, serve_site
from maquette.simulator.settings import Settings
from maquette.simulator.store.engine import Store, StoreError, StoreUnavailableError
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.wallclock import real_now

TOLD_AFTER = 0.1
"""Seconds for which a worker keeps its counts to itself."""

START_SECONDS = 30
STOP_SECONDS = 5
SHORTEST_PAUSE, LONGEST_PAUSE = 1, 30
"""Seconds before a worker is started again that has not served: twice as long each time."""

LONGEST_LINE = 2**20
_READY = {"ready": True}

log = logging.getLogger("maquette.workers")


class WorkerError(Exception):
    """A worker does not start; its own words are on standard error."""


class Workers:
    """The server's side: so many workers, each started again when it ends.

    `counting` hears what they count; `ended` is called with the exit code of each that ended by itself.
    """

    def __init__(
        self,
        settings: Settings,
        sockets: Mapping[Door, socket.socket],
        *,
        counting: Counting,
        ended: Callable[[int], None],
    ) -> None:
        self._settings = settings
        self._sockets = sockets
        self._counting = counting
        self._ended = ended
        self._ready: set[int] = set()
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
        return len(self._ready) == self._settings.workers

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
        with theirs:
            reader, writer = await asyncio.open_connection(sock=ours, limit=LONGEST_LINE)
            with closing(writer):
                process = await self._spawn(theirs)
                theirs.close()  # or the end of theirs would never be seen
                try:
                    writer.write(self._settings.model_dump_json().encode() + b"\n")
                    with suppress(ConnectionError):  # killed before it has read its settings
                        async for line in reader:
                            told = json.loads(line)
                            if told == _READY:
                                self._ready.add(slot)
                                ready.set_result(None)
                            else:
                                self._count(told)
                    return await process.wait()
                finally:
                    self._ready.discard(slot)
                    await _end(process)

    async def _spawn(self, theirs: socket.socket) -> asyncio.subprocess.Process:
        inherited = [theirs.fileno(), *(bound.fileno() for bound in self._sockets.values())]
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "maquette.simulator.workers", *map(str, inherited)),
            pass_fds=inherited,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )

    def _count(self, told: dict[str, list[list[object]]]) -> None:
        for request in told["requests"]:
            self._counting.count_request(*request)  # type: ignore[arg-type]  # as the worker's Report wrote it
        now = real_now()
        self._counting.count_lines(
            JournalLine(None, None, now, str(kind), None, {"refusal": refusal})
            for kind, refusal in told["lines"]
        )


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


class Report:
    """A worker's counts on their way to the server, some at a time."""

    def __init__(self, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._requests: list[tuple[str, str | None, int | None, float]] = []
        self._lines: list[tuple[str, object]] = []
        self._timer: asyncio.TimerHandle | None = None

    def count_request(self, door: str, screen: str | None, status: int | None, seconds: float) -> None:
        """Tell of a request."""
        self._requests.append((door, screen, status, seconds))
        self._tell_soon()

    def count_lines(self, lines: Iterable[JournalLine]) -> None:
        """Tell the kinds of lines, and of refusals their codes."""
        self._lines += [(line.kind, line.data.get("refusal")) for line in lines]
        self._tell_soon()

    def _tell_soon(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(TOLD_AFTER, self.tell)

    def tell(self) -> None:
        """Tell what there is to tell."""
        self._timer = None
        told = {"requests": self._requests, "lines": self._lines}
        self._writer.write(json.dumps(told).encode() + b"\n")
        self._requests, self._lines = [], []


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
        journal = Journal(store, behind=False)
        stack.callback(journal.stop)
        report = Report(writer)
        journal.watch(report.count_lines)
        defects = Defects(settings.defect)
        await serve_site(
            stack,
            {Door.PORTAL: socket.socket(fileno=portal), Door.GATE: socket.socket(fileno=gate)},
            settings=settings,
            authority=load_authority(settings.data / "pki", (), real_now()),
            procedure=Procedure(store, journal, defects.rules_of, lambda: None),
            defects=defects,
            secret=get_secret(store),
            journal=journal,
            counting=report,
        )
        writer.write(json.dumps(_READY).encode() + b"\n")
        gone = asyncio.create_task(reader.read())
        stack.callback(gone.cancel)
        await asyncio.wait({gone, asyncio.create_task(stop.wait())}, return_when=asyncio.FIRST_COMPLETED)
    report.tell()
    with suppress(ConnectionError):
        await writer.drain()


def main() -> None:
    """The process of a worker: its exit code is 1, after one line, where the database cannot be used."""
    try:
        asyncio.run(serve_as_worker(*map(int, sys.argv[1:])))
    except (StoreError, StoreUnavailableError) as error:
        log.warning("%s", error)
        sys.exit(1)


if __name__ == "__main__":
    main()
