"""The command line: what it prints, what it leaves behind, and its one clear line when it cannot.

Source: contract.md "Command line".
"""

import signal
import socket
import sqlite3
import stat
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from terminal import FREE_PORTS, Running, run, serving
from typer.testing import CliRunner

from maquette.simulator.cli import app
from maquette.simulator.settings import SettingsError, read_settings
from maquette.simulator.store.engine import Store

WRONG_USAGE, NO_START = 2, 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cli")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Running]:
    """A server that keeps its data in `maquette-data`, as the README's command does."""
    with serving(folder=folder) as running:
        yield running


@pytest.mark.parametrize(
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
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_every_command_explains_itself(command: tuple[str, ...], told: str) -> None:
    outcome = CliRunner().invoke(app, [*command, "--help"])
    assert outcome.exit_code == 0
    assert told in outcome.output


def test_the_help_of_serve_tells_the_default_ports(tmp_path: Path) -> None:
    outcome = run("serve", "--help", folder=tmp_path)
    assert outcome.code == 0
    assert all(port in outcome.out for port in ("8443", "8444", "8025", "1025"))


# A running server


def test_the_welcome_names_the_four_doors_and_the_way_in(server: Running) -> None:
    for door in ("portal", "gate", "smtp"):
        assert server.ready[door] in server.welcome
    assert f"{server.ready['console']}/login?key=" in server.welcome
    assert "Not impots.gouv.fr" in server.welcome
    for step in ("1. ", "2. ", "3. "):
        assert f"  {step}" in server.welcome


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
    outcome = run("link", folder=folder, MAQUETTE_CONSOLE=server.ready["console"])
    assert outcome.code == 0
    link = outcome.out.strip()
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
    outcome = run("serve", "--ephemeral", *others, f"--{door}-port={taken}", folder=tmp_path)
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line
    assert f"port {taken}" in outcome.err
    assert f"--{door}-port" in outcome.err


def test_a_second_server_on_the_same_folder_does_not_start(server: Running, folder: Path) -> None:
    outcome = run("serve", *FREE_PORTS, folder=folder)
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line
    assert "in use by another simulator" in outcome.err


def test_show_tells_the_root_and_every_persona(server: Running, folder: Path) -> None:
    outcome = run("pki", "show", folder=folder)
    assert outcome.code == 0
    for told in ("SHA-256", "localhost", "lila", "francois", "expired", "server-certificate"):
        assert told in outcome.out


def test_export_writes_files_for_this_user_alone(server: Running, folder: Path, tmp_path: Path) -> None:
    outcome = run("pki", "export", "lila", "--out", str(tmp_path / "files"), folder=folder)
    assert outcome.code == 0
    files = {file.name: _mode(file) for file in (tmp_path / "files").iterdir()}
    assert files == dict.fromkeys(("lila-certificate.pem", "lila-key.pem", "lila.p12", "root.pem"), 0o600)
    assert (tmp_path / "files" / "root.pem").read_bytes() == Path(server.ready["ca"]).read_bytes()


def test_trust_explains_how_to_trust_and_how_to_stop(server: Running, folder: Path) -> None:
    before = _files(folder)
    outcome = run("pki", "trust", folder=folder)
    assert outcome.code == 0
    assert outcome.out.count("Later") >= 5
    assert server.ready["ca"] in outcome.out
    assert _files(folder) == before


def test_an_unknown_persona_is_one_line_that_names_those_there_are(
    server: Running, folder: Path, tmp_path: Path
) -> None:
    outcome = run("pki", "export", "nobody", "--out", str(tmp_path), folder=folder)
    assert outcome.code == WRONG_USAGE
    assert outcome.is_one_clear_line
    assert "lila" in outcome.err


# Starting and stopping


def test_ctrl_c_stops_an_ephemeral_server_that_leaves_nothing(tmp_path: Path) -> None:
    with serving("--ephemeral", folder=tmp_path) as running:
        root = Path(running.ready["ca"])
        outcome = running.stop(signal.SIGINT)
    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.endswith("Stopped.\n")
    assert list(tmp_path.iterdir()) == []
    assert not root.exists()


def test_sigterm_stops_a_server_whose_next_start_goes_on(tmp_path: Path) -> None:
    with serving("--data=kept", folder=tmp_path) as running:
        outcome = running.stop(signal.SIGTERM)
        root, token = Path(running.ready["ca"]).read_bytes(), running.ready["token"]
    assert outcome.code == 0
    assert outcome.err == ""
    assert outcome.out.endswith("Stopped; everything is kept in kept.\n")
    assert not running.ready_file.exists()
    with serving("--data=kept", folder=tmp_path) as again:
        assert Path(again.ready["ca"]).read_bytes() == root
        assert again.ready["token"] == token


def test_data_of_a_newer_version_is_refused_with_the_way_out(tmp_path: Path) -> None:
    data = tmp_path / "maquette-data"
    data.mkdir()
    Store(data / "maquette.db").close()
    with sqlite3.connect(data / "maquette.db") as database:
        database.execute("UPDATE installation SET value = '999' WHERE key = 'schema_version'")
    outcome = run("serve", *FREE_PORTS, folder=tmp_path)
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line
    assert "999" in outcome.err
    assert "--data" in outcome.err


@pytest.mark.parametrize(
    "command", [("serve", *FREE_PORTS), ("serve", *FREE_PORTS, "--ready-file=x/ready.json")]
)
def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "maquette-data").write_text("a file where the folder should be")
    (tmp_path / "x").write_text("another one")
    outcome = run(*command, *(["--ephemeral"] if "x/" in command[-1] else []), folder=tmp_path)
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line


def test_a_damaged_database_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "maquette-data").mkdir()
    (tmp_path / "maquette-data" / "maquette.db").write_text("no database, however long one looks at it" * 100)
    outcome = run("serve", *FREE_PORTS, folder=tmp_path)
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line


# Settings


def test_an_unknown_key_in_the_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "maquette.toml").write_text("portal-prot = 9443\n")
    outcome = run("serve", folder=tmp_path)
    assert outcome.code == WRONG_USAGE
    assert outcome.err == "maquette: unknown setting portal-prot in maquette.toml\n"


def test_an_unknown_variable_is_named(tmp_path: Path) -> None:
    outcome = run("serve", folder=tmp_path, MAQUETTE_PORTAL_PROT="9443")
    assert outcome.code == WRONG_USAGE
    assert outcome.err == "maquette: unknown setting MAQUETTE_PORTAL_PROT in the environment\n"


def test_an_unknown_flag_is_named(tmp_path: Path) -> None:
    outcome = run("serve", "--portal-prot=9443", folder=tmp_path)
    assert outcome.code == WRONG_USAGE
    assert "--portal-prot" in outcome.err
    assert "Traceback" not in outcome.err


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        ({"portal_port": 65536}, "--portal-port"),
        ({"portal_port": -1}, "--portal-port"),
        ({"clock": "yesterday"}, "--clock"),
        ({"clock": "2011-06-09T09:00:00"}, "--clock"),
        ({"token": "short"}, "--token"),
    ],
)
def test_a_value_that_cannot_be_is_named(flags: dict[str, object], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings(flags, {})


OPEN_HOST: dict[str, object] = {"host": "0.0.0.0", "name": ("salle12.ecole.test",), "class_code": "jonquille"}


@pytest.mark.parametrize("missing", ["name", "class_code"])
def test_a_host_that_lets_others_in_needs_a_name_and_a_code(missing: str) -> None:
    assert not read_settings(OPEN_HOST, {}).is_local
    with pytest.raises(SettingsError, match="--class-code"):
        read_settings({**OPEN_HOST, missing: None}, {})


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "::1"])
def test_a_loopback_host_needs_neither(host: str) -> None:
    assert read_settings({"host": host}, {}).is_local


def test_a_flag_comes_before_a_variable_and_a_variable_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "maquette.toml"
    file.write_text("portal-port = 1\ngate-port = 1\nconsole-port = 1\n")
    variables = {"MAQUETTE_PORTAL_PORT": "2", "MAQUETTE_GATE_PORT": "2", "HOME": "elsewhere"}
    settings = read_settings({"portal_port": 3, "gate_port": None}, variables, file)
    assert (settings.portal_port, settings.gate_port, settings.console_port) == (3, 2, 1)
    assert settings.smtp_port == 1025


def test_the_variables_of_clients_are_no_business_of_the_server() -> None:
    read_settings({}, {"MAQUETTE_CONSOLE": "http://localhost:8025", "MAQUETTE_REALM": "default"})


# Commands that need what is not there


def test_a_link_without_a_server_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        console = f"http://127.0.0.1:{nobody_listens.getsockname()[1]}"
        outcome = run("link", folder=tmp_path, MAQUETTE_CONSOLE=console, MAQUETTE_TOKEN="x" * 16)
    assert outcome.code == NO_START
    assert outcome.is_one_clear_line
    assert "maquette serve" in outcome.err


@pytest.mark.parametrize("command", [("link",), ("pki", "show"), ("pki", "trust")])
def test_a_folder_without_data_is_one_line(tmp_path: Path, command: tuple[str, ...]) -> None:
    outcome = run(*command, folder=tmp_path)
    assert outcome.code == WRONG_USAGE
    assert outcome.is_one_clear_line
    assert list(tmp_path.iterdir()) == []


# Scenarios


def test_the_list_names_the_scenarios_with_their_rules(tmp_path: Path) -> None:
    outcome = run("scenario", "list", folder=tmp_path)
    assert outcome.code == 0
    for told in ("happy-path", "popup-blocked", "POP-1"):
        assert told in outcome.out


@pytest.mark.parametrize(
    "arguments", [(), ("no-such-scenario",), ("happy-path", "--all"), ("happy-path", "--headed")]
)
def test_a_run_of_nothing_that_can_be_run_is_one_line(arguments: tuple[str, ...]) -> None:
    outcome = CliRunner().invoke(app, ["scenario", "run", *arguments])
    assert outcome.exit_code == WRONG_USAGE
    assert outcome.stderr.startswith("maquette: ")
    assert outcome.stderr.count("\n") == 1


class _StayHere(urllib.request.HTTPRedirectHandler):
    """Leave redirects alone."""

    def redirect_request(self, *_: object) -> None:
        return None


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}
