"""The settings of a server: what each key may be, and where its value comes from.

Flags, then MAQUETTE_* variables, then maquette.toml, then defaults; an unknown key is an error (contract.md).
Decides nothing of the procedure: its rules have a policy of their own.
"""

import ipaddress
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from maquette.simulator.domain.clock import parse_instant

PREFIX = "MAQUETTE_"
FILE = Path("maquette.toml")
DATA = Path("maquette-data")

CLIENT_KEYS = frozenset({"console", "realm", "junit", "profile"})
"""Keys of the commands that talk to a running server; no business of the server's own."""

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
"""The hosts that are this machine's alone and that every server certificate names."""

_PORT = "must be a whole number from 0 to 65535 (0 takes a free port)"
SENTENCES: Mapping[str, str] = {
    "data": "must be the path of a folder",
    "ephemeral": "must be true or false",
    "host": "must be localhost or an IP address",
    "name": "must be a list of host names and addresses",
    "class_code": "must have 8 to 64 characters",
    "portal_port": _PORT,
    "gate_port": _PORT,
    "console_port": _PORT,
    "smtp_port": _PORT,
    "clock": "must be now, or an instant such as 2011-06-09T09:00:00+02:00",
    "ready_file": "must be the path of a file",
    "log_format": "must be text or json",
    "workers": "must be a whole number from 1 to 64",
    "database": "must be a URL such as postgresql+psycopg://maquette@localhost/maquette",
    "defect": "must be a list of names of deliberate defects",
    "token": "must have 16 to 200 characters: unaccented letters, digits and signs, no blank",
}
"""What is said, key by key, of a value that it cannot have."""


class LogFormat(StrEnum):
    """What the server's log is written for: a person at a terminal, or a program."""

    TEXT = "text"
    JSON = "json"


class SettingsError(Exception):
    """A setting is unknown, or has a value that it cannot have; the message names it and where it stands."""


def no_data_error(data: Path) -> SettingsError:
    """The error for a data folder in which no simulator has ever been started."""
    return SettingsError(
        f"there is no simulator's data in {data}: give --data, or start maquette serve first"
    )


def _read_clock(value: object) -> datetime | None:
    """TOML has instants of its own, with an offset or without: they are judged as texts are."""
    match value:
        case None | "now":
            return None
        case str():
            return parse_instant(value)
        case date():
            return parse_instant(value.isoformat())
    raise ValueError(SENTENCES["clock"])


def _read_host(value: str) -> str:
    if value == "localhost":
        return value
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise ValueError(f"{SENTENCES['host']}, and {value!r} is neither") from None


def _read_database(value: str) -> str:
    try:
        url = urlsplit(value)
        _ = url.port
    except ValueError:
        raise ValueError(SENTENCES["database"]) from None
    if url.scheme not in {"postgresql", "postgresql+psycopg"} or not url.path.strip("/"):
        raise ValueError(SENTENCES["database"])
    if find_spec("psycopg") is None:
        raise ValueError("needs the extra maquette[postgresql]: pip install 'maquette[postgresql]'")
    return value


Port = Annotated[int, Field(ge=0, le=65535)]


class Settings(BaseModel):
    """One server's settings; a port of 0 takes a free one.

    `clock` is where the default realm's clock starts, None for the real now. `data` is the folder in which
    everything is kept, unless `ephemeral` keeps it in memory. `host` is where portal and gate listen; console
    and mail catcher never leave this machine. Where it is none of LOCAL_HOSTS, `name` is what people type
    (names hold from first start on) and `class_code` what they must give before they see anything. `defect`
    names the deliberate defects that every realm has. `workers` is how many processes serve portal and gate:
    with 1, the server itself. `database` is PostgreSQL's URL, None for a file in the data folder.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    data: Path = DATA
    ephemeral: bool = False
    host: Annotated[str, AfterValidator(_read_host)] = "localhost"
    name: tuple[str, ...] = ()
    class_code: Annotated[str, Field(min_length=8, max_length=64)] | None = None
    portal_port: Port = 8443
    gate_port: Port = 8444
    console_port: Port = 8025
    smtp_port: Port = 1025
    clock: Annotated[datetime | None, BeforeValidator(_read_clock)] = None
    ready_file: Path | None = None
    log_format: LogFormat = LogFormat.TEXT
    defect: tuple[str, ...] = ()
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    database: Annotated[str, AfterValidator(_read_database)] | None = None
    token: Annotated[str, Field(min_length=16, max_length=200, pattern=r"^[!-~]+$")] | None = None

    @model_validator(mode="after")
    def _kept_where_all_can_reach_it(self) -> "Settings":
        if self.ephemeral and self.workers > 1:
            raise ValueError("workers share a database: give --workers with --data, not with --ephemeral")
        if self.ephemeral and self.database:
            raise ValueError("--database keeps all in PostgreSQL, --ephemeral in memory: give one of the two")
        return self

    @model_validator(mode="after")
    def _safe_host(self) -> "Settings":
        if self.is_local or (self.name and self.class_code):
            return self
        raise ValueError(
            f"host {self.host} is none of localhost, 127.0.0.1 and ::1: give --name, which people type, and "
            "--class-code, which they are asked for"
        )

    @property
    def is_local(self) -> bool:
        """Whether portal and gate are this machine's alone, at a name that their certificate always has."""
        return self.host in LOCAL_HOSTS

    @property
    def database_place(self) -> str | Path | None:
        """Where the database is: PostgreSQL's URL, a file in the data folder, or memory for None."""
        if self.database is not None:
            return self.database
        return None if self.ephemeral else self.data / "maquette.db"

    @property
    def public_host(self) -> str:
        """The name that links and printed addresses bear."""
        return self.host if self.is_local else self.name[0]

    @property
    def address(self) -> str:
        """The address that portal and gate are bound to."""
        return "127.0.0.1" if self.host == "localhost" else self.host


def read_settings(
    flags: Mapping[str, object], environment: Mapping[str, str], file: Path | None = None
) -> Settings:
    """The settings in force. Flags that are None were not given.

    `file` is maquette.toml where there is one. Of a data folder and `ephemeral`, the one that comes first
    holds; both in one place are an error. Raises SettingsError.
    """
    places = (
        (str(file), _of_file(file) if file else {}),
        ("the environment", _of_environment(environment)),
        ("the command line", {key: value for key, value in flags.items() if value is not None}),
    )
    found: dict[str, object] = {}
    origin: dict[str, str] = {}
    for where, values in places:
        for key, value in values.items():
            if key not in Settings.model_fields and key not in CLIENT_KEYS:
                raise SettingsError(f"unknown setting {_shown(key, where)} in {where}")
            found[key], origin[key] = value, where
    try:
        settings = Settings.model_validate(
            {key: value for key, value in found.items() if key not in CLIENT_KEYS}
        )
    except ValidationError as error:
        raise SettingsError(_told(error, origin)) from None
    if settings.ephemeral and "data" in origin:
        if origin["data"] == origin["ephemeral"]:
            raise SettingsError(
                f"{_shown('data', origin['data'])} keeps everything in a folder, "
                f"{_shown('ephemeral', origin['data'])} in memory: give one of the two"
            )
        order = [where for where, _ in places]
        return settings.model_copy(
            update={"ephemeral": order.index(origin["ephemeral"]) > order.index(origin["data"])}
        )
    return settings


def _told(error: ValidationError, origin: Mapping[str, str]) -> str:
    """The first of the errors, in our words."""
    first = error.errors()[0]
    own = str(first["ctx"]["error"]) if first["type"] == "value_error" else None
    if not first["loc"]:
        return str(own)
    key = str(first["loc"][0])
    place = "" if origin[key] == "the command line" else f" in {origin[key]}"
    return f"{_shown(key, origin[key])}{place}: {own or SENTENCES[key]}"


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
    for key in ("name", "defect"):
        if isinstance(listed := values.get(key), str):
            values[key] = tuple(listed.split(","))
    return values


def _shown(key: str, where: str) -> str:
    match where:
        case "the environment":
            return PREFIX + key.upper()
        case "the command line":
            return "--" + key.replace("_", "-")
    return key.replace("_", "-")
