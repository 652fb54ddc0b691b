"""The pytest plugin in somebody's project: what its fixtures do beyond the documentation's example."""

from pathlib import Path

import pytest
from their_pytest import run_pytest

TESTS = """
import json
from datetime import datetime, timedelta, timezone

import pytest

from maquette.fixtures.control import Client, ControlError

START = datetime(2011, 6, 9, 9, tzinfo=timezone(timedelta(hours=2)))
EMAIL = "lila.rosemonde@courriel.example"


@pytest.fixture
def maquette_realm_options():
    return {"clock": START, "at": "pending"}


async def test_asynchronous_lists_come_whole(maquette_control):
    assert [each.id for each in maquette_control.personas()][:2] == ["lila", "theo"]


def test_plain_ones_too(maquette_control):
    assert [each.id for each in maquette_control.personas()][:2] == ["lila", "theo"]


def test_the_clock_stops_and_runs(clock):
    assert clock.freeze("2011-06-10T09:00:00+02:00").mode == "frozen"
    assert clock.now() == START + timedelta(days=1)
    assert clock.run(START + timedelta(days=2)).mode == "running"
    assert clock.now() >= START + timedelta(days=2)


def test_a_refusal_has_its_code(clock):
    with pytest.raises(ControlError) as refused:
        clock.freeze(START - timedelta(days=1))
    assert refused.value.code == "clock-refused"


def test_a_mail_is_told_whole(mailbox):
    mail = mailbox.next(EMAIL)
    assert mail.sent_at.date() == mail.message.date.date() == START.date()
    assert mail.message.recipients == (EMAIL,)
    assert (mail.message.folder, mail.message.read, mail.message.code) == ("inbox", False, mail.code)


def test_a_realm_may_be_deleted_by_its_test(maquette_control):
    maquette_control.delete()


def test_the_realms_of_earlier_tests_are_gone(simulator, realm):
    async def names():
        async with Client(simulator.doors.console + "/api", simulator.doors.token) as client:
            return [each["name"] for each in json.loads(await client.get("realms"))["realms"]]

    assert simulator.background.run(names()) == ["default", realm.name]
"""


@pytest.mark.timeout(150)
def test_plain_and_asynchronous_tests_pull_every_lever_and_leave_no_realm_behind(tmp_path: Path) -> None:
    run_project(tmp_path, TESTS, passed=7)


IN_CHROMIUM = """
import pytest

from maquette.fixtures.visitor import Popups


@pytest.fixture
def maquette_realm_options():
    return {"at": "pending"}


@pytest.mark.parametrize("popups", [{}, {"popups": Popups.BLOCKED}], ids=["as it comes", "blocked"])
def test_a_window_opens_unless_it_is_blocked(browser_visitor, mailbox, maquette_control, popups):
    email = "lila.rosemonde@courriel.example"
    lila = browser_visitor("lila", **popups)
    lila.open_home()
    lila.click("Créer mon espace / adhérer aux services en ligne")
    lila.click("Activez votre espace", within="expert")
    lila.fill("Saisissez votre adresse électronique", email)
    lila.fill("Entrez le code d'activation (12 caractères)", mailbox.code(email))
    lila.click("Valider")
    maquette_control.wait_for_line("window-blocked" if popups else "space-activated")
"""


@pytest.mark.browser
@pytest.mark.timeout(150)
@pytest.mark.slow
def test_in_chromium_windows_open_unless_they_are_blocked(tmp_path: Path) -> None:
    run_project(tmp_path, IN_CHROMIUM, passed=2)


def run_project(folder: Path, tests: str, *, passed: int) -> None:
    """Run the tests in a project of their own: all of them pass."""
    (folder / "test_levers.py").write_text(tests)
    (folder / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")
    done = run_pytest(folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{passed} passed" in done.stdout
