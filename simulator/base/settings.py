"""The settings: what each is, which values it may have, and the places that they are read from.

A flag comes before a MAQUETTE_* variable, a variable before maquette.toml, the file before the default; an
unknown key is an error. The flags of `serve` and docs/reference/settings.md are made from this model.
The rules of the procedure are no settings: they have a policy of their own.
"""

import ipaddress
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Self, cast

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
TOKEN_FILE, CONSOLE_FILE = "token", "console"
"""Files in the data folder: the console's token, and the running console's address."""

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
"""The hosts that only this machine reaches and that every server certificate names."""


class SettingsError(Exception):
    """A setting is unknown or has a wrong value; the message names the setting and its place."""


def no_data_error(data: Path) -> SettingsError:
    """The error for a data folder in which no simulator was ever started."""
    return SettingsError(
        f"there is no simulator's data in {data}: give --data, or start maquette serve first"
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """The documentation of a setting.

    `help` says what it is, `refusal` what a value must be. `flag` is its option of `maquette serve`, with the
    name of its value; empty when it has none. `default` describes a default that its value does not show.
    `first_start` marks a setting that only the first start of a data folder reads.
    """

    help: str
    refusal: str
    flag: str = ""
    default: str = ""
    first_start: bool = False


class LogFormat(StrEnum):
    """The form of the server's log: text for a person, JSON for a program."""

    TEXT = "text"
    JSON = "json"


def _setting(what: str, refusal: str, *, value: object = None, **more: Any) -> Any:
    """A field of `Settings` with this default value; the other arguments are those of its `Setting`."""
    return Field(value, json_schema_extra=asdict(Setting(what, refusal, **more)))


def _port(door: str, title: str, number: int) -> Any:
    refusal = "must be a whole number from 0 to 65535 (0 takes a free port)"
    return _setting(f"{title} port; 0 takes a free one.", refusal, value=number, flag=f"--{door}-port N")


def _parse_clock(value: object) -> datetime | None:
    """Check a TOML instant as a text is checked; TOML's instants may lack an offset."""
    match value:
        case None | "now":
            return None
        case str():
            return parse_instant(value)
        case date():
            return parse_instant(value.isoformat())
    raise ValueError


def _parse_host(value: str) -> str:
    if value == "localhost":
        return value
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise ValueError(f"must be localhost or an IP address, and {value!r} is neither") from None


def _check_database(value: str) -> str:
    if find_spec("psycopg") is None:
        raise ValueError("needs the extra maquette[postgresql]: pip install 'maquette[postgresql]'")
    return value


DATABASE_URL = (
    r"^postgresql(\+psycopg)?://"
    r"([^@]*@)?"  # user and password
    r"(\[[^\]/]*\]|[^@/?:\[\]]*)(:\d+)?"  # host and port
    r"/[^/?]+(\?.*)?$"  # database and options
)

Host = Annotated[str, AfterValidator(_parse_host)]
Workers = Annotated[int, Field(ge=1, le=64)]
Clock = Annotated[datetime | None, BeforeValidator(_parse_clock)]
DatabaseUrl = Annotated[str, Field(pattern=DATABASE_URL), AfterValidator(_check_database)]
Port = Annotated[int, Field(ge=0, le=65535)]
ClassCode = Annotated[str, Field(min_length=8, max_length=64)]
Token = Annotated[str, Field(min_length=16, max_length=200, pattern=r"^[!-~]+$")]


class Settings(BaseModel):
    """The settings of a server and of the commands that use one.

    `clock` is None for the real now. With `ephemeral` everything is kept in memory, and `data` is not used.
    `database` is None for a file in the data folder. A `host` that is none of LOCAL_HOSTS needs `name` and
    `class_code`.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True
    )

    data: Path = _setting(
        "Folder for all data.", "must be the path of a folder", value=DATA, flag="--data DIR"
    )
    ephemeral: bool = _setting(
        "Keep everything in memory; nothing is left at the end.",
        "must be true or false",
        value=False,
        flag="--ephemeral",
    )
    host: Host = _setting(
        "Address of portal and gate; any but localhost, 127.0.0.1 and ::1 needs --name and --class-code.",
        "must be localhost or an IP address",
        value="localhost",
        flag="--host H",
    )
    name: tuple[str, ...] = _setting(
        "At first start: a further name or address of this machine (repeatable).",
        "must be a list of host names and addresses",
        value=(),
        flag="--name N",
        first_start=True,
    )
    class_code: ClassCode | None = _setting(
        "The code that every visitor must give first: 8 to 64 characters.",
        "must have 8 to 64 characters",
        flag="--class-code C",
    )
    portal_port: Port = _port("portal", "Portal's", 8443)
    gate_port: Port = _port("gate", "Gate's", 8444)
    console_port: Port = _port("console", "Console's", 8025)
    smtp_port: Port = _port("smtp", "Mail catcher's", 1025)
    clock: Clock = _setting(
        "Where the realm's clock starts, at first start: 2011-06-09T09:00:00+02:00, or now.",
        "must be now, or an instant such as 2011-06-09T09:00:00+02:00",
        flag="--clock INSTANT",
        default="now",
        first_start=True,
    )
    ready_file: Path | None = _setting(
        "A file that is written as JSON once every door answers, and deleted at the end.",
        "must be the path of a file",
        flag="--ready-file F",
    )
    log_format: LogFormat = _setting(
        "Format of the log on standard error: text reports errors; json has a line for each request as well.",
        "must be text or json",
        value=LogFormat.TEXT,
        flag="--log-format text|json",
    )
    defect: tuple[str, ...] = _setting(
        "A deliberate defect that every realm has (repeatable); GET /api/defects lists them.",
        "must be a list of names of deliberate defects",
        value=(),
        flag="--defect NAME",
    )
    workers: Workers = _setting(
        "How many processes serve portal and gate; with 1, the server itself.",
        "must be a whole number from 1 to 64",
        value=1,
        flag="--workers N",
    )
    database: DatabaseUrl | None = _setting(
        "PostgreSQL, for several servers: postgresql+psycopg://maquette@localhost/maquette; a password is "
        "better given as MAQUETTE_DATABASE.",
        "must be a URL such as postgresql+psycopg://maquette@localhost/maquette",
        flag="--database URL",
        default="a file in the data folder",
    )
    token: Token | None = _setting(
        "The token of the control API and the console.",
        "must have 16 to 200 characters: unaccented letters, digits and signs, no blank",
        default="made at first start, kept in the data folder",
    )
    console: str | None = _setting(
        "For commands other than `serve`: the console's address of the running server.",
        "must be a URL such as http://localhost:8025",
        default="the server that runs on the data folder",
    )
    realm: str = _setting(
        "For `maquette pki`: the realm of the certificates.", "must be the name of a realm", value="default"
    )
    junit: Path | None = _setting(
        "For `maquette scenario run`: a file for the outcomes, as JUnit XML.", "must be the path of a file"
    )
    profile: str = _setting(
        "For load by hand, as a variable only: the load profile.",
        "must be a profile or its file",
        value="smoke",
    )
    allow_remote: bool = _setting(
        "For load by hand, as a variable only: allow another machine as the target.",
        "must be true or false",
        value=False,
    )

    @model_validator(mode="after")
    def _check_storage(self) -> Self:
        if self.ephemeral and self.workers > 1:
            raise ValueError("workers share a database: give --workers with --data, not with --ephemeral")
        if self.ephemeral and self.database:
            raise ValueError(
                "--database keeps all data in PostgreSQL, --ephemeral in memory: give one of the two"
            )
        return self

    @model_validator(mode="after")
    def _check_host(self) -> Self:
        if self.is_local or (self.name and self.class_code):
            return self
        raise ValueError(
            f"host {self.host} is none of localhost, 127.0.0.1 and ::1: give --name, which people type, and "
            "--class-code, which they must enter"
        )

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches portal and gate, at a name that their certificate always has."""
        return self.host in LOCAL_HOSTS

    @property
    def database_place(self) -> str | Path | None:
        """Where the database is: PostgreSQL's URL, a file in the data folder, or memory for None."""
        if self.database is not None:
            return self.database
        return None if self.ephemeral else self.data / "maquette.db"

    @property
    def public_host(self) -> str:
        """The name of the host in links and printed addresses."""
        return self.host if self.is_local else self.name[0]

    @property
    def address(self) -> str:
        """The address that portal and gate are bound to."""
        return "127.0.0.1" if self.host == "localhost" else self.host


SETTINGS: Mapping[str, Setting] = {
    key: Setting(**cast("dict[str, Any]", field.json_schema_extra))
    for key, field in Settings.model_fields.items()
}


def is_list(key: str) -> bool:
    """Whether the setting has several values: a repeated flag, commas in a variable, a list in the file."""
    return isinstance(Settings.model_fields[key].default, tuple)


def is_switch(key: str) -> bool:
    """Whether the setting is on or off."""
    return isinstance(Settings.model_fields[key].default, bool)


def default_in_words(key: str) -> str | None:
    """The setting's default for readers; None where nothing is set."""
    value = Settings.model_fields[key].default
    return SETTINGS[key].default or (None if value in (None, False, ()) else str(value))


def in_file(key: str) -> str:
    """Return the setting's key in maquette.toml."""
    return key.replace("_", "-")


def in_environment(key: str) -> str:
    """Return the setting's environment variable."""
    return PREFIX + key.upper()


def as_flag(key: str) -> str:
    """Return the setting's flag."""
    return f"--{in_file(key)}"


@dataclass(frozen=True, slots=True)
class _Place:
    """A place with settings: its name in messages, its spelling of keys, and its values."""

    name: str
    spell: Callable[[str], str]
    values: Mapping[str, object]


def read_settings(
    flags: Mapping[str, object], environment: Mapping[str, str], file: Path | None = None
) -> Settings:
    """Return the settings in force. Flags that are None were not given.

    `file` is maquette.toml, if there is one. When one place gives a data folder and another `ephemeral`, the
    first one counts; both in one place are an error. Raises SettingsError.
    """
    places = (
        _Place(str(file), in_file, _read_file(file) if file else {}),
        _Place("the environment", in_environment, _read_environment(environment)),
        _Place(
            "the command line", as_flag, {key: value for key, value in flags.items() if value is not None}
        ),
    )
    origin: dict[str, _Place] = {}
    for place in places:
        for key in place.values:
            if key not in SETTINGS:
                raise SettingsError(f"unknown setting {place.spell(key)} in {place.name}")
            origin[key] = place
    values = {key: place.values[key] for key, place in origin.items()}
    memory, folder = origin.get("ephemeral"), origin.get("data")
    if memory and folder and places.index(folder) > places.index(memory):
        del values["ephemeral"]
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_describe(error, origin)) from None
    if settings.ephemeral and folder and memory is folder:
        raise SettingsError(
            f"{folder.spell('data')} keeps everything in a folder, {folder.spell('ephemeral')} in memory: "
            "give one of the two"
        )
    return settings


def _describe(error: ValidationError, origin: Mapping[str, _Place]) -> str:
    """Return the first mistake in plain words: the validator's message, else the setting's refusal."""
    first = error.errors()[0]
    own = str(first["ctx"]["error"]) if first["type"] == "value_error" else ""
    if not first["loc"]:
        return own
    key = str(first["loc"][0])
    place = origin[key]
    where = "" if place.spell is as_flag else f" in {place.name}"
    return f"{place.spell(key)}{where}: {own or SETTINGS[key].refusal}"


def _read_file(file: Path) -> dict[str, object]:
    try:
        values = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise SettingsError(f"{file} cannot be read: {error}") from None
    return {key.replace("-", "_"): value for key, value in values.items()}


def _read_environment(environment: Mapping[str, str]) -> dict[str, object]:
    values: dict[str, object] = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX)
    }
    lists = {
        key: [each for each in str(values[key]).split(",") if each.strip()]
        for key in values
        if key in SETTINGS and is_list(key)
    }
    return values | lists
