"""The generator's counts of failures: late arrivals, hanging requests, no free person.

Source: docs/load.md "Closed and open", "The verdict".
"""

import asyncio
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from commands import run
from rich.console import Console

from maquette.fixtures.installation import Installation
from maquette.fixtures.own_server import OwnServer
from maquette.load.preparation import Wanted, prepared
from maquette.load.profile import Profile

PROFILE = Profile.model_validate(
    {
        "title": {"fr": "Rien ne vient", "en": "Nothing comes"},
        "arrival": "open",
        "stages": [{"seconds": 1, "to": 10}],
        "mix": {"opting": 1},
        "data": {"subscribers": 3},
        "think": {"least": 0, "most": 0},
        "under_way": 1,
        "patience": 120,
        "delivery": [{"delay": "PT1H"}],
    }
)
NO_ANSWER = "no answer when the run ended"


@pytest.fixture(scope="session")
async def counted(tmp_path_factory: pytest.TempPathFactory, server: OwnServer) -> dict[str, Any]:
    """The counts of one run, and the messages about pages."""
    folder = tmp_path_factory.mktemp("run")
    out = Console(file=io.StringIO())
    async with (
        Installation(server.console, server.token) as installation,
        prepared(installation, Wanted("nothing-comes", PROFILE), folder, out),
    ):
        done = await asyncio.to_thread(
            run,
            [sys.executable, str(Path(__file__).with_name("in_locust.py"))],
            seconds=60,
            env=os.environ | {"MAQUETTE_LOAD_RUN": str(folder)},
        )
    assert done.stdout, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_first_request_counts_from_the_instant_at_which_the_person_came(counted: dict[str, Any]) -> None:
    assert counted["times"]["1.1 home"] >= 10_000
    assert counted["times"]["1.2 access"] < 10_000


def test_arrivals_above_the_limit_are_turned_away_and_counted(counted: dict[str, Any]) -> None:
    assert counted["turned_away"] > 0


def test_arrivals_are_received_once_even_where_a_second_door_opens(counted: dict[str, Any]) -> None:
    assert counted["received_again"] == "refused"


def test_a_request_that_still_waits_at_the_end_has_failed_with_the_time_waited(
    counted: dict[str, Any],
) -> None:
    assert counted["errors"] == {"1.1 home": NO_ANSWER, "2.3 mail": NO_ANSWER}
    assert counted["times"]["2.3 mail"] > 0
    (opting,) = counted["journeys"]
    assert (opting["done"], opting["failed"]) == (0, 3)


def test_a_person_who_waits_for_nothing_at_the_end_has_not_failed(counted: dict[str, Any]) -> None:
    (opting,) = counted["journeys"]
    assert opting["begun"] - opting["done"] - opting["failed"] == 1


def test_an_ended_journey_is_no_longer_under_way_whatever_its_outcome(counted: dict[str, Any]) -> None:
    assert (max(counted["under_way"]), counted["under_way"][-1]) == (1, 0)


def test_an_arrival_without_a_free_person_is_counted(counted: dict[str, Any]) -> None:
    assert counted["nobody_left"] == 1


def test_a_wait_for_a_mail_keeps_no_other_call_waiting(counted: dict[str, Any]) -> None:
    assert counted["waits_at_once"] is True


def test_only_a_page_from_a_working_server_breaks_a_rule(counted: dict[str, Any]) -> None:
    broken = {page: message.startswith("ACC-3: ") for page, message in counted["messages"].items()}
    assert broken == {"space 200": True, "error 503": False, "error 404": False, "space 500": False}
