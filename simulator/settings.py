"""The settings of a server: what each key may be, and where its value comes from.

Flags, then MAQUETTE_* variables, then maquette.toml, then defaults; an unknown key is an error (contract.md).
Decides nothing of the procedure: its rules have a policy of their own.
"""

import ipaddress
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from maquette.simulator.domain.clock import parse_instant

PREFIX = "MAQUETTE_"
FILE = Path("maquette.toml")

CLIENT_KEYS = frozenset({"console", "realm"})
"""Keys of the commands that talk to a running server; no business of the server's own."""


class SettingsError(Exception):
    """A setting is unknown, or has a value that it cannot have; the message names it and where it stands."""


def _read_clock(value: object) -> object:
    return None if value == "now" else parse_instant(value) if isinstance(value, str) else value


Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseModel):
    """One server's settings; a port of 0 takes a free one.

    `clock` is where the default realm's clock starts, None for the real now. `data` is the folder in which
    everything is kept, unless `ephemeral` keeps it in memory. `host` is where portal and gate listen; console
    and mail catcher never leave this machine. Beyond it, `name` is what people type (names hold from first
    start on) and `class_code` what they must give before they see anything.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    data: Path = Path("maquette-data")
    ephemeral: bool = False
    host: str = "localhost"
    name: tuple[str, ...] = ()
    class_code: Annotated[str, Field(min_length=6, max_length=64)] | None = None
    portal_port: Port = 8443
    gate_port: Port = 8444
    console_port: Port = 8025
    smtp_port: Port = 1025
    clock: Annotated[datetime | None, BeforeValidator(_read_clock)] = None
    ready_file: Path | None = None
    token: Annotated[str, Field(min_length=16, max_length=200, pattern=r"^[!-~]+$")] | None = None

    @model_validator(mode="after")
    def _safe_host(self) -> "Settings":
        if self.host == "localhost":
            return self
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            raise ValueError(f"host {self.host!r} is neither localhost nor an IP address") from None
        if self.is_local or (self.name and self.class_code):
            return self
        raise ValueError(
            f"host {self.host} lets other machines in: give --name, which people type, and --class-code, "
            "which they are asked for"
        )

    @property
    def is_local(self) -> bool:
        """Whether portal and gate are this machine's alone."""
        return self.host == "localhost" or ipaddress.ip_address(self.host).is_loopback

    @property
    def address(self) -> str:
        """The address that portal and gate are bound to."""
        return "127.0.0.1" if self.host == "localhost" else self.host


def read_settings(
    flags: Mapping[str, object], environment: Mapping[str, str], file: Path | None = None
) -> Settings:
    """The settings in force. Flags that are None were not given.

    `file` is maquette.toml where there is one. Raises SettingsError.
    """
    found: dict[str, object] = {}
    origin: dict[str, str] = {}
    for where, values in (
        (str(file), _of_file(file) if file else {}),
        ("the environment", _of_environment(environment)),
        ("the command line", {key: value for key, value in flags.items() if value is not None}),
    ):
        for key, value in values.items():
            if key not in Settings.model_fields and key not in CLIENT_KEYS:
                raise SettingsError(f"unknown setting {_shown(key, where)} in {where}")
            found[key], origin[key] = value, where
    try:
        return Settings.model_validate({key: value for key, value in found.items() if key not in CLIENT_KEYS})
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else ""
        told = str(first["msg"]).removeprefix("Value error, ")
        where = f"{_shown(key, origin[key])} in {origin[key]}: " if key else ""
        raise SettingsError(where + told) from None


def _of_file(file: Path) -> dict[str, object]:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from None
    return {key.replace("-", "_"): value for key, value in values.items()}


def _of_environment(environment: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {
        key.removeprefix(PREFIX).lower(): value
        for key, value in environment.items()
        if key.startswith(PREFIX)
    }
    if isinstance(names := values.get("name"), str):
        values["name"] = tuple(names.split(","))
    return values


def _shown(key: str, where: str) -> str:
    match where:
        case "the environment":
            return PREFIX + key.upper()
        case "the command line":
            return "--" + key.replace("_", "-")
    return key.replace("_", "-")
