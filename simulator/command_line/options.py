"""Options that several commands have, and the settings of a command."""

import os
from enum import StrEnum
from typing import Annotated, Any

import typer

from maquette.simulator.base.settings import (
    FILE,
    SETTINGS,
    Settings,
    SettingsError,
    default_in_words,
    read_settings,
)
from maquette.simulator.command_line.terminal import WRONG_USAGE, fail


class LanguageName(StrEnum):
    """The language of a report."""

    FR = "fr"
    EN = "en"


def setting_option(key: str) -> Any:
    """Return the option of a setting: its flag, its help and its default."""
    setting = SETTINGS[key]
    flag, _, metavar = setting.flag.partition(" ")
    default = default_in_words(key)
    described = f"{setting.help} (default: {default})" if default else setting.help
    return typer.Option(flag, help=described, metavar=metavar or None)


DataFolder = Annotated[str | None, setting_option("data")]
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


def settings_of(**flags: object) -> Settings:
    """Return the settings in force; ends the command when one of them is wrong."""
    try:
        return read_settings(flags, os.environ, FILE if FILE.exists() else None)
    except SettingsError as error:
        fail(str(error), WRONG_USAGE)
