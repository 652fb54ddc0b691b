"""The commands `maquette scenario` and `maquette rules`."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import Result
from commands import started
from typer.testing import CliRunner

from maquette.fixtures.own_server import OwnServer
from maquette.fixtures.rules import load_rules
from maquette.scenarios.catalogue import catalogue
from maquette.simulator.command_line.app import app

PASSED, FAILED, WRONG_USAGE, NO_START = 0, 1, 2, 3
Typed = Callable[..., Result]

LOST = """
from maquette.scenarios.story import Story, scenario


@scenario("lost", "Perdue", "Lost", rules=("ACC-2",), sections=("2",))
async def lost(story: Story) -> None:
    lila = await story.person("lila")
    await lila.opens_home()
    await lila.clicks("Professionnel", then="space")
"""
WAITING = """
import asyncio

from maquette.scenarios.story import Needs, Story, scenario


@scenario("waiting", "Attente", "Waiting", rules=("ACT-5",), sections=("3",), needs=(Needs.OWN_SERVER,))
async def waiting(story: Story) -> None:
    lila = await story.person("lila")
    await lila.opens_home()
    await asyncio.Event().wait()
"""


@pytest.fixture
def typed(server: OwnServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Run `maquette …` in an empty folder, with the token of a running server in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("MAQUETTE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("MAQUETTE_TOKEN", server.token)
    return lambda *words, **environment: CliRunner().invoke(app, list(words), env=environment)


@pytest.fixture
def run(typed: Typed, server: OwnServer) -> Typed:
    """Run `maquette scenario run …` with that server as the target."""
    return lambda *words, **environment: typed(
        *("scenario", "run", *words, "--target", server.console), **environment
    )


def realms(server: OwnServer) -> set[str]:
    bearer = {"Authorization": f"Bearer {server.token}"}
    request = urllib.request.Request(f"{server.console}/api/realms", headers=bearer)  # noqa: S310 - our own
    with urllib.request.urlopen(request) as answer:  # noqa: S310
        return {each["name"] for each in json.load(answer)["realms"]}


def one_line(result: Result) -> str:
    """The one line that a failed command prints last."""
    assert result.stderr.startswith("maquette: ")
    assert result.stderr.count("\n") == 1
    return result.stderr


# Running


def test_a_scenario_passes_and_leaves_no_realm_behind(run: Typed, server: OwnServer) -> None:
    before = realms(server)
    result = run("happy-path")
    assert (result.exit_code, result.stderr) == (PASSED, "")
    assert "\n1 scenario passed\n" in result.stdout
    assert realms(server) == before


def test_a_failed_scenario_sets_the_exit_code_and_its_realm_stays(
    run: Typed, server: OwnServer, tmp_path: Path
) -> None:
    before = realms(server)
    (tmp_path / "lost.py").write_text(LOST)
    result = run("lost.py", "no-certificate", "--report", "out")
    assert result.exit_code == FAILED
    assert "\n2 scenarios, 1 failed\n" in result.stdout
    (kept,) = realms(server) - before
    page = (tmp_path / "out" / "report.html").read_text()
    assert f'<a href="{server.console}/realms/{kept}">' in page
    assert f"maquette scenario run lost.py --driver http --target {server.console}" in page


def test_two_scenarios_of_one_name_are_refused_and_one_named_twice_is_played_once(
    run: Typed, tmp_path: Path
) -> None:
    (tmp_path / "lost.py").write_text(LOST.replace('"lost"', '"no-certificate"'))
    result = run("lost.py", "no-certificate")
    assert result.exit_code == WRONG_USAGE
    assert one_line(result) == "maquette: more than one scenario is called no-certificate\n"
    assert "1 scenario passed" in run("no-certificate", "no-certificate").stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1 / 0", "cannot be read: ZeroDivisionError"),
        ("x =", "cannot be read: SyntaxError"),
        ("x = 1", "holds no function marked with @scenario"),
    ],
)
def test_a_file_without_a_scenario_is_reported_in_one_line(
    run: Typed, tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "file.py").write_text(text)
    result = run("file.py")
    assert result.exit_code == WRONG_USAGE
    assert f"file.py {message}" in one_line(result)


def test_an_unplayable_scenario_is_left_out_of_all_and_refused_by_name(run: Typed) -> None:
    result = run("at-home", "--driver", "browser")
    assert result.exit_code == WRONG_USAGE
    assert "there is no scenario at-home" in one_line(result)
    result = run("keyboard-only")
    assert result.exit_code == WRONG_USAGE
    assert one_line(result) == "maquette: keyboard-only is for the browser driver only\n"
    result = run("server-killed-between-steps")
    assert result.exit_code == WRONG_USAGE
    assert "kills its server, and is played against one of its own only" in one_line(result)


def test_the_scenarios_of_a_rule_are_played_without_the_unplayable_ones(run: Typed) -> None:
    result = run("--rule", "POP-1", "--rule", "MAIL-6")
    assert result.exit_code == PASSED, result.output
    left_out = [line for line in result.stdout.splitlines() if line.startswith("left out: ")]
    assert "left out: keyboard-only is for the browser driver only" in left_out
    assert any(line.startswith("left out: server-killed-between-steps kills its server") for line in left_out)


def test_the_environment_names_the_target_as_well(typed: Typed, server: OwnServer) -> None:
    result = typed("scenario", "run", "no-certificate", MAQUETTE_CONSOLE=server.console)
    assert result.exit_code == PASSED, result.output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "name scenarios, or give --all, --rule, --step or --persona"),
        (("happy-path", "--all"), "not both"),
        (("happy-path", "--rule", "ACT-5"), "not both"),
        (("happy-path", "--language", "fr"), "--language is the report's"),
        (("nope",), "there is no scenario nope: maquette scenario list names them"),
        (("hapy-path",), "there is no scenario hapy-path: did you mean happy-path"),
        (("nope.py",), "there is no file nope.py"),
        (("--rule", "ACT-99"), "no scenario has the rule ACT-99: there are ACC-1, "),
        (("--persona", "personne"), "no scenario has the persona personne: there are berengere, "),
        (("--persona", "zoe", "--rule", "pop-1"), "no scenario is meant by that"),
        (("happy-path", "--headed", "--driver", "http"), "leave out --driver http"),
    ],
)
def test_a_run_without_scenarios_is_reported_in_one_line(
    run: Typed, words: tuple[str, ...], message: str
) -> None:
    result = run(*words)
    assert result.exit_code == WRONG_USAGE
    assert message in one_line(result)


@pytest.mark.parametrize(
    "words", [("--driver", "telepathy"), ("--step", "5"), ("--pace", "-1"), ("--language", "de"), ("--nope",)]
)
def test_an_invalid_flag_is_wrong_usage(run: Typed, words: tuple[str, ...]) -> None:
    assert run("happy-path", *words).exit_code == WRONG_USAGE


def test_an_unreachable_target_is_reported_in_one_line(typed: Typed) -> None:
    result = typed("scenario", "run", "happy-path", "--target", "http://127.0.0.1:9")
    assert result.exit_code == NO_START
    assert "http://127.0.0.1:9" in one_line(result)


# What is written


def test_a_report_has_its_page_its_junit_and_its_evidence(run: Typed, tmp_path: Path) -> None:
    result = run("no-certificate", "--report", "out/report")
    assert result.exit_code == PASSED, result.output
    assert {file.name for file in (tmp_path / "out/report").iterdir()} == {
        "report.html",
        "junit.xml",
        "steps",
    }
    assert result.stdout.rstrip().endswith("Report: out/report/report.html")


def test_the_environment_names_a_file_for_junit(run: Typed, tmp_path: Path) -> None:
    file = tmp_path / "deep" / "junit.xml"
    assert run("no-certificate", MAQUETTE_JUNIT=str(file)).exit_code == PASSED
    names = [case.get("name") for case in ElementTree.parse(file).iter("testcase")]  # noqa: S314
    assert names == ["no-certificate"]


@pytest.mark.parametrize("what", ["report", "junit"])
def test_an_unwritable_report_is_reported_before_the_run(run: Typed, tmp_path: Path, what: str) -> None:
    (tmp_path / "a-file").write_text("no folder")
    if what == "report":
        result = run("happy-path", "--report", "a-file")
    else:
        result = run("happy-path", MAQUETTE_JUNIT="a-file/junit.xml")
    assert result.exit_code == WRONG_USAGE
    assert one_line(result).startswith("maquette: a-file")
    assert " cannot be written: " in one_line(result)
    assert result.stdout == ""
    assert [file.name for file in tmp_path.iterdir()] == ["a-file"]


# A new one


def test_a_new_scenario_is_a_file_that_passes_at_once(typed: Typed, run: Typed, tmp_path: Path) -> None:
    result = typed("scenario", "new", "code-lost")
    assert result.exit_code == 0
    assert result.stdout == "code_lost.py is written. Play it: maquette scenario run code_lost.py\n"
    result = run("code_lost.py")
    assert result.exit_code == PASSED, result.output
    assert result.stdout.startswith("code-lost: Code lost\n")


def test_a_new_scenario_writes_over_nothing(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "code_lost.py").write_text("mine")
    result = typed("scenario", "new", "code-lost")
    assert result.exit_code == WRONG_USAGE
    assert one_line(result) == "maquette: code_lost.py is there already\n"
    assert (tmp_path / "code_lost.py").read_text() == "mine"


@pytest.mark.parametrize("name", ["Code-Lost", "code_lost", "../code", "code lost", "-code", "a" * 61, ""])
def test_an_unknown_scenario_is_reported_in_one_line(typed: Typed, tmp_path: Path, name: str) -> None:
    result = typed("scenario", "new", "--", name)
    assert result.exit_code == WRONG_USAGE
    assert "a scenario's name is made of words joined by hyphens" in one_line(result)
    assert list(tmp_path.iterdir()) == []


# Lists


def test_the_list_can_be_narrowed(typed: Typed) -> None:
    everything = typed("scenario", "list").stdout
    assert all(f"{scenario.name}  {scenario.title.en}\n" in everything for scenario in catalogue())
    narrowed = typed("scenario", "list", "--rule", "ACC-6").stdout
    assert narrowed.startswith("gate-drops-the-connection")
    assert "happy-path" not in narrowed


def test_the_rules_are_listed_with_what_they_say(typed: Typed) -> None:
    result = typed("rules")
    assert result.exit_code == 0
    assert all(f"{rule.id} " in result.stdout for rule in load_rules())
    assert "At 48 h 00 min 00 s the code still works" in result.stdout


def test_the_coverage_names_the_scenarios_of_each_rule(typed: Typed) -> None:
    result = typed("rules", "--coverage")
    line = next(line for line in result.stdout.splitlines() if line.startswith("ACC-6 "))
    assert line.split() == ["ACC-6", "A", "1", "1", "gate-drops-the-connection"]
    assert "keyboard-only (browser)" in result.stdout
    told_all = f"{len(load_rules())} of {len(load_rules())} rules have a scenario"
    assert (result.exit_code == PASSED) == result.stdout.rstrip().endswith(told_all)


# Stopping


@pytest.mark.parametrize(
    "stop",
    [
        signal.SIGHUP,
        *(pytest.param(each, marks=pytest.mark.slow) for each in (signal.SIGINT, signal.SIGTERM)),
    ],
)
def test_an_interrupted_run_leaves_no_server_behind(tmp_path: Path, stop: signal.Signals) -> None:
    (tmp_path / "waiting.py").write_text(WAITING)
    with started(
        [sys.executable, "-u", "-m", "maquette.simulator", "scenario", "run", "waiting.py"],
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        while "opens the home page" not in process.stdout.readline():
            assert process.poll() is None
        servers = started_in(tmp_path)
        assert len(servers) == 2  # the one for all, and the one of its own
        process.send_signal(stop)
        assert process.wait(timeout=30) == 130
    assert started_in(tmp_path) == set()
    assert [path.name for path in tmp_path.iterdir()] == ["waiting.py"]


def started_in(folder: Path) -> set[int]:
    """Ids of the server processes with files in the folder."""
    listed = subprocess.run(["ps", "-ewwo", "pid,args"], capture_output=True, text=True, check=True).stdout
    lines = [line.split(maxsplit=1) for line in listed.splitlines()[1:]]
    return {int(pid) for pid, words in lines if f"--ready-file {folder}" in words}
