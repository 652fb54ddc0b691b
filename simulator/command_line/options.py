"""Options that several commands have, and the settings of a command."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from maquette.simulator.base.settings import FILE, Settings, SettingsError, read_settings
from maquette.simulator.command_line.terminal import WRONG_USAGE, fail


class LanguageName(StrEnum):
    """The language of a report."""

    FR = "fr"
    EN = "en"


DataFolder = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Folder in which everything is kept. (default: maquette-data)", metavar="DIR"
    ),
]
TargetConsole = Annotated[
    str | None,
    typer.Option(
        "--target",
        help="Console of a running simulator. Its token is in MAQUETTE_TOKEN, or in the data folder. "
        "(default: MAQUETTE_CONSOLE, else a simulator of its own)",
        metavar="CONSOLE_URL",
    ),
]
ReportLanguage = Annotated[
    LanguageName | None, typer.Option("--language", help="Of the report. (default: en)")
]


def given_console(target: str | None = None) -> str | None:
    """The console's address that the option or else the environment gives."""
    return target or os.environ.get("MAQUETTE_CONSOLE")


def settings_of(**flags: object) -> Settings:
    """The settings in force; ends the command where one of them is wrong."""
    try:
        return read_settings(flags, os.environ, FILE if FILE.exists() else None)
    except SettingsError as error:
        fail(str(error), WRONG_USAGE)
