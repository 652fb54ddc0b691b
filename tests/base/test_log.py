"""The server's log: the parts of a line, and secrets that no line may hold."""

import json
import logging
import signal
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import visitor_walks
from terminal import serving
from yarl import URL

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor
from maquette.simulator.base.logs import JsonFormatter
from maquette.simulator.server.assembly import Realm, Simulator

REFUSE_OPTIONS = "CREATE TRIGGER full BEFORE INSERT ON options BEGIN SELECT RAISE(ABORT, 'disk full'); END"


class Kept(logging.Handler):
    """All records, as lines of JSON."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    def of(self, logger: str) -> list[dict[str, Any]]:
        return [line for line in map(json.loads, self.lines) if line["logger"] == logger]


@pytest.fixture
def kept() -> Iterator[Kept]:
    """Records of our loggers at level DEBUG."""
    ours, kept = logging.getLogger("maquette"), Kept()
    level = ours.level
    ours.addHandler(kept)
    ours.setLevel(logging.DEBUG)
    yield kept
    ours.setLevel(level)
    ours.removeHandler(kept)


async def walk(simulator: Simulator, realm: Realm) -> tuple[str, ...]:
    doors = simulator.doors
    return await visitor_walks.walk_through(
        portal=realm.portal, gate=realm.gate, ca=doors.ca, api=realm.api, token=doors.token
    )


async def test_a_walk_through_the_procedure_leaves_no_secret_in_the_log(
    simulator: Simulator, realm: Realm, kept: Kept
) -> None:
    secrets = await walk(simulator, realm)
    assert len(kept.lines) > 20
    assert [secret for secret in secrets if secret in "\n".join(kept.lines)] == []


async def test_an_option_that_the_database_refuses_leaves_no_secret_in_the_log(kept: Kept) -> None:
    async with Simulator() as simulator:
        realm = await simulator.realm()
        doors = simulator.doors
        async with Control(realm.api, doors.token) as control:
            certificate = await control.certificate("lila")
        async with HttpVisitor(
            portal=realm.portal, gate=realm.gate, ca=doors.ca, certificate=certificate
        ) as lila:
            await visitor_walks.walk_to_the_question(lila)
            with simulator.store.writing(realm.name) as transaction:
                transaction.change(REFUSE_OPTIONS)
            await lila.click("Valider")
            assert await lila.screen() == "error"
    (failure,) = kept.of("maquette.portal")
    assert "INSERT INTO options" in failure["error"]
    for secret in (visitor_walks.PASSWORD, visitor_walks.ANSWER, "$argon2"):
        assert secret not in failure["error"]


async def test_a_request_leaves_one_line_that_names_it_without_its_query(
    simulator: Simulator, realm: Realm, kept: Kept
) -> None:
    async with aiohttp.ClientSession() as session:
        url = f"{realm.portal}/mon-espace?email=lila&password=Garonne2011"
        answer = await session.get(url, ssl=False)
    (line,) = kept.of("maquette.access")
    assert datetime.fromisoformat(line.pop("instant")).tzinfo == UTC
    milliseconds = line.pop("milliseconds")
    assert 0 < milliseconds < 60_000
    assert line == {
        "level": "INFO",
        "logger": "maquette.access",
        "message": f"portal GET /r/{realm.name}/mon-espace 200 {milliseconds}",
        "correlation": answer.headers["X-Maquette-Correlation"],
        "door": "portal",
        "method": "GET",
        "path": f"/r/{realm.name}/mon-espace",
        "status": 200,
    }


async def test_a_failure_has_the_correlation_of_its_request_and_where_it_happened(kept: Kept) -> None:
    async with Simulator() as simulator, aiohttp.ClientSession() as session:
        with simulator.store.writing("") as transaction:
            transaction.change("ALTER TABLE realms RENAME TO nowhere")
        answers = [
            await session.get(f"{simulator.doors.portal}/", ssl=False),
            await session.get(f"{simulator.doors.console}/readyz"),
        ]
        with simulator.store.writing("") as transaction:
            transaction.change("ALTER TABLE nowhere RENAME TO realms")
    lines = [*kept.of("maquette.portal"), *kept.of("maquette.console")]
    assert [line["correlation"] for line in lines] == [
        answer.headers["X-Maquette-Correlation"] for answer in answers
    ]
    assert all("Traceback" in line["error"] for line in lines)
    assert {line["status"] for line in kept.of("maquette.access")} == {500}


async def test_a_path_cannot_break_out_of_its_line(simulator: Simulator, kept: Kept) -> None:
    async with aiohttp.ClientSession() as session:
        await session.get(f"{simulator.doors.portal}/a%0Ab%1B[31m" + "x" * 400, ssl=False)
    lines = kept.of("maquette.access")  # a request of another test may end meanwhile
    (line,) = (each for each in lines if each["path"].startswith("/a"))
    assert line["message"].isprintable()
    assert len(line["path"]) == 200


def test_a_line_that_is_not_http_is_not_quoted(tmp_path: Path) -> None:
    """aiohttp would quote the invalid line, which may hold a password or a code."""
    with serving("--ephemeral", folder=tmp_path) as running:
        console = URL(running.ready["console"])
        for broken in (
            b"GET /activation?code=Garonne2011\0 HTTP/1.1\r\n\r\n",
            b"POST / HTTP/1.1\r\npassword Garonne2011\r\n\r\n",
            b"password=Garonne2011\r\n\r\n",
        ):
            with socket.create_connection((console.host, console.port)) as connection:
                connection.sendall(broken)
                assert b"400" in connection.recv(1000)
        told = running.stop(signal.SIGTERM).err
    assert "Error handling request" in told
    assert "Garonne2011" not in told


async def test_a_server_that_is_asked_for_json_writes_nothing_else(tmp_path: Path) -> None:
    with serving("--ephemeral", "--log-format=json", folder=tmp_path) as running:
        ready = running.ready
        secrets = await visitor_walks.walk_through(
            portal=ready["portal"],
            gate=ready["gate"],
            ca=Path(ready["ca"]),
            api=f"{ready['console']}/api/realms/default",
            token=ready["token"],
        )
        told = running.stop(signal.SIGTERM).err
    start, *lines = [json.loads(line) for line in told.splitlines()]
    assert start["message"].startswith("served by the event loop of ")
    assert {line["door"] for line in lines} == {"portal", "gate", "console"}
    for line in lines:
        assert {"instant", "level", "logger", "message", "method", "path", "status"} <= set(line)
    assert [secret for secret in secrets if secret in told] == []


@pytest.mark.slow
async def test_a_server_at_a_terminal_is_silent_while_all_is_well(tmp_path: Path) -> None:
    with serving("--ephemeral", folder=tmp_path) as running:
        async with aiohttp.ClientSession() as session:
            await session.get(f"{running.ready['portal']}/nulle-part", ssl=False)
        assert running.stop(signal.SIGTERM).err == ""
