"""Worker processes for portal and gate: all see the work of each, and a dying one loses nothing."""

import asyncio
import os
import resource
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
import psutil
import pytest
from postgres import Cluster
from server.conftest import StartServer, Visit, kill_a_worker, readiness, workers_of
from visitor_walks import type_code

from maquette.fixtures.control import Control, ControlError, PersonaSheet
from maquette.fixtures.installation import Installation
from maquette.fixtures.own_server import OwnServer
from maquette.fixtures.page_reader import VisitorError
from maquette.fixtures.walk import opt
from maquette.simulator.base.settings import Settings
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.space import Credentials
from maquette.simulator.server.assembly import Simulator
from maquette.simulator.server.workers import next_pause
from maquette.simulator.store.database import Store
from maquette.simulator.store.options import add_option
from maquette.simulator.store.outbox import OutgoingLetter, add_letter
from maquette.simulator.store.personas import list_personas

PEOPLE = 12
KILLS = 3
TRIES = 20


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def where(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """Options that choose the database: a file in the data folder, or PostgreSQL."""
    if request.param == "sqlite":
        return ()
    cluster: Cluster = request.getfixturevalue("postgresql")
    return "--database", cluster.fresh()


@pytest.fixture
async def server(start_server: StartServer, where: tuple[str, ...]) -> OwnServer:
    return await start_server("--workers", "2", *where)


@pytest.fixture
async def control(server: OwnServer) -> AsyncIterator[Control]:
    async with Control(f"{server.console}/api/realms/default", server.token) as control:
        yield control


async def metrics(server: OwnServer) -> str:
    async with aiohttp.ClientSession() as session, session.get(f"{server.console}/metrics") as answer:
        return await answer.text()


@contextmanager
def nothing_more_to_open() -> Iterator[None]:
    """This process reaches its limit of open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    next_one = os.dup(0)
    os.close(next_one)
    resource.setrlimit(resource.RLIMIT_NOFILE, (next_one, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_the_work_of_one_worker_is_visible_to_all(
    server: OwnServer, control: Control, visit: Visit
) -> None:
    """Journal, mail, clock, metrics: the console shows the work of every worker."""
    async with visit(server, "lila") as lila:
        await opt(lila, "lila.rosemonde@courriel.example")
        accepted = (await control.journal(kind="option-accepted")).lines
        assert len(accepted) == 1
        mail = await control.next_mail("lila.rosemonde@courriel.example")
        await control.freeze()
        await control.advance_to("code-expiry")
        await type_code(lila, mail.code or "")
        assert await lila.refusals() == ("activation-refused",)
    async with asyncio.timeout(20):  # workers tell their counts a moment later
        while 'maquette_refusals_total{code="activation-refused"} 1.0' not in (told := await metrics(server)):
            await asyncio.sleep(0.02)
    assert "maquette_options_accepted_total 1.0" in told


@pytest.mark.slow
async def test_a_response_is_sent_after_its_line_is_in_the_journal(
    server: OwnServer, control: Control
) -> None:
    connector = aiohttp.TCPConnector(ssl=False, force_close=True)  # either worker may have the next one
    async with Installation(server.console, server.token) as there:
        doors = there.doors
    async with aiohttp.ClientSession(connector=connector) as session:
        after = (await control.journal()).cursor
        for _ in range(TRIES):
            async with session.get(doors.portal) as answer:
                assert answer.status == 200
            told = await control.journal(after=after)
            assert [line.kind for line in told.lines] == ["request"]
            after = told.cursor


async def test_a_letter_is_sent_if_its_worker_died_before_it_reported_the_letter(
    start_server: StartServer, tmp_path: Path
) -> None:
    """The worker stored the option, and was killed before it could report the letter."""
    server = await start_server("--workers", "2")
    now = real_now()
    chosen = Credentials("lila@courriel.example", "hash", "question", "réponse")
    store = Store(tmp_path / "one" / "data" / "maquette.db")
    with store.writing("default") as transaction:
        (lila,) = [each for each in list_personas(transaction) if each.id == "lila"]
        add_option(
            transaction, Option("an-option", lila.subscriber_number or "", chosen, "ABCDEFGHJKLM", now)
        )
        add_letter(transaction, OutgoingLetter("default", "an-option", "ab12", now))
    store.close()
    os.kill(workers_of(server.pid)[0], signal.SIGKILL)
    async with Control(f"{server.console}/api/realms/default", server.token) as control:
        assert (await control.next_mail("lila@courriel.example", timeout=15)).code == "ABCDEFGHJKLM"


@pytest.mark.timeout(240)
@pytest.mark.rule("MAIL-6", "CRED-12")
async def test_workers_killed_under_load_lose_nothing_and_are_restarted(
    server: OwnServer, control: Control, visit: Visit
) -> None:
    """Whoever was told that the code is on its way gets it, once; the others go on, or try again.

    One whose worker died before it answered may find that the option was accepted: that is as good.
    """
    await control.add_subscribers(PEOPLE, 2011)
    people = [person async for person in control.personas() if person.id.startswith("abonne-")]
    accepted: list[str] = []

    async def is_pending(person: PersonaSheet) -> bool:
        return (await control.space(person.subscriber_number or "")).state == "pending"

    async def opts(person: PersonaSheet) -> None:
        for _ in range(TRIES):
            with suppress(VisitorError):  # the worker died: the person tries again
                async with visit(server, person.id) as visitor:
                    await opt(visitor, person.email or "")
                    assert await visitor.screen() == "pending"  # the form was answered: no second try
                    assert await is_pending(person)
            if await is_pending(person):
                accepted.append(person.email or "")
                return
        raise AssertionError(f"{person.id} has not opted after {TRIES} tries")

    async with asyncio.TaskGroup() as rush:
        for person in people:
            rush.create_task(opts(person))
        for kill in range(KILLS):
            while len(accepted) < (kill + 1) * PEOPLE // (KILLS + 2):
                await asyncio.sleep(0.01)
            await kill_a_worker(server.pid)
    for email in accepted:
        mail = await control.next_mail(email)
        with pytest.raises(ControlError):
            await control.next_mail(email, after=mail.cursor, timeout=0)
    assert [each.name for each in await control.invariants() if not each.holds] == []
    async with asyncio.timeout(30):
        while await readiness(server.console) != 200:
            await asyncio.sleep(0.05)
    assert len(workers_of(server.pid)) == 2


@pytest.mark.slow
async def test_workers_end_with_a_server_that_is_killed(server: OwnServer) -> None:
    workers = [psutil.Process(pid) for pid in workers_of(server.pid)]
    assert len(workers) == 2
    await server.kill()
    gone, alive = psutil.wait_procs(workers, timeout=20)
    assert (len(gone), alive) == (2, [])


@pytest.mark.slow
async def test_a_worker_that_is_killed_before_it_serves_is_started_again(server: OwnServer) -> None:
    first = set(workers_of(server.pid))
    os.kill(min(first), signal.SIGKILL)
    async with asyncio.timeout(30):
        while not (started := set(workers_of(server.pid)) - first):
            await asyncio.sleep(0.01)
        os.kill(started.pop(), signal.SIGKILL)  # it is still reading its modules, and knows no settings
        while await readiness(server.console) == 200:
            await asyncio.sleep(0.01)
        while await readiness(server.console) != 200:
            await asyncio.sleep(0.05)
    assert len(workers_of(server.pid)) == 2


async def test_signals_from_the_terminal_end_no_worker(server: OwnServer, visit: Visit) -> None:
    workers = workers_of(server.pid)
    for worker in workers:
        for sent in (signal.SIGINT, signal.SIGHUP):
            os.kill(worker, sent)
    async with visit(server, "lila") as lila:
        await opt(lila, "lila.rosemonde@courriel.example")
        assert await lila.screen() == "pending"
    assert workers_of(server.pid) == workers


@pytest.mark.slow
async def test_a_worker_that_cannot_start_is_reported_and_started_later(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ports = dict.fromkeys(("portal_port", "gate_port", "console_port", "smtp_port"), 0)
    async with Simulator(Settings(data=tmp_path / "data", workers=2, **ports)) as simulator:
        killed = workers_of(os.getpid())[0]
        with nothing_more_to_open():
            os.kill(killed, signal.SIGKILL)
            async with asyncio.timeout(30):
                while "a worker cannot be started (" not in caplog.text:
                    await asyncio.sleep(0.01)
        async with asyncio.timeout(30):
            while await readiness(simulator.doors.console) != 200:
                await asyncio.sleep(0.05)
        assert len(workers_of(os.getpid())) == 2


def test_a_worker_that_never_serves_is_restarted_with_growing_delays() -> None:
    pauses = [0]
    for _ in range(7):
        pauses.append(next_pause(pauses[-1], served=False))
    assert pauses == [0, 1, 2, 4, 8, 16, 30, 30]
    assert next_pause(30, served=True) == 0
