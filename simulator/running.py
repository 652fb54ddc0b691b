"""Running a server in the foreground: what it prints, its ready file, and its stop.

Source: contract.md "Command line" (`--ready-file`, exit codes).
"""

import asyncio
import json
import logging
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from maquette.simulator.assembly import Doors, Simulator, StartError
from maquette.simulator.console.access import make_login_link
from maquette.simulator.console.api import BUNDLE_PASSWORD
from maquette.simulator.settings import Settings
from maquette.simulator.wallclock import real_now

__all__ = ["StartError", "console_answers", "run_server"]


async def run_server(settings: Settings, out: Console) -> None:
    """Serve until SIGINT or SIGTERM. Raises what `Simulator` raises when it cannot start."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns at every AUTH
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, stop.set)
    async with Simulator(settings) as simulator:
        with _ready_file(settings.ready_file, simulator.doors):
            _print_welcome(settings, simulator.doors, out)
            await stop.wait()
            out.print("\nStopping.")
    out.print("Stopped." if settings.ephemeral else f"Stopped; everything is kept in {settings.data}.")


def console_answers(console: str) -> bool:
    """Whether a simulator's console answers there."""
    if not console.startswith("http://"):
        return False
    try:
        with urllib.request.urlopen(f"{console}/livez", timeout=3) as answer:  # noqa: S310 - http, checked above
            return answer.headers.get("X-Maquette-Version") is not None
    except (urllib.error.URLError, OSError, ValueError):
        return False


@contextmanager
def _ready_file(file: Path | None, doors: Doors) -> Iterator[None]:
    """Written whole or not at all, and gone when the doors close."""
    if file is None:
        yield
        return
    told = {
        "portal": doors.portal,
        "gate": doors.gate,
        "console": doors.console,
        "smtp": doors.smtp,
        "token": doors.token,
        "ca": str(doors.ca.absolute()),
        "pid": os.getpid(),
    }
    half = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            json.dump(told, opened)
        half.replace(file)
    except OSError as error:
        raise StartError(f"the ready file {file} cannot be written ({error.strerror})") from None
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _print_welcome(settings: Settings, doors: Doors, out: Console) -> None:
    def line(label: str, value: str, remark: str = "") -> None:
        out.print(f"  [bold]{label:<9}[/]{escape(value)}" + (f"  [dim]{escape(remark)}[/]" if remark else ""))

    login = make_login_link(doors.console, doors.token, real_now())
    out.print(
        f"[bold]Maquette {version('maquette')}[/], a replica for tests and classes. Not impots.gouv.fr.\n"
    )
    line("portal", doors.portal)
    line("gate", doors.gate, "asks for a client certificate")
    line("console", login, "once, within 10 minutes; a fresh one: maquette link")
    line("smtp", doors.smtp, "catches mail, sends none")
    line("data", "in memory" if settings.ephemeral else str(settings.data))
    out.print("\n[bold]The procedure, as Lila:[/]")
    out.print(
        "  1. On the console, download Lila's certificate (lila.p12) and import it into your browser;\n"
        f"     its password is {BUNDLE_PASSWORD}. Trust the root as well: maquette pki trust explains how."
    )
    out.print(
        "  2. On the portal: Professionnel, Accéder avec mon certificat, Lila ROSEMONDE,\n"
        "     then Opter pour l'accès sans certificat."
    )
    out.print("  3. Read the activation code in the console's Courriels, and activate the space with it.\n")
    out.print("Stop with Ctrl-C.")
