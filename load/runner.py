"""What `maquette load run` does: a server, a realm, Locust in a process of its own, the verdict.

Locust patches the process that imports it, so nothing here imports it. However a run ends, its processes and
the folder with the certificates are gone at the end.
"""

import asyncio
import errno
import importlib.util
import ipaddress
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from rich.console import Console
from yarl import URL

from maquette.fixtures.installation import Installation, Target
from maquette.fixtures.own_server import FREE_PORTS, OwnServer, surroundings
from maquette.fixtures.report_page import UnwritableError
from maquette.load.description import PARENT, PROGRESS, RESULTS, RUN_FOLDER, SERVER
from maquette.load.judgement import Keep, announce, judge_run, report_files
from maquette.load.preparation import Wanted, prepared
from maquette.load.tally import Results
from maquette.load.verdict import Outcome, Verdict
from maquette.simulator.base.signals import ending_signals

LOCUSTFILE = Path(__file__).parent / "locustfile.py"
WEB_PORT, MASTER_PORT = 8089, 5557
END_SECONDS = 30
"""Seconds that Locust has to end after the signal."""

ROOM = 65_536
"""Bytes that a report has to have room for before a run begins."""


class LocustMissingError(ImportError):
    """Locust is not installed; the message says in one line what to install."""


class RemoteError(Exception):
    """The target is not on this machine, or no address; the message says which door, and what allows it."""


@dataclass(frozen=True, slots=True)
class Order:
    """How a run is to be made: against what, by how many processes, and whether Locust shows its own page."""

    wanted: Wanted
    target: Target | None = None
    processes: int | None = None
    web: bool = False
    allow_remote: bool = False


async def run_load(order: Order, keep: Keep, out: Console, *, began: datetime) -> Verdict:
    """Run the load, and judge it.

    Raises LocustMissingError, UnwritableError and RemoteError before anything is started; OwnServerError,
    ControlError, PreparationError and UnjudgedError.
    """
    if importlib.util.find_spec("locust") is None:
        raise LocustMissingError(
            "load runs need Locust, the extra maquette[load]: "
            ".venv/bin/pip install --editable '.[load]' in a checkout"
        )
    wanted = order.wanted if order.target is None else replace(order.wanted, target=order.target.console)
    if keep.folder is not None:
        try_to_write(keep.folder)
        announce(keep.folder, wanted, began=began, processes=order.processes or 1)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="maquette-load-")))
        target = order.target
        ids = {PARENT: str(os.getpid())}
        if target is None:
            server = await stack.enter_async_context(OwnServer(folder, "--ephemeral", *FREE_PORTS))
            target = Target(server.console, server.token)
            ids[SERVER] = str(server.pid)
        installation = await stack.enter_async_context(Installation(target.console, target.token))
        if order.target is not None:
            for door in (installation.doors.portal, installation.doors.gate):
                refuse_remote(door, out, allowed=order.allow_remote)
        description, control = await stack.enter_async_context(prepared(installation, wanted, folder, out))
        lasts = wanted.profile.seconds
        out.print(f"{description.name}: {lasts:g} seconds, realm {description.realm}", markup=False)
        interrupted = await _run_locust(order, folder, out, ids)
        verdict = await judge_run(folder, control, keep, out, began=began, interrupted=interrupted)
        if order.target is not None and verdict.outcome is Outcome.PASSED:
            await control.delete()  # that of a run that did not pass is left to be looked at
        return verdict


async def _run_locust(order: Order, folder: Path, out: Console, ids: dict[str, str]) -> bool:
    """Run Locust to its end; whether it was interrupted before.

    `ids` name the parent process, with which Locust ends, and the server that Locust then ends.
    """
    command = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE), "--loglevel", "WARNING"]
    if order.web:
        port = _free_port(WEB_PORT)
        command += ["--web-host", "127.0.0.1", "--web-port", str(port), "--autostart"]
        out.print(
            f"Locust's page: http://127.0.0.1:{port} (Ctrl-C ends it, and judges the run)", markup=False
        )
    else:
        command += ["--headless"]
    if order.processes is not None:
        count, meeting = str(order.processes), str(_free_port(MASTER_PORT))
        command += ["--processes", count, "--expect-workers", count]
        command += [
            "--master-bind-host",
            "127.0.0.1",
            "--master-bind-port",
            meeting,
            "--master-port",
            meeting,
        ]
        command += ["--expect-workers-max-wait", str(END_SECONDS)]
    log = folder / "locust.log"
    wished = asyncio.Event()
    # not to hear SIGINT would be inherited: it is heard before Locust starts
    with _watched() as watched, _interruptions(wished):
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=folder,
                env=surroundings() | ids | watched | {RUN_FOLDER: str(folder), "TMPDIR": str(folder)},
                pass_fds=tuple(map(int, watched.values())),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for this process, which asks Locust to end in its own way
            )
        try:
            ended, wish = asyncio.ensure_future(process.wait()), asyncio.ensure_future(wished.wait())
            await asyncio.wait({ended, wish}, return_when=asyncio.FIRST_COMPLETED)
            wish.cancel()
            if not ended.done():
                # a first SIGINT ends the profile alone where Locust shows its page
                process.send_signal(signal.SIGTERM if order.web else signal.SIGINT)
                await asyncio.wait({ended}, timeout=END_SECONDS)
        finally:
            _end_all(process.pid)
            await process.wait()
    if not (folder / RESULTS).exists() and not wished.is_set():
        out.print(log.read_text(encoding="utf-8", errors="replace")[-4000:], markup=False)
    return wished.is_set() and not (order.web and _has_ended(folder))


def _has_ended(folder: Path) -> bool:
    """Whether the profile had come to its end: with Locust's page, Ctrl-C is then the way out."""
    file = folder / RESULTS
    return file.exists() and Results.model_validate_json(file.read_text(encoding="utf-8")).ended


@contextmanager
def _watched() -> Iterator[dict[str, str]]:
    """The variable that names the terminal behind standard error to Locust; none without a terminal."""
    if not sys.stderr.isatty():
        yield {}
        return
    descriptor = os.dup(sys.stderr.fileno())
    try:
        yield {PROGRESS: str(descriptor)}
    finally:
        os.close(descriptor)


@contextmanager
def _interruptions(wished: asyncio.Event) -> Iterator[None]:
    """In this block, Ctrl-C, SIGTERM and a closed terminal end the run."""
    loop = asyncio.get_running_loop()
    before = {each: signal.getsignal(each) for each in (signal.SIGINT, *ending_signals())}
    for each in before:
        loop.add_signal_handler(each, wished.set)
    try:
        yield
    finally:
        for each, handler in before.items():
            loop.remove_signal_handler(each)
            signal.signal(each, handler)


def _end_all(leader: int) -> None:
    """End what is left of the session that was started here: Locust, and the workers that it forked."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def refuse_remote(url: str, out: Console, *, allowed: bool) -> None:
    """Refuse a target on another machine, or print that load goes there. Raises RemoteError."""
    try:
        parsed = URL(url)
        host = parsed.host if parsed.scheme in {"http", "https"} else None
    except ValueError:
        host = None
    if host is None:
        raise RemoteError(f"{url} is no address: write it as http://localhost:8025")
    if _is_loopback(host):
        return
    if not allowed:
        raise RemoteError(f"{url} is not on this machine: load goes to loopback only, unless --allow-remote")
    out.print(f"[bold yellow]warning:[/] load goes to {url}, which is not on this machine")


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _free_port(preferred: int) -> int:
    """That port of this machine, or another that is free."""
    for port in (preferred, 0):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            bound: int = tried.getsockname()[1]
            return bound
    raise OSError("no free port")


def try_to_write(folder: Path) -> None:
    """Check before the load that a report can be written and that the disk has room.

    Raises UnwritableError. What is in the folder stays as it is.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(file.is_dir() for file in report_files(folder)):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        with tempfile.TemporaryFile(dir=folder) as tried:
            tried.write(b" " * ROOM)
            tried.flush()
    except FileExistsError:
        raise UnwritableError(f"a report cannot be written to {folder}: it is no folder") from None
    except OSError as error:
        raise UnwritableError(f"a report cannot be written to {folder}: {error.strerror}") from None
