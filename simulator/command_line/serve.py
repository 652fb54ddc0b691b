"""`maquette serve`: starts the replica in the foreground."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from maquette.simulator.command_line.options import DataFolder, settings_of
from maquette.simulator.command_line.terminal import NO_START, WRONG_USAGE, fail, out


def serve(
    data: DataFolder = None,
    ephemeral: Annotated[
        bool | None,
        typer.Option("--ephemeral", help="Keep everything in memory; nothing is left at the end."),
    ] = None,
    host: Annotated[
        str | None,
        typer.Option(
            help="Address of portal and gate; any but localhost, 127.0.0.1 and ::1 needs --name and "
            "--class-code. (default: localhost)",
            metavar="H",
        ),
    ] = None,
    name: Annotated[
        list[str] | None,
        typer.Option(
            help="At first start: a further name or address of this machine (repeatable).",
            metavar="N",
        ),
    ] = None,
    class_code: Annotated[
        str | None,
        typer.Option(help="What everyone is asked for first: 8 to 64 characters.", metavar="C"),
    ] = None,
    portal_port: Annotated[
        int | None, typer.Option(help="Portal's port; 0 takes a free one. (default: 8443)", metavar="N")
    ] = None,
    gate_port: Annotated[
        int | None, typer.Option(help="Gate's port; 0 takes a free one. (default: 8444)", metavar="N")
    ] = None,
    console_port: Annotated[
        int | None, typer.Option(help="Console's port; 0 takes a free one. (default: 8025)", metavar="N")
    ] = None,
    smtp_port: Annotated[
        int | None, typer.Option(help="Mail catcher's port; 0 takes a free one. (default: 1025)", metavar="N")
    ] = None,
    clock: Annotated[
        str | None,
        typer.Option(
            help="Where the realm's clock starts, at first start: 2011-06-09T09:00:00+02:00, or now.",
            metavar="INSTANT",
        ),
    ] = None,
    ready_file: Annotated[
        Path | None,
        typer.Option(help="Written as JSON once every door answers; gone again at the end.", metavar="F"),
    ] = None,
    log_format: Annotated[
        str | None,
        typer.Option(
            help="Of the log, on standard error: text tells what goes wrong; json, a line each, every "
            "request as well. (default: text)",
            metavar="text|json",
        ),
    ] = None,
    defect: Annotated[
        list[str] | None,
        typer.Option(
            help="A deliberate defect that every realm has (repeatable); GET /api/defects lists them.",
            metavar="NAME",
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            help="How many processes serve portal and gate; with 1, the server itself. (default: 1)",
            metavar="N",
        ),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            help="PostgreSQL, for several servers: postgresql+psycopg://maquette@localhost/maquette; a "
            "password is better given as MAQUETTE_DATABASE. (default: a file in the data folder)",
            metavar="URL",
        ),
    ] = None,
) -> None:
    """Start the replica: portal, gate, console and mail catcher.

    Stop it with Ctrl-C, SIGTERM or SIGHUP. Every option can also stand in maquette.toml
    (portal-port = 9443) or in the environment (MAQUETTE_PORTAL_PORT=9443); flags come first, then the
    environment, then the file.
    """
    settings = settings_of(
        data=data,
        ephemeral=ephemeral,
        host=host,
        name=tuple(name) if name else None,
        class_code=class_code,
        portal_port=portal_port,
        gate_port=gate_port,
        console_port=console_port,
        smtp_port=smtp_port,
        clock=clock,
        ready_file=ready_file,
        log_format=log_format,
        defect=tuple(defect) if defect else None,
        workers=workers,
        database=database,
    )
    from maquette.simulator.pki.authority import AuthorityError
    from maquette.simulator.server.assembly import StartError
    from maquette.simulator.server.foreground import run_server
    from maquette.simulator.store.engine import StoreError

    try:
        asyncio.run(run_server(settings, out))
    except (StartError, StoreError, AuthorityError) as error:
        fail(str(error), NO_START)
    except ValueError as error:
        fail(str(error), WRONG_USAGE)
