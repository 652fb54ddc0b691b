"""Several servers on one PostgreSQL database, and a server that loses its database for a while."""

import asyncio
import json
import os
import select
import signal
import smtplib
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import psycopg
import pytest
from postgres import Cluster
from server.conftest import StartServer, Visit, readiness, workers_of
from visitor_walks import EMAIL, type_code

from maquette.fixtures.control import Control
from maquette.fixtures.own_server import OwnServer, OwnServerError
from maquette.fixtures.walk import enter, opt
from maquette.simulator.base.settings import Settings
from maquette.simulator.server.assembly import Simulator
from maquette.simulator.store.database import Store, get_setting, put_setting
from maquette.simulator.store.errors import StoreUnavailableError

pytestmark = pytest.mark.slow


async def smtp_of(server: OwnServer) -> tuple[str, int]:
    headers, address = {"Authorization": f"Bearer {server.token}"}, f"{server.console}/api/version"
    async with aiohttp.ClientSession(headers=headers) as session, session.get(address) as answer:
        host, _, port = str((await answer.json())["smtp"]).partition(":")
    return host, int(port)


@pytest.fixture
def database(postgresql: Cluster) -> str:
    return postgresql.fresh()


@pytest.fixture
async def servers(start_server: StartServer, database: str) -> tuple[OwnServer, OwnServer]:
    """Two servers with separate doors and one authority, as on two machines."""
    one = await start_server("--database", database)
    return one, await start_server("--database", database, home="two", like="one")


@pytest.fixture
async def controls(servers: tuple[OwnServer, OwnServer]) -> AsyncIterator[tuple[Control, Control]]:
    """The control API of the default realm at each server."""
    async with AsyncExitStack() as stack:
        one, two = [
            await stack.enter_async_context(Control(f"{each.console}/api/realms/default", each.token))
            for each in servers
        ]
        yield one, two


async def test_a_call_that_waits_at_one_server_is_woken_by_a_mail_at_the_other(
    servers: tuple[OwnServer, OwnServer], controls: tuple[Control, Control], visit: Visit
) -> None:
    """The second server waits for the mail; the first has the option and sends its mail."""
    one, two = controls
    waiting = asyncio.create_task(two.next_mail(EMAIL))
    streaming = asyncio.create_task(two.wait_for_line("mail-sent"))
    async with visit(servers[0], "lila") as lila:
        await opt(lila, EMAIL)
    mail = await waiting
    await streaming
    assert (await one.next_mail(EMAIL)).message.id == mail.message.id
    async with visit(servers[1], "lila") as lila:
        await type_code(lila, mail.code or "")
        await lila.turn_to_new_window()
        assert await lila.screen() == "registration"
    assert (await one.space("20111710000303")).state == "password"


async def test_a_letter_is_sent_by_one_server_alone(
    servers: tuple[OwnServer, OwnServer], controls: tuple[Control, Control], visit: Visit
) -> None:
    one, two = controls
    await one.add_subscribers(8, 2011)
    people = [person async for person in one.personas() if person.id.startswith("abonne-")]

    async def opts(server: OwnServer, persona: str, email: str) -> None:
        async with visit(server, persona) as visitor:
            await opt(visitor, email)
            assert await visitor.screen() == "pending"

    await asyncio.gather(
        *(opts(servers[i % 2], person.id, person.email or "") for i, person in enumerate(people))
    )
    for person in people:
        await one.next_mail(person.email or "")
    await one.freeze()  # waits for the server that is sending
    await two.journal()  # has its lines written
    journal = await one.journal()
    kinds = [line.kind for line in journal.lines]
    assert kinds.count("mail-sent") == len(people)
    assert kinds.count("mail-delivered") == len(people)
    assert kinds.count("mail-known-already") == 0
    assert [each.name for each in await one.invariants() if not each.holds] == []


async def test_clock_and_policy_are_the_same_at_both_servers(controls: tuple[Control, Control]) -> None:
    one, two = controls
    await one.freeze("2030-06-09T09:00:00+02:00")
    assert await two.now() == await one.now()
    await asyncio.gather(one.advance("PT1H"), two.advance("PT1H"))
    assert (await two.now()).isoformat() == "2030-06-09T09:00:00+00:00"
    await two.change_policy(activation_attempts=3)
    assert json.loads(await one.get("policy"))["activation.attempts"] == 3


async def test_a_server_with_another_authority_is_refused(start_server: StartServer, database: str) -> None:
    await start_server("--database", database)
    with pytest.raises(OwnServerError):
        await start_server("--database", database, home="stranger")


async def test_a_lost_database_is_reported_and_used_again_when_it_returns(
    start_server: StartServer, visit: Visit
) -> None:
    with Cluster() as cluster:
        server = await start_server("--database", cluster.fresh(), "--workers", "2")
        async with visit(server, "lila") as lila, aiohttp.ClientSession(server.console) as session:
            await enter(lila)
            cluster.stop()
            await lila.reload()
            assert await lila.screen() == "error"
            assert "Le service ne répond pas" in await lila.text()
            async with session.get("/readyz") as answer:
                assert (answer.status, (await answer.json())["code"]) == (503, "database-unavailable")
            cluster.start()
            await lila.reload()
            assert await lila.screen() == "space"
            async with session.get("/readyz") as answer:
                assert answer.status == 200
            await opt(lila, EMAIL)
            assert await lila.screen() == "pending"
        async with Control(f"{server.console}/api/realms/default", server.token) as control:
            assert (await control.next_mail(EMAIL)).code


@pytest.mark.timeout(240)
async def test_a_worker_without_database_is_restarted_with_growing_delays_and_logs_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The server writes to its log, a worker to standard error: neither has a traceback."""
    ports = dict.fromkeys(("portal_port", "gate_port", "console_port", "smtp_port"), 0)
    with Cluster() as cluster:
        database = cluster.fresh()
        settings = Settings(data=tmp_path / "data", database=database, workers=2, **ports)
        async with Simulator(settings) as simulator:
            cluster.stop()
            os.kill(workers_of(os.getpid())[0], signal.SIGKILL)
            async with asyncio.timeout(60):
                while len(ends := [each for each in caplog.records if each.name == "maquette.workers"]) < 3:
                    await asyncio.sleep(0.05)
            cluster.start()
            async with asyncio.timeout(60):
                while await readiness(simulator.doors.console) != 200:
                    await asyncio.sleep(0.05)
    assert [each.getMessage() for each in ends] == [
        "a worker ended with the exit code -9; another is started in 0 seconds",
        "a worker ended with the exit code 1; another is started in 1 seconds",
        "a worker ended with the exit code 1; another is started in 2 seconds",
    ]
    assert ends[2].created - ends[1].created >= 1
    waiting = [each for each in caplog.records if " for the database" in each.getMessage()]
    assert {each.name for each in waiting} == {"maquette.journal", "maquette.mail"}
    assert [each for each in caplog.records if each.exc_info] == []
    told = capfd.readouterr().err.splitlines()
    assert len(told) >= 2
    assert [line for line in told if "maquette.workers: the database " not in line] == []


async def test_a_locked_realm_is_reported_and_other_realms_go_on(
    start_server: StartServer, postgresql: Cluster
) -> None:
    """A foreign process holds the realm's lock; the server must not hang."""
    url = postgresql.fresh()
    server = await start_server("--database", url)
    reset, token = "/api/realms/default/reset", {"Authorization": f"Bearer {server.token}"}
    patience = aiohttp.ClientTimeout(total=30)
    async with aiohttp.ClientSession(server.console, headers=token, timeout=patience) as session:
        with psycopg.connect(url) as somebody:
            somebody.execute("SELECT pg_advisory_lock(hashtextextended('realm:default', 0))")
            async with session.post(reset) as answer:
                assert (answer.status, (await answer.json())["code"]) == (503, "database-unavailable")
            async with session.post("/api/realms", json={}) as answer:
                assert answer.ok
        async with session.post(reset) as answer:
            assert answer.ok


def test_a_connection_to_a_hanging_peer_is_given_up_within_seconds(postgresql: Cluster) -> None:
    """The timeouts hold on each connection, at both ends, beside the options of the URL."""
    store = Store(f"{postgresql.fresh()}?options=-c+search_path=public,other")
    with store.reading("") as transaction:
        settings = dict(transaction.rows("SELECT name, setting FROM pg_settings"))
        descriptor = transaction.database.connection.fileno()
        with socket.socket(fileno=os.dup(descriptor)) as ours:
            kept_alive = ours.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            silent = ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT)
    store.close()
    assert (kept_alive, silent) == (1, 10_000)
    assert settings["tcp_user_timeout"] == "10000"
    assert settings["lock_timeout"] == "5000"
    assert settings["idle_in_transaction_session_timeout"] == "10000"
    assert settings["search_path"] == "public,other"


def hang(store: Store) -> None:
    """Wait in a transaction until PostgreSQL has closed the connection, then continue."""
    with store.writing("default") as transaction:
        transaction.change("SET LOCAL idle_in_transaction_session_timeout = '1ms'")
        descriptor = transaction.database.connection.fileno()
        assert select.select([descriptor], [], [], 30)[0]
        put_setting(transaction, "lost", "with the transaction")


def test_a_process_may_try_again_after_its_connection_was_closed(postgresql: Cluster) -> None:
    store = Store(postgresql.fresh())
    with pytest.raises(StoreUnavailableError):
        hang(store)
    with store.reading("default") as transaction:
        assert get_setting(transaction, "lost") is None
    store.close()


async def test_a_mail_with_nul_characters_is_stored(start_server: StartServer, database: str) -> None:
    """PostgreSQL's texts cannot hold NUL, but a letter may."""
    server = await start_server("--database", database)
    async with Control(f"{server.console}/api/realms/default", server.token) as control:
        host, port = await smtp_of(server)

        def send() -> None:
            with smtplib.SMTP(host, port) as smtp:
                smtp.sendmail(
                    "a@b.example", [EMAIL], b"Subject: one\0two\r\nFrom: x\0y <a@b.example>\r\n\r\nz\0z\r\n"
                )

        await asyncio.to_thread(send)
        mail = (await control.mails(EMAIL))[0]
    assert mail.subject
