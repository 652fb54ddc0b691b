"""The `maquette` command: the simulator's own commands, and those of the packages above it.

Other packages register theirs as a `typer.Typer` in the entry-point group `maquette.commands`, so that the
simulator does not import them.
"""

from importlib.metadata import EntryPoint, entry_points, version
from typing import Annotated

import typer

from maquette.simulator.command_line.link import link
from maquette.simulator.command_line.pki import pki
from maquette.simulator.command_line.serve import serve
from maquette.simulator.command_line.terminal import out, warn

ENTRY_POINTS = "maquette.commands"


def main() -> None:
    """The entry point of the `maquette` command."""
    app()


def _print_version(*, wanted: bool) -> None:
    if wanted:
        out.print(f"maquette {version('maquette')}")
        raise typer.Exit


def _maquette(
    version_wanted: Annotated[
        bool,
        typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Maquette: a working scale model of a tax portal, for tests, classes and load."""


def _make_app() -> typer.Typer:
    app = typer.Typer(
        callback=_maquette,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
    )
    app.command()(serve)
    app.command()(link)
    app.add_typer(pki, name="pki")
    for each in sorted(entry_points(group=ENTRY_POINTS)):
        try:
            app.add_typer(_load(each))
        except Exception as error:  # noqa: BLE001 - a module of another package may fail in any way
            warn(f"the commands {each.name} ({each.value}) cannot be loaded: {error}")
    return app


def _load(entry_point: EntryPoint) -> typer.Typer:
    commands = entry_point.load()
    if not isinstance(commands, typer.Typer):
        raise TypeError("this is not a typer.Typer")
    return commands


app = _make_app()
