"""`maquette pki`: shows and exports the certificates of a data folder, and explains how to trust its root."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from maquette.simulator.base.settings import SettingsError
from maquette.simulator.command_line.options import DataFolder, settings_of
from maquette.simulator.command_line.terminal import NO_START, WRONG_USAGE, fail, out

if TYPE_CHECKING:
    from maquette.simulator.command_line.certificates import Certificates

pki = typer.Typer(help="The test certificate authority and the personas' certificates.", no_args_is_help=True)


@pki.command()
def show(data: DataFolder = None) -> None:
    """Show the authority of the data folder and the certificates of its personas."""
    with _certificates(data) as certificates:
        for label, value in certificates.describe_authority():
            out.print(f"[bold]{label:<12}[/] {escape(value)}")
        table = Table(box=None, padding=(0, 2, 0, 0))
        for heading in ("persona", "certificate", "valid from", "to", "for"):
            table.add_column(heading, overflow="fold", no_wrap=heading != "for")
        for row in certificates.describe_personas():
            table.add_row(*map(escape, row))
        out.print()
        out.print(table)


@pki.command()
def export(
    persona: Annotated[str, typer.Argument(help="A persona's id, such as lila.", metavar="PERSONA")],
    to: Annotated[Path, typer.Option("--out", help="Folder for the files.", metavar="DIR")],
    data: DataFolder = None,
) -> None:
    """Write a persona's certificate and key as PEM, both as PKCS#12, and the root certificate."""
    with _certificates(data) as certificates:
        for file, what in certificates.export(persona, to):
            out.print(f"{escape(str(file))}  [dim]{escape(what)}[/]")


@pki.command()
def trust(data: DataFolder = None) -> None:
    """Explain how to trust the root certificate, and later untrust it; this command changes nothing."""
    with _certificates(data) as certificates:
        from maquette.simulator.pki.trust import trust_help

        out.print(trust_help(certificates.authority, certificates.root_file.absolute()), markup=False)


@contextmanager
def _certificates(data: str | None) -> "Iterator[Certificates]":
    """Open the data folder's certificates; ends the command with one line when they cannot be used."""
    settings = settings_of(data=data)
    from maquette.simulator.command_line.certificates import PersonaUnknownError, open_certificates
    from maquette.simulator.pki.authority import AuthorityError
    from maquette.simulator.store.errors import StoreError, StoreUnavailableError

    try:
        with open_certificates(settings, settings.realm) as certificates:
            yield certificates
    except (PersonaUnknownError, SettingsError) as error:
        fail(str(error), WRONG_USAGE)
    except (AuthorityError, StoreError) as error:
        fail(str(error), NO_START)
    except StoreUnavailableError as error:
        fail(f"the database does not answer: {error}", NO_START)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}", NO_START)
