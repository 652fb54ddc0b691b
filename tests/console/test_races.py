"""Simultaneous calls, deleted realms and disconnected clients: nothing is lost or left behind."""

import asyncio
import logging
from datetime import timedelta
from email.message import EmailMessage

import aiohttp
import pytest
from aiosmtplib import send
from realm_state import nothing_changes
from refused_calls import start_call
from yarl import URL

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor
from maquette.fixtures.walk import opt
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.space import Credentials
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.options import add_option
from maquette.simulator.store.realms import get_realm

START = "2011-06-09T09:00:00+02:00"

# Calls that race on one realm


async def test_changes_of_a_policy_at_the_same_time_lose_nothing(
    api: aiohttp.ClientSession, realm: Realm
) -> None:
    changes = {
        "activation.window": "PT24H", "activation.attempts": 7, "activation.lockout": "PT1M",
        "popup.mode": "click", "option.replace": False, "session.idle": "PT10M", "login.attempts": 9,
        "login.lockout": "PT2M", "home.files_per_page": 3, "email.match": "exact",
    }  # fmt: skip
    answers = await asyncio.gather(
        *(api.patch(f"{realm.api}/policy", json={key: value}) for key, value in changes.items()),
        *(api.put(f"{realm.api}/clock", json={"mode": mode}) for mode in ("frozen", "running") * 3),
        *(api.post(f"{realm.api}/clock/advance", json={"by": "PT1H"}) for _ in range(5)),
    )
    assert {answer.status for answer in answers} == {200}
    policy = await (await api.get(f"{realm.api}/policy")).json()
    assert {key: policy[key] for key in changes} == changes


async def test_moves_of_one_clock_at_the_same_time_add_up(
    api: aiohttp.ClientSession, realm_of_2011: Realm
) -> None:
    base = realm_of_2011.api
    await api.put(f"{base}/clock", json={"mode": "frozen", "now": START})
    answers = await asyncio.gather(
        *(api.post(f"{base}/clock/advance", json={"by": "PT1H"}) for _ in range(20)),
        *(api.patch(f"{base}/policy", json={"activation.attempts": 3 + n}) for n in range(5)),
    )
    assert {answer.status for answer in answers} == {200}
    assert (await (await api.get(f"{base}/clock")).json())["now"] == "2011-06-10T03:00:00Z"


@pytest.mark.parametrize("turn", range(3))
async def test_simultaneous_calls_of_every_kind_leave_a_working_realm(
    simulator: Simulator, api: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, turn: int
) -> None:
    realm = await simulator.realm(clock=START)
    calls: list[tuple[str, str, object]] = [
        ("POST", "/clock/advance", {"by": "PT1H"}),
        ("PATCH", "/policy", {"popup.mode": "click"}),
        ("POST", "/reset", None),
        ("PUT", "/clock", {"mode": "frozen"}),
        ("GET", "/mail/next?timeout=0.05", None),
        ("GET", "/personas/lila/bundle.p12", None),
    ]
    shuffled = (calls * 4)[turn:] + (calls * 4)[:turn]
    answers = await asyncio.gather(
        *(api.request(method, realm.api + path, json=body) for method, path, body in shuffled)
    )
    assert {answer.status for answer in answers} == {200}
    assert (await (await api.post(f"{realm.api}/reset")).json())["policy"]["popup.mode"] == "automatic"
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_move_during_another_move_lets_the_clock_run_afterwards(
    simulator: Simulator, api: aiohttp.ClientSession, realm_of_2011: Realm
) -> None:
    """A move stops the clock where a mail is due; the clock must not stay stopped."""
    base = realm_of_2011.api
    await api.put(f"{base}/delivery", json={"rules": [{"refuse_times": 1}]})
    async with Control(base, simulator.doors.token) as control:
        certificate = await control.certificate("lila")
    async with HttpVisitor(
        portal=realm_of_2011.portal, gate=realm_of_2011.gate, ca=simulator.doors.ca, certificate=certificate
    ) as lila:
        await opt(lila, "lila.rosemonde@courriel.example")
    async with asyncio.timeout(10):
        while not (await (await api.get(f"{base}/journal?kind=mail-refused")).json())["lines"]:
            pass
    moves = await asyncio.gather(
        api.post(f"{base}/clock/advance", json={"by": "PT1H"}),
        api.post(f"{base}/clock/advance", json={"to": "just-before:code-expiry"}),
    )
    assert [(await answer.json())["mode"] for answer in moves] == ["running", "running"]


async def test_a_long_move_of_the_clock_lets_other_calls_run_in_between(
    simulator: Simulator, api: aiohttp.ClientSession, realm_of_2011: Realm
) -> None:
    start = parse_instant(START)
    chosen = Credentials("lila@courriel.example", "hash", "question", "réponse")
    await api.put(f"{realm_of_2011.api}/clock", json={"mode": "frozen", "now": START})
    with simulator.store.writing(realm_of_2011.name) as transaction:
        for number in range(5):
            at = start - timedelta(minutes=number)
            add_option(transaction, Option(f"o-{number}", f"{number:014}", chosen, f"code-{number}", at, at))
    moving = asyncio.ensure_future(api.post(f"{realm_of_2011.api}/clock/advance", json={"by": "PT72H"}))
    seen = set()
    while not moving.done():
        with simulator.store.reading(realm_of_2011.name) as transaction:
            seen.add(get_realm(transaction).clock.shown)
        await asyncio.sleep(0)
    assert (await moving).status == 200
    assert seen >= {start + timedelta(hours=48, minutes=-number, seconds=1) for number in range(5)}


# A realm that goes


async def test_a_slow_form_leaves_nothing_in_a_realm_deleted_meanwhile(
    simulator: Simulator, api: aiohttp.ClientSession
) -> None:
    realm = await simulator.realm()
    body = b"geste=ajouter&pour=tous&sort=perdu"
    head = (
        f"POST /realms/{realm.name}/acheminement HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
    )
    reader, writer = await start_call(simulator, head, b"")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 100")
    assert (await api.delete(realm.api)).status == 200
    writer.write(body)
    assert (await reader.readline()).startswith(b"HTTP/1.1 404")
    writer.close()
    await simulator.realm(realm.name)
    assert await (await api.get(f"{realm.api}/delivery")).json() == {"rules": []}


async def waiting(simulator: Simulator, count: int) -> None:
    """Wait until that many calls wait for a mail."""
    async with aiohttp.ClientSession(simulator.doors.console) as session, asyncio.timeout(20):
        while True:
            metrics = await (await session.get("/metrics")).text()
            if f"\nmaquette_open_waits {count}.0" in metrics:
                return


async def post(simulator: Simulator, realm: Realm) -> None:
    """Send a mail to a person of the realm."""
    letter = EmailMessage()
    letter["To"], letter["Subject"] = "lila@courriel.example", "Bonjour"
    host, _, port = simulator.doors.smtp.rpartition(":")
    sender = f"ne.pas.repondre+{realm.name}@dgfip.finances.example"
    await send(letter, sender=sender, hostname=host, port=int(port), start_tls=False)


async def test_a_wait_ends_at_once_when_its_realm_is_deleted(
    simulator: Simulator, api: aiohttp.ClientSession
) -> None:
    realm = await simulator.realm()
    waits = [
        asyncio.ensure_future(api.get(f"{realm.api}/mail/next?timeout=60{to}"))
        for to in ("", "&to=lila@courriel.example", "&after=now")
    ]
    await waiting(simulator, 3)
    await api.delete(realm.api)
    async with asyncio.timeout(5):
        answers = [await wait for wait in waits]
    problems = [await answer.json(content_type="application/problem+json") for answer in answers]
    assert [(answer.status, problem["code"]) for answer, problem in zip(answers, problems, strict=True)] == [
        (404, "realm-unknown")
    ] * 3
    await waiting(simulator, 0)


async def test_a_wait_goes_on_when_its_realm_is_reset(
    simulator: Simulator, api: aiohttp.ClientSession
) -> None:
    realm = await simulator.realm()
    wait = asyncio.ensure_future(api.get(f"{realm.api}/mail/next?timeout=60"))
    await waiting(simulator, 1)
    await api.post(f"{realm.api}/reset")
    assert not wait.done()
    await post(simulator, realm)
    async with asyncio.timeout(5):
        assert (await (await wait).json())["message"]["subject"] == "Bonjour"


async def test_a_wait_ends_when_its_client_disconnects(
    simulator: Simulator, api: aiohttp.ClientSession, realm: Realm, caplog: pytest.LogCaptureFixture
) -> None:
    waits = [asyncio.ensure_future(api.get(f"{realm.api}/mail/next?timeout=60")) for _ in range(5)]
    await waiting(simulator, 5)
    for wait in waits:
        wait.cancel()
    await asyncio.gather(*waits, return_exceptions=True)
    await waiting(simulator, 0)
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_move_of_the_clock_completes_when_its_client_disconnects(
    simulator: Simulator, realm_of_2011: Realm, api: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    base = realm_of_2011.api
    await api.put(f"{base}/clock", json={"mode": "frozen", "now": START})
    head = f"POST {URL(base).path}/clock/advance HTTP/1.1\r\nContent-Length: 14\r\n"
    _, writer = await start_call(simulator, head, b'{"by": "PT1H"}')
    writer.transport.abort()
    async with asyncio.timeout(10):
        while (await (await api.get(f"{base}/clock")).json())["now"] != "2011-06-09T08:00:00Z":
            pass
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


FORM = "POST {path} HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99\r\n"


@pytest.mark.parametrize(
    "path", ["/api/realms", "/api/realms/default/clock/advance", "/api/realms/default/reset", "/realms"]
)
async def test_an_incomplete_call_does_nothing(
    simulator: Simulator, api: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    before = [each["name"] for each in (await (await api.get("/api/realms")).json())["realms"]]
    default = Realm("default", "", "", "")
    with nothing_changes(simulator, default), caplog.at_level(logging.INFO, "maquette.access"):
        _, writer = await start_call(simulator, FORM.format(path=path), b"{")
        writer.transport.abort()
        async with asyncio.timeout(10):
            while not any(vars(each).get("path") == path for each in caplog.records):
                await api.get("/livez")
    assert [each["name"] for each in (await (await api.get("/api/realms")).json())["realms"]] == before
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
