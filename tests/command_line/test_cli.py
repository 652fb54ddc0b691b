"""The command line: its output, its files, and the one clear line of each error."""

import json
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from cases import cases
from terminal import (
    FREE_PORTS,
    Outcome,
    Running,
    invoke,
    run,
    serve_until_the_terminal_is_closed,
    serving,
)
from tree import ROOT
from typer.testing import CliRunner

from maquette.simulator.base.settings import SettingsError, read_settings
from maquette.simulator.base.signals import ending_signals
from maquette.simulator.command_line.app import app
from maquette.simulator.server.assembly import Simulator
from maquette.simulator.store.database import Store, put_setting

WRONG_USAGE, NO_START = 2, 3
SERVER_PAGE = ROOT / "docs" / "server.md"
TOKEN = "a-token-of-my-own"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    """A server with its data in `maquette-data`, as `make serve` starts it."""
    with serving(folder=folder) as running:
        yield running


@cases(
    ("command", "told"),
    [
        ((), "Start the replica"),
        (("serve",), "--ready-file"),
        (("link",), "MAQUETTE_CONSOLE"),
        (("pki",), "export"),
        (("pki", "show"), "--data"),
        (("pki", "export"), "--out"),
        (("pki", "trust"), "untrust"),
        (("scenario",), "run"),
        (("scenario", "list"), "rules"),
        (("scenario", "run"), "--headed"),
    ],
)
def test_every_command_explains_itself(command: tuple[str, ...], told: str) -> None:
    outcome = CliRunner().invoke(app, [*command, "--help"])
    assert outcome.exit_code == 0
    assert told in outcome.output


def test_the_help_of_serve_tells_the_default_ports(tmp_path: Path) -> None:
    outcome = invoke("serve", "--help", folder=tmp_path)
    assert outcome.code == 0
    assert all(port in outcome.out for port in ("8443", "8444", "8025", "1025"))


@pytest.mark.parametrize("command", [("serve",), ("link",)])
def test_a_paragraph_of_help_breaks_only_where_the_terminal_does(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    narrow, wide = (
        invoke(*command, "--help", folder=tmp_path, COLUMNS=width).out for width in ("100", "500")
    )
    paragraphs = [line.strip() for line in wide.partition("╭")[0].splitlines() if line.strip()]
    assert len(paragraphs) == 3
    assert paragraphs[-1].endswith(".")
    assert " ".join(paragraphs) == " ".join(narrow.partition("╭")[0].split())


def test_the_version_is_printed(tmp_path: Path) -> None:
    outcome = run("--version", folder=tmp_path)
    assert (outcome.code, outcome.out) == (0, f"maquette {version('maquette')}\n")


def test_commands_of_other_packages_that_do_not_load_are_named_and_left_out(tmp_path: Path) -> None:
    described = tmp_path / "other-1.0.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    (described / "entry_points.txt").write_text(
        "[maquette.commands]\ngone = other.gone:commands\nwrong = json:dumps\n"
    )
    outcome = run("--version", folder=tmp_path, PYTHONPATH=str(tmp_path))
    assert (outcome.code, outcome.out) == (0, f"maquette {version('maquette')}\n")
    gone, wrong = outcome.err.splitlines()
    assert gone.startswith("maquette: the commands gone (other.gone:commands) cannot be loaded: ")
    assert wrong.startswith("maquette: the commands wrong (json:dumps) cannot be loaded: ")


@pytest.mark.parametrize("command", ["serve", "link", "pki", "scenario", "rules", "audit", "load", "bench"])
def test_no_command_waits_for_the_libraries_of_another(command: str) -> None:
    heavy = ("aiohttp", "cryptography", "gevent", "locust", "lxml", "playwright", "psycopg")
    code = (
        "import sys; from maquette.simulator.command_line.app import app; "
        f"app([{command!r}, '--help'], standalone_mode=False); "
        f"print(*(each for each in {heavy!r} if each in sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == "\n"


# A running server


def test_the_welcome_names_the_four_doors_and_the_way_in(server: Running) -> None:
    for door in ("portal", "gate", "smtp"):
        assert server.ready[door] in server.welcome
    assert f"{server.ready['console']}/login?key=" in server.welcome
    assert "Not impots.gouv.fr" in server.welcome
    for step in ("1. ", "2. ", "3. "):
        assert f"  {step}" in server.welcome


def test_the_documentation_shows_the_welcome_as_it_is(server: Running) -> None:
    (shown,) = re.findall(r"^```text\n(Maquette .*?)^```", SERVER_PAGE.read_text(), re.MULTILINE | re.DOTALL)
    ports = {":8443": "portal", ":8444": "gate", ":8025": "console", ":1025": "smtp"}
    printed = re.sub(r"key=\S+", "key=…", server.welcome)
    for port, door in ports.items():
        printed = printed.replace(":" + server.ready[door].rpartition(":")[2], port)
    assert printed == shown


def test_the_welcome_names_the_command_for_a_fresh_link(server: Running) -> None:
    assert _link_command(server) == "maquette link"


def test_the_ready_file_is_whole_and_true(server: Running) -> None:
    assert set(server.ready) == {"portal", "gate", "console", "smtp", "token", "ca", "pid"}
    assert server.ready["pid"] == server.process.pid
    assert "BEGIN CERTIFICATE" in Path(server.ready["ca"]).read_text()
    with urllib.request.build_opener().open(f"{server.ready['console']}/readyz") as answer:
        assert answer.status == 200


def test_tokens_and_keys_are_for_this_user_alone(server: Running, folder: Path) -> None:
    data = folder / "maquette-data"
    assert _mode(data) == 0o700
    assert _mode(data / "token") == 0o600
    assert _mode(server.ready_file) == 0o600
    keys = list((data / "pki").glob("*.key"))
    assert len(keys) == 3
    assert {_mode(key) for key in keys} == {0o600}


def test_a_link_lets_one_browser_in_once(server: Running, folder: Path) -> None:
    outcome = invoke("link", folder=folder)
    assert outcome.code == 0
    link = outcome.out.strip()
    assert link.startswith(server.ready["console"])
    opener = urllib.request.build_opener(_StayHere)
    with pytest.raises(urllib.error.HTTPError) as first:
        opener.open(link)
    assert (first.value.code, first.value.headers["Location"]) == (303, "/")
    assert "HttpOnly" in first.value.headers["Set-Cookie"]
    with pytest.raises(urllib.error.HTTPError) as second:
        opener.open(link)
    assert second.value.code == 403


@pytest.mark.parametrize("door", ["portal", "smtp"])
def test_a_taken_port_is_one_line_that_names_the_option(server: Running, tmp_path: Path, door: str) -> None:
    taken = server.ready[door].rpartition(":")[2]
    others = [flag for flag in FREE_PORTS if door not in flag]
    outcome = invoke("serve", "--ephemeral", *others, f"--{door}-port={taken}", folder=tmp_path)
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line
    assert f"port {taken}" in outcome.err
    assert f"--{door}-port" in outcome.err


def test_a_second_server_on_the_same_folder_does_not_start(server: Running, folder: Path) -> None:
    outcome = invoke("serve", *FREE_PORTS, folder=folder)
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line
    assert "in use by another simulator" in outcome.err


def test_the_ready_file_of_a_running_server_stays(server: Running, tmp_path: Path) -> None:
    outcome = invoke(
        "serve", "--ephemeral", *FREE_PORTS, f"--ready-file={server.ready_file}", folder=tmp_path
    )
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line
    assert "--ready-file" in outcome.err
    assert json.loads(server.ready_file.read_text()) == server.ready


def test_show_prints_the_root_and_every_persona(server: Running, folder: Path) -> None:
    outcome = invoke("pki", "show", folder=folder)
    assert outcome.code == 0
    for told in ("SHA-256", "localhost", "lila", "francois", "expired", "server-certificate"):
        assert told in outcome.out


def test_export_writes_files_for_this_user_alone(server: Running, folder: Path, tmp_path: Path) -> None:
    outcome = invoke("pki", "export", "lila", "--out", str(tmp_path / "files"), folder=folder)
    assert outcome.code == 0
    files = {file.name: _mode(file) for file in (tmp_path / "files").iterdir()}
    assert files == dict.fromkeys(("lila-certificate.pem", "lila-key.pem", "lila.p12", "root.pem"), 0o600)
    assert (tmp_path / "files" / "root.pem").read_bytes() == Path(server.ready["ca"]).read_bytes()


def test_the_environment_names_the_server_from_any_folder(server: Running, tmp_path: Path) -> None:
    environment = {"MAQUETTE_CONSOLE": server.ready["console"] + "/", "MAQUETTE_TOKEN": server.ready["token"]}
    outcome = invoke("link", folder=tmp_path, **environment)
    assert outcome.code == 0
    assert outcome.out.startswith(f"{server.ready['console']}/login?key=")


def test_a_token_of_another_server_makes_no_link(server: Running, folder: Path) -> None:
    outcome = invoke("link", folder=folder, MAQUETTE_TOKEN="x" * 16)
    assert (outcome.code, outcome.out) == (NO_START, "")
    assert outcome.is_one_clear_line
    assert "another token" in outcome.err


def test_trust_explains_how_to_trust_and_how_to_stop(server: Running, folder: Path) -> None:
    before = _files(folder)
    outcome = invoke("pki", "trust", folder=folder)
    assert outcome.code == 0
    assert outcome.out.count("Later") >= 5
    assert server.ready["ca"] in outcome.out
    assert not re.search(r"localhost:\d", outcome.out), "the portal's port is serve's to tell"
    assert _files(folder) == before


def test_an_unknown_persona_is_reported_in_one_line_with_the_known_ones(
    server: Running, folder: Path, tmp_path: Path
) -> None:
    outcome = invoke("pki", "export", "nobody", "--out", str(tmp_path), folder=folder)
    assert outcome.code == WRONG_USAGE
    assert outcome.is_one_clear_line
    assert "lila" in outcome.err


@pytest.mark.parametrize(
    "command", [("pki", "show"), ("pki", "trust"), ("pki", "export", "lila", "--out=files")]
)
def test_an_unknown_realm_is_named(server: Running, folder: Path, command: tuple[str, ...]) -> None:
    outcome = invoke(*command, folder=folder, MAQUETTE_REALM="nowhere")
    assert outcome.code == WRONG_USAGE
    assert outcome.is_one_clear_line
    assert "no realm 'nowhere'" in outcome.err


# Starting and stopping


def test_every_command_in_the_welcome_names_a_chosen_folder(tmp_path: Path) -> None:
    with serving("--data=la classe", folder=tmp_path) as running:
        assert _link_command(running) == "maquette link --data 'la classe'"
        assert "maquette pki trust --data 'la classe' explains" in running.welcome
        assert invoke("link", "--data", "la classe", folder=tmp_path).code == 0


def test_an_ephemeral_server_promises_no_command_that_cannot_work(tmp_path: Path) -> None:
    with serving("--ephemeral", folder=tmp_path) as running:
        for command in ("maquette link", "maquette pki"):
            assert command not in running.welcome
        outcome = invoke("link", folder=tmp_path)
    assert outcome.code == WRONG_USAGE
    assert outcome.is_one_clear_line


@pytest.mark.slow
def test_an_ephemeral_server_with_a_given_token_gives_links(tmp_path: Path) -> None:
    with serving("--ephemeral", folder=tmp_path, MAQUETTE_TOKEN=TOKEN) as running:
        console = running.ready["console"]
        assert _link_command(running) == f"MAQUETTE_CONSOLE={console} MAQUETTE_TOKEN=… maquette link"
        assert TOKEN not in running.welcome
        assert invoke("link", folder=tmp_path, MAQUETTE_CONSOLE=console, MAQUETTE_TOKEN=TOKEN).code == 0


@pytest.mark.slow
def test_a_given_token_that_is_not_stored_is_required_for_a_link(tmp_path: Path) -> None:
    with serving(folder=tmp_path, MAQUETTE_TOKEN=TOKEN) as running:
        assert _link_command(running) == "MAQUETTE_TOKEN=… maquette link"
        without = invoke("link", folder=tmp_path)
        given = invoke("link", folder=tmp_path, MAQUETTE_TOKEN=TOKEN)
    assert without.code == NO_START
    assert without.is_one_clear_line
    assert "MAQUETTE_TOKEN" in without.err
    assert given.code == 0


def test_leftovers_of_a_killed_server_are_removed_before_the_next_start(
    server: Running, tmp_path: Path
) -> None:
    with serving(folder=tmp_path) as killed:
        killed.stop(signal.SIGKILL)
    assert killed.ready_file.exists()
    _no_simulator_runs_on_maquette_data(invoke("link", folder=tmp_path))
    taken = server.ready["portal"].rpartition(":")[2]
    ports = [f"--portal-port={taken}", *FREE_PORTS[1:]]
    outcome = invoke("serve", *ports, f"--ready-file={killed.ready_file}", folder=tmp_path)
    assert outcome.code == NO_START
    assert not killed.ready_file.exists()


def test_ctrl_c_stops_an_ephemeral_server_that_leaves_nothing(tmp_path: Path) -> None:
    with serving("--ephemeral", folder=tmp_path) as running:
        root = Path(running.ready["ca"])
        outcome = running.stop(signal.SIGINT)
    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.endswith("Stopped.\n")
    assert list(tmp_path.iterdir()) == []
    assert not root.exists()


def test_a_server_leaves_the_ready_file_that_another_has_put_in_its_place(tmp_path: Path) -> None:
    with serving("--ephemeral", folder=tmp_path) as running:
        other = tmp_path / "other.json"
        other.write_text("{}")
        other.replace(running.ready_file)
        assert running.stop(signal.SIGTERM).code == 0
    assert running.ready_file.read_text() == "{}"


def test_sigterm_stops_a_server_whose_next_start_goes_on(tmp_path: Path) -> None:
    with serving("--data=kept", folder=tmp_path) as running:
        outcome = running.stop(signal.SIGTERM)
        root, token = Path(running.ready["ca"]).read_bytes(), running.ready["token"]
    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.endswith("Stopped; everything is kept in kept.\n")
    assert not running.ready_file.exists()
    assert invoke("link", "--data=kept", folder=tmp_path).code == NO_START
    with serving("--data=kept", folder=tmp_path) as again:
        assert Path(again.ready["ca"]).read_bytes() == root
        assert again.ready["token"] == token


def test_a_server_ends_with_its_terminal_and_its_workers_with_it(tmp_path: Path) -> None:
    outcome = serve_until_the_terminal_is_closed("--ready-file=ready.json", "--workers=2", folder=tmp_path)
    assert (outcome.code, outcome.err) == (0, "")
    assert [each.name for each in tmp_path.iterdir()] == ["maquette-data"]
    _no_simulator_runs_on_maquette_data(invoke("link", folder=tmp_path))


def test_an_ignored_sighup_does_not_end_a_server() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert ending_signals() == (signal.SIGTERM,)
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        assert ending_signals() == (signal.SIGTERM, signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)


def test_data_of_a_newer_version_is_refused_with_the_way_out(tmp_path: Path) -> None:
    data = tmp_path / "maquette-data"
    data.mkdir()
    (data / "lock").touch()
    Store(data / "maquette.db").close()
    with sqlite3.connect(data / "maquette.db") as database:
        database.execute("UPDATE installation SET value = '999' WHERE key = 'schema_version'")
    outcome = invoke("serve", *FREE_PORTS, folder=tmp_path)
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line
    assert "999" in outcome.err
    assert "--data" in outcome.err


@pytest.mark.parametrize(
    "command", [("serve", *FREE_PORTS), ("serve", *FREE_PORTS, "--ready-file=x/ready.json")]
)
def test_an_unwritable_folder_is_reported_in_one_line(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "maquette-data").write_text("a file where the folder should be")
    (tmp_path / "x").write_text("another one")
    outcome = invoke(*command, *(["--ephemeral"] if "x/" in command[-1] else []), folder=tmp_path)
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line


def test_a_damaged_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "maquette-data").mkdir()
    (tmp_path / "maquette-data" / "lock").touch()
    (tmp_path / "maquette-data" / "maquette.db").write_text("no database, however long one looks at it" * 100)
    outcome = invoke("serve", *FREE_PORTS, folder=tmp_path)
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line


def test_a_mistake_of_the_simulators_is_not_taken_for_wrong_usage(tmp_path: Path) -> None:
    data = tmp_path / "maquette-data"
    data.mkdir()
    (data / "lock").touch()
    store = Store(data / "maquette.db")
    with store.writing("") as transaction:
        put_setting(transaction, "secret", "not hexadecimal")
    store.close()
    with pytest.raises(ValueError, match="hexadecimal"):
        invoke("serve", *FREE_PORTS, folder=tmp_path)


# Settings


def test_an_unknown_key_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "maquette.toml").write_text("portal-prot = 9443\n")
    outcome = invoke("serve", folder=tmp_path)
    assert outcome.code == WRONG_USAGE
    assert outcome.err == "maquette: unknown setting portal-prot in maquette.toml\n"


def test_an_unknown_variable_is_named(tmp_path: Path) -> None:
    outcome = invoke("serve", folder=tmp_path, MAQUETTE_PORTAL_PROT="9443")
    assert outcome.code == WRONG_USAGE
    assert outcome.err == "maquette: unknown setting MAQUETTE_PORTAL_PROT in the environment\n"


def test_an_unknown_flag_is_named(tmp_path: Path) -> None:
    outcome = invoke("serve", "--portal-prot=9443", folder=tmp_path)
    assert outcome.code == WRONG_USAGE
    assert "--portal-prot" in outcome.err
    assert "Traceback" not in outcome.err


@cases(
    ("flags", "named"),
    [
        ({"portal_port": 65536}, "--portal-port"),
        ({"portal_port": -1}, "--portal-port"),
        ({"clock": "yesterday"}, "--clock"),
        ({"clock": "2011-06-09T09:00:00"}, "--clock"),
        ({"clock": "2011-06-09"}, "--clock"),
        ({"clock": "1999-12-31T23:59:59Z"}, "--clock"),
        ({"clock": "2101-01-01T00:00:00Z"}, "--clock"),
        ({"clock": 2011}, "--clock"),
        ({"token": "short"}, "--token"),
        ({"token": "with a blank in it"}, "--token"),
        ({"class_code": "sevenxx"}, "--class-code"),
        ({"class_code": "x" * 65}, "--class-code"),
        ({"host": "example.org"}, "--host"),
        ({"ephemeral": "perhaps"}, "--ephemeral"),
        ({"name": "salle12.ecole.test"}, "--name"),
        ({"data": 1}, "--data"),
        ({"ready_file": 1}, "--ready-file"),
        ({"log_format": "xml"}, "--log-format"),
        ({"log_format": 1}, "--log-format"),
        ({"workers": 0}, "--workers"),
        ({"workers": 65}, "--workers"),
        ({"workers": "many"}, "--workers"),
        ({"database": "maquette.db"}, "--database"),
        ({"database": "postgresql://localhost"}, "--database"),
        ({"database": "postgresql+asyncpg://localhost/maquette"}, "--database"),
        ({"database": "postgresql://localhost:many/maquette"}, "--database"),
        ({"database": "postgresql+psycopg://localhost"}, "--database"),
        ({"database": "mysql://localhost/maquette"}, "--database"),
    ],
)
def test_an_invalid_value_is_reported_in_our_words(flags: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings(flags, {})
    assert str(refused.value).startswith(f"{named}: ")
    assert not re.search(r"Input|String|should|valid ", str(refused.value))


@pytest.mark.parametrize("shared", [{"workers": 2}, {"database": "postgresql+psycopg://localhost/maquette"}])
def test_several_processes_cannot_share_data_in_memory(shared: dict[str, object]) -> None:
    with pytest.raises(SettingsError, match=r"not with --ephemeral|one of the two"):
        read_settings({"ephemeral": True, **shared}, {})


def test_a_database_that_does_not_answer_is_one_line_without_its_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://maquette:a-secret@127.0.0.1:1/maquette"
    outcome = invoke("serve", "--database", url, folder=tmp_path)
    assert outcome.code == NO_START
    assert outcome.err.startswith(
        "maquette: the database postgresql+psycopg://maquette:***@127.0.0.1:1/maquette"
    )
    assert outcome.err.count("\n") == 1
    assert "a-secret" not in outcome.err


@pytest.mark.parametrize("written", ["postgresql", "postgresql+psycopg"])
@pytest.mark.parametrize(
    "place",
    [
        "localhost/maquette",
        "me:p/a#s?s@[::1]:5432/maquette?sslmode=disable",
        "/maquette?host=/run/postgresql",
    ],
)
def test_a_database_may_leave_its_driver_out(written: str, place: str) -> None:
    url = f"{written}://{place}"
    assert read_settings({}, {"MAQUETTE_DATABASE": url}).database == url


@pytest.mark.parametrize("code", ["eightxxx", "x" * 64])
def test_a_class_code_has_the_documented_lengths(code: str) -> None:
    assert read_settings({"class_code": code}, {}).class_code == code


@pytest.mark.parametrize(
    "written", ["2011-06-09T09:00:00", "2011-06-09", "1999-06-09T09:00:00+02:00", "2011"]
)
@pytest.mark.parametrize("quote", ["", '"'])
def test_an_invalid_instant_is_reported_in_one_line_with_an_example(
    tmp_path: Path, written: str, quote: str
) -> None:
    (tmp_path / "maquette.toml").write_text(f"clock = {quote}{written}{quote}\n")
    with pytest.raises(SettingsError) as refused:
        read_settings({}, {}, tmp_path / "maquette.toml")
    assert "\n" not in str(refused.value)
    assert "2011-06-09T09:00:00+02:00" in str(refused.value)


def test_an_empty_variable_gives_an_empty_list() -> None:
    settings = read_settings({}, {"MAQUETTE_NAME": "", "MAQUETTE_DEFECT": " , "})
    assert (settings.name, settings.defect) == ((), ())
    with pytest.raises(SettingsError, match="--name"):
        read_settings({"host": "192.0.2.5", "class_code": "douze-lettres"}, {"MAQUETTE_NAME": ""})


def test_a_data_folder_that_comes_first_leaves_nothing_of_ephemeral() -> None:
    settings = read_settings({"data": "x", "workers": 4}, {"MAQUETTE_EPHEMERAL": "true"})
    assert (settings.ephemeral, settings.workers) == (False, 4)


def test_an_instant_may_be_tomls_own(tmp_path: Path) -> None:
    texts = [f"clock = {quote}2011-06-09T09:00:00+02:00{quote}" for quote in ("", '"')]
    clocks = set()
    for text in texts:
        (tmp_path / "maquette.toml").write_text(text)
        clocks.add(read_settings({}, {}, tmp_path / "maquette.toml").clock)
    assert [f"{clock:%d %H:%M %Z}" for clock in clocks if clock] == ["09 07:00 UTC"]


@pytest.mark.parametrize("year", ["2000-01-01T00:00:00Z", "2100-12-31T23:59:59Z"])
async def test_a_server_starts_at_either_end_of_what_the_clock_may_be(year: str) -> None:
    free = dict.fromkeys(("portal_port", "gate_port", "console_port", "smtp_port"), 0)
    async with Simulator(read_settings({"ephemeral": True, "clock": year, **free}, {})) as simulator:
        assert simulator.doors.portal


def test_data_and_ephemeral_exclude_each_other(tmp_path: Path) -> None:
    outcome = invoke("serve", *FREE_PORTS, "--ephemeral", "--data=kept", folder=tmp_path)
    assert outcome.code == WRONG_USAGE
    assert outcome.is_one_clear_line
    assert "--data" in outcome.err
    assert "--ephemeral" in outcome.err


@pytest.mark.parametrize(
    ("flags", "variables", "kept"),
    [
        ({"ephemeral": True}, {"MAQUETTE_DATA": "kept"}, "in memory"),
        ({"data": "kept"}, {"MAQUETTE_EPHEMERAL": "true"}, "in a folder"),
        ({}, {"MAQUETTE_DATA": "kept", "MAQUETTE_EPHEMERAL": "false"}, "in a folder"),
    ],
)
def test_of_data_and_ephemeral_the_stronger_source_holds(
    flags: dict[str, object], variables: dict[str, str], kept: str
) -> None:
    assert read_settings(flags, variables).ephemeral is (kept == "in memory")


OPEN_HOST: dict[str, object] = {"host": "0.0.0.0", "name": ("salle12.ecole.test",), "class_code": "jonquille"}


@pytest.mark.parametrize("missing", ["name", "class_code"])
def test_a_host_that_lets_others_in_needs_a_name_and_a_code(missing: str) -> None:
    assert not read_settings(OPEN_HOST, {}).is_local
    with pytest.raises(SettingsError, match="--class-code"):
        read_settings({**OPEN_HOST, missing: None}, {})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "0:0:0:0:0:0:0:1"])
def test_a_host_that_the_certificate_always_names_needs_neither(host: str) -> None:
    settings = read_settings({"host": host}, {})
    assert settings.is_local
    assert settings.host in {"localhost", "127.0.0.1", "::1"}


@pytest.mark.parametrize("host", ["127.0.0.2", "192.0.2.7", "::", "::ffff:127.0.0.1"])
def test_any_other_host_needs_both(host: str) -> None:
    with pytest.raises(SettingsError, match="--name"):
        read_settings({"host": host}, {})


def test_a_flag_comes_before_a_variable_and_a_variable_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "maquette.toml"
    file.write_text("portal-port = 1\ngate-port = 1\nconsole-port = 1\n")
    variables = {"MAQUETTE_PORTAL_PORT": "2", "MAQUETTE_GATE_PORT": "2", "HOME": "elsewhere"}
    settings = read_settings({"portal_port": 3, "gate_port": None}, variables, file)
    assert (settings.portal_port, settings.gate_port, settings.console_port) == (3, 2, 1)
    assert settings.smtp_port == 1025


def test_the_settings_of_other_commands_are_known_to_the_server() -> None:
    given = {"CONSOLE": "http://localhost:8025", "REALM": "default", "PROFILE": "smoke", "JUNIT": "junit.xml"}
    read_settings({}, {f"MAQUETTE_{name}": value for name, value in given.items()})


def test_the_file_may_name_the_console_of_the_running_server(server: Running, tmp_path: Path) -> None:
    (tmp_path / "maquette.toml").write_text(
        f'console = "{server.ready["console"]}"\ntoken = "{server.ready["token"]}"\n'
    )
    outcome = run("link", folder=tmp_path)
    assert outcome.code == 0
    assert outcome.out.startswith(f"{server.ready['console']}/login?key=")


def test_a_list_is_a_repeated_flag_or_commas_in_a_variable(tmp_path: Path) -> None:
    file = tmp_path / "maquette.toml"
    file.write_text('name = ["one.test"]\n')
    assert read_settings({}, {}, file).name == ("one.test",)
    assert read_settings({}, {"MAQUETTE_NAME": "one.test,two.test"}, file).name == ("one.test", "two.test")
    outcome = run("serve", "--defect=no-such", "--defect=nor-this", folder=tmp_path)
    assert outcome.code == WRONG_USAGE
    assert outcome.is_one_clear_line
    assert "no-such" in outcome.err


# Commands that need what is not there


def test_a_link_without_a_server_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        console = f"http://127.0.0.1:{nobody_listens.getsockname()[1]}"
        outcome = invoke("link", folder=tmp_path, MAQUETTE_CONSOLE=console, MAQUETTE_TOKEN="x" * 16)
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line
    assert "maquette serve" in outcome.err


@pytest.mark.parametrize(
    "command", [("link",), ("pki", "show"), ("pki", "trust"), ("pki", "export", "lila", "--out=files")]
)
def test_a_folder_without_data_is_one_line_that_names_the_option(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    outcome = invoke(*command, folder=tmp_path)
    assert outcome.code == WRONG_USAGE
    assert outcome.is_one_clear_line
    assert "no simulator's data in maquette-data: give --data" in outcome.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["show", "trust"])
def test_a_folder_without_a_root_gets_none(tmp_path: Path, command: str) -> None:
    data = tmp_path / "maquette-data"
    (data / "pki").mkdir(parents=True)
    Store(data / "maquette.db").close()
    outcome = invoke("pki", command, folder=tmp_path)
    assert outcome.code == WRONG_USAGE
    assert outcome.is_one_clear_line
    assert list((data / "pki").iterdir()) == []


def test_a_server_that_has_been_started_and_stopped_cannot_be_linked_to(tmp_path: Path) -> None:
    (tmp_path / "maquette-data").mkdir()
    (tmp_path / "maquette-data" / "token").write_text("x" * 16)
    _no_simulator_runs_on_maquette_data(invoke("link", folder=tmp_path))
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        left_behind = f"http://127.0.0.1:{nobody_listens.getsockname()[1]}"
        (tmp_path / "maquette-data" / "console").write_text(left_behind)
        _no_simulator_runs_on_maquette_data(invoke("link", folder=tmp_path))


def test_a_missing_extra_is_reported_in_one_line_with_the_install_command() -> None:
    without = "import sys; sys.modules['playwright.async_api'] = None; "
    command = (
        "from maquette.simulator.command_line.app import app; "
        "app(['scenario', 'run', 'happy-path', '--driver=browser'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", without + command], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == NO_START
    assert Outcome(done.returncode, done.stdout, done.stderr).is_one_clear_line
    assert ".venv/bin/pip install --editable '.[browser]' in a checkout" in done.stderr


# Scenarios


def test_the_list_names_the_scenarios_with_their_rules(tmp_path: Path) -> None:
    outcome = invoke("scenario", "list", folder=tmp_path)
    assert outcome.code == 0
    for told in ("happy-path", "popup-blocked", "POP-1"):
        assert told in outcome.out


@pytest.mark.parametrize(
    "arguments",
    [(), ("no-such-scenario",), ("happy-path", "--all"), ("happy-path", "--headed", "--driver", "http")],
)
def test_a_run_without_playable_scenarios_is_reported_in_one_line(arguments: tuple[str, ...]) -> None:
    outcome = CliRunner().invoke(app, ["scenario", "run", *arguments])
    assert outcome.exit_code == WRONG_USAGE
    assert outcome.stderr.startswith("maquette: ")
    assert outcome.stderr.count("\n") == 1


def _link_command(running: Running) -> str:
    """The command for a new link in the welcome."""
    told = re.search(r"; a fresh one: (.*)$", running.welcome, re.MULTILINE)
    assert told is not None
    return told[1]


def _no_simulator_runs_on_maquette_data(outcome: Outcome) -> None:
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line
    assert "no simulator is running on maquette-data: start maquette serve" in outcome.err
    assert "--data" in outcome.err


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Follow no redirect."""

    def redirect_request(self, *_: object) -> None:
        return None


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}
