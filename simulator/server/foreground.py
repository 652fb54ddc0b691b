"""Runs a server in the foreground: what it prints, its ready file, and its stop."""

import asyncio
import fcntl
import json
import os
import shlex
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.markup import escape

from maquette.simulator.base.logs import open_log
from maquette.simulator.base.private_files import write_private
from maquette.simulator.base.settings import DATA, Settings, SettingsError
from maquette.simulator.base.signals import ending_signals
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.door.access import make_login_link
from maquette.simulator.defects.catalogue import DefectUnknownError
from maquette.simulator.pki.authority import BUNDLE_PASSWORD
from maquette.simulator.pki.names import UnusableNameError
from maquette.simulator.server.assembly import Doors, Simulator, StartError
from maquette.simulator.server.event_loop import end_start


async def run_server(settings: Settings, out: Console) -> None:
    """Serve until a signal arrives.

    Raises SettingsError for an unknown defect or an unusable name, and what `Simulator` raises when it cannot
    start.
    """
    open_log(settings.log_format)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, *ending_signals()):
        loop.add_signal_handler(each, stop.set)
    _remove_stale(settings.ready_file)
    try:
        async with Simulator(settings) as simulator:
            end_start()
            with _ready_file(settings.ready_file, simulator.doors):
                _print_welcome(settings, simulator.doors, out)
                await stop.wait()
                _say(out, "\nStopping.")
    except (DefectUnknownError, UnusableNameError) as error:
        raise SettingsError(str(error)) from None
    _say(out, "Stopped." if settings.ephemeral else f"Stopped; everything is kept in {settings.data}.")


def _say(out: Console, sentence: str) -> None:
    """Print the sentence, unless the terminal is gone."""
    with suppress(OSError):
        out.print(sentence)


def _remove_stale(file: Path | None) -> None:
    """Delete the ready file of a killed server, so that no reader takes its addresses for this server's.

    A server that still runs holds the lock of its ready file.
    """
    if file is None:
        return
    try:
        with _locked(file):
            file.unlink()
    except FileNotFoundError:
        return
    except BlockingIOError:
        raise StartError(
            f"the ready file {file} is that of a server that runs: choose another --ready-file"
        ) from None
    except OSError as error:
        raise _not_written(file, error) from None


@contextmanager
def _ready_file(file: Path | None, doors: Doors) -> Iterator[None]:
    """Write the ready file, whole or not at all; delete it when the doors close."""
    if file is None:
        yield
        return
    content = asdict(doors) | {"ca": str(doors.ca.absolute()), "pid": os.getpid()}
    with ExitStack() as stack:
        try:
            write_private(file, json.dumps(content).encode())
            own = stack.enter_context(_locked(file))
            stack.callback(_remove_own, own, file)
        except OSError as error:
            raise _not_written(file, error) from None
        yield


@contextmanager
def _locked(file: Path) -> Iterator[BinaryIO]:
    """Hold the file's lock, which ends with this process. Raises BlockingIOError when another holds it."""
    with file.open("rb") as opened:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield opened


def _remove_own(own: BinaryIO, file: Path) -> None:
    """Delete the ready file, unless another server has put its own in its place."""
    with suppress(FileNotFoundError):
        if os.path.samestat(os.fstat(own.fileno()), file.stat()):
            file.unlink()


def _not_written(file: Path, error: OSError) -> StartError:
    return StartError(
        f"the ready file {file} cannot be written ({error.strerror}): choose another --ready-file"
    )


def _print_welcome(settings: Settings, doors: Doors, out: Console) -> None:
    def line(label: str, value: str, remark: str = "") -> None:
        out.print(f"  [bold]{label:<9}[/]{escape(value)}" + (f"  [dim]{escape(remark)}[/]" if remark else ""))

    login = make_login_link(doors.console, doors.token, real_now())
    again = _link_command(settings, doors)
    out.print(
        f"[bold]Maquette {version('maquette')}[/], a replica for tests and classes. Not impots.gouv.fr.\n"
    )
    line("portal", doors.portal)
    line("gate", doors.gate, "asks for a client certificate")
    line("console", login, "once, within 10 minutes" + (f"; a fresh one: {again}" if again else ""))
    line("smtp", doors.smtp, "catches mail, sends none")
    line("data", "in memory" if settings.ephemeral else str(settings.data))
    out.print("\n[bold]The procedure, as Lila:[/]")
    out.print(
        "  1. On the console, download Lila's certificate (lila.p12) and import it into your browser;\n"
        f"     its password is {BUNDLE_PASSWORD}. {escape(_about_the_root(settings))}"
    )
    out.print(
        "  2. On the portal: Professionnel, Accéder avec mon certificat, Lila ROSEMONDE,\n"
        "     then Opter pour l'accès sans certificat."
    )
    out.print("  3. Read the activation code in the console's Courriels, and activate the space with it.\n")
    out.print("Stop with Ctrl-C.")


def _link_command(settings: Settings, doors: Doors) -> str | None:
    """The command that prints a fresh link to the console; None when no command can know the token."""
    token = [] if settings.token is None else ["MAQUETTE_TOKEN=…"]
    if settings.ephemeral:
        return " ".join([f"MAQUETTE_CONSOLE={doors.console}", *token, "maquette link"]) if token else None
    return " ".join([*token, "maquette link", *_data_option(settings)])


def _about_the_root(settings: Settings) -> str:
    if settings.ephemeral:
        return "It will warn you that it does not know the site's root certificate: go on."
    command = " ".join(["maquette pki trust", *_data_option(settings)])
    return f"Trust the root as well: {command} explains how."


def _data_option(settings: Settings) -> list[str]:
    return [] if settings.data == DATA else ["--data", shlex.quote(str(settings.data))]
