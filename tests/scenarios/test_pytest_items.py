"""Scenarios in another project's pytest: collected, selected by marks, on its own or a running simulator."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from outside_pytest import run_pytest

from maquette.fixtures.own_server import OwnServer
from maquette.scenarios.catalogue import catalogue
from maquette.scenarios.narration import Driver

OWN = """
from maquette.scenarios.story import Needs, Story, scenario


@scenario("at-home", "À l'accueil", "At home", rules=("HOME-1", "ACC-1"), sections=("2",))
async def at_home(story: Story) -> None:
    lila = await story.person("lila")
    await lila.opens_home()


@scenario("lost", "Perdue", "Lost", rules=("ACC-2",), sections=("3",), people=("theo",))
async def lost(story: Story) -> None:
    theo = await story.person("theo")
    await theo.opens_home()
    await theo.clicks("Professionnel", then="space")


@scenario("killed", "Tué", "Killed", rules=("MAIL-6",), sections=("3",), needs=(Needs.OWN_SERVER,))
async def killed(story: Story) -> None:
    await story.server_is_killed()


def test_a_plain_test_runs_beside_scenarios(simulator, realm):
    assert realm.portal.startswith(simulator.doors.portal)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers -p no:cacheprovider\n")
    (tmp_path / "test_own.py").write_text(OWN)
    return tmp_path


def run(project: Path, *words: str, fails: bool = False, **environment: str) -> str:
    done = run_pytest(project, *words, **environment)
    assert done.returncode == (1 if fails else 0), done.stdout + done.stderr
    return done.stdout


def collected(project: Path, *words: str) -> set[str]:
    """The names of the tests that pytest selects with these words."""
    lines = run(project, "--collect-only", *words).splitlines()
    return {line.partition("::")[2] for line in lines if "::" in line}


def test_a_scenario_is_a_test_for_each_of_its_drivers(project: Path) -> None:
    assert collected(project) == {
        "test_a_plain_test_runs_beside_scenarios",
        *(f"{name}[{driver}]" for name in ("at-home", "lost", "killed") for driver in ("http", "browser")),
    }


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ('rule(id="ACC-1") and not browser', {"at-home[http]"}),
        ("step(number=2)", {"lost[http]", "lost[browser]", "killed[http]", "killed[browser]"}),
        ('persona(id="theo") and browser', {"lost[browser]"}),
    ],
)
@pytest.mark.slow
def test_marks_choose_by_rule_step_persona_and_driver(project: Path, chosen: str, names: set[str]) -> None:
    assert collected(project, "-m", chosen) == names


@pytest.mark.timeout(120)
@pytest.mark.slow
def test_a_failure_is_reported_in_the_words_of_the_scenario(project: Path) -> None:
    output = run(project, "-m", "not browser", fails=True)
    assert "1 failed, 3 passed" in output
    for line in (
        "at step 2: Théo clicks « Professionnel »",
        "expected: the screen 'space'",
        "came:     the screen 'access'",
    ):
        assert line in output.splitlines()
    assert "Traceback" not in output


@pytest.mark.timeout(120)
@pytest.mark.slow
def test_a_running_simulator_is_used_and_junit_is_written_for_the_audit(
    project: Path, server: OwnServer
) -> None:
    output = run(
        *(project, "-m", "not browser", "-rs"),
        fails=True,
        MAQUETTE_CONSOLE=server.console,
        MAQUETTE_TOKEN=server.token,
        MAQUETTE_JUNIT=str(project / "junit.xml"),
    )
    assert "1 failed, 2 passed, 1 skipped" in output
    assert "kills its server" in output
    names = {case.get("name") for case in ElementTree.parse(project / "junit.xml").iter("testcase")}  # noqa: S314
    assert names == {"at-home[http]", "lost[http]", "killed[http]", "test_a_plain_test_runs_beside_scenarios"}


@pytest.mark.browser
@pytest.mark.timeout(120)
@pytest.mark.slow
def test_a_chromium_test_has_the_name_of_its_scenario(project: Path) -> None:
    assert "1 passed" in run(project, "test_own.py::at-home[browser]")


@pytest.mark.timeout(120)
def test_packaged_scenarios_are_run_by_the_name_of_their_module(project: Path) -> None:
    suite = ("--pyargs", "maquette.scenarios.suite")
    names = {f"{scenario.name}[{driver.value}]" for scenario in catalogue() for driver in scenario.drivers}
    assert collected(project, *suite) == names
    assert "1 passed" in run(project, *suite, "-m", 'rule(id="ACC-6") and not browser')


@pytest.mark.timeout(120)
@pytest.mark.slow
def test_a_user_s_file_may_import_packaged_scenarios(project: Path) -> None:
    (project / "test_ours.py").write_text("from maquette.scenarios.suite import *\n")
    ours = {f"{each.name}[http]" for each in catalogue() if Driver.HTTP in each.drivers}
    assert collected(project, "test_ours.py", "-m", "not browser") == ours
    assert "passed" in run(project, "-n", "2", "test_ours.py", "-m", 'step(number=1) and rule(id="HOME-0")')
