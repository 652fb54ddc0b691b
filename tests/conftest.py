"""What most tests need: a simulator for the session, a fresh realm for each test, ways to talk to both."""

import os
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial

import aiohttp
import clockwork
import pytest
import sqlalchemy as sa
from postgres import Cluster, is_installed

from maquette.simulator.base.settings import Settings
from maquette.simulator.domain.journal_kinds import ANYTHING, Kind
from maquette.simulator.realm.lifecycle import delete_realm
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.store.realms import list_realms


def pytest_addoption(parser: pytest.Parser) -> None:
    """The engine on which the tests of store, procedure and scenarios run."""
    parser.addoption("--engine", choices=("sqlite", "postgresql"), default="sqlite")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL server of the session's own."""
    if not is_installed() and not os.environ.get("CI"):
        pytest.skip("PostgreSQL is missing: install the package postgresql")
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def fresh_database(request: pytest.FixtureRequest) -> Callable[[], sa.URL | None]:
    """Gives an empty database of the engine that is tested: a URL, or None for memory."""
    if request.config.getoption("engine") == "sqlite":
        return lambda: None
    cluster: Cluster = request.getfixturevalue("postgresql")
    return cluster.fresh


@pytest.fixture(scope="session")
async def simulator(
    fresh_database: Callable[[], sa.URL | None], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Simulator]:
    """One simulator, in memory, on free ports; its journal is held to what is documented of its lines."""
    undocumented: set[tuple[str, str]] = set()
    settings = None
    if (database := fresh_database()) is not None:
        ports = dict.fromkeys(("portal_port", "gate_port", "console_port", "smtp_port"), 0)
        data = tmp_path_factory.mktemp("simulator") / "data"
        settings = Settings(data=data, database=database.render_as_string(), **ports)
    async with Simulator(settings) as simulator:
        simulator.journal.watch(lambda lines: undocumented.update(_undocumented(lines)))
        yield simulator
    assert undocumented == set()


def _undocumented(lines: list[JournalLine]) -> Iterator[tuple[str, str]]:
    """The kinds and names of data that docs/reference/journal.md does not have."""
    for line in lines:
        known = Kind(line.kind).data
        yield from ((line.kind, name) for name in line.data if name not in known and ANYTHING not in known)


@pytest.fixture(autouse=True)
def forget_realms(request: pytest.FixtureRequest) -> Iterator[None]:
    """What realms the test makes are gone after it: a simulator takes a thousand, and the session has more.

    Those of a module or of the session were there before, and stay.
    """
    if "simulator" not in request.fixturenames:
        yield
        return
    simulator: Simulator = request.getfixturevalue("simulator")
    there = _names(simulator)
    yield
    simulator.journal.write()  # what still waits there is of these realms
    for name in _names(simulator) - there:
        delete_realm(simulator.store, name)


def _names(simulator: Simulator) -> set[str]:
    with simulator.store.reading("") as transaction:
        return {record.name for record in list_realms(transaction)}


@pytest.fixture
async def realm(simulator: Simulator) -> Realm:
    """A fresh realm with the packaged personas, at the real now."""
    return await simulator.realm()


@pytest.fixture
async def realm_of_2011(simulator: Simulator) -> Realm:
    """A fresh realm on the fiche's day, 9 June 2011."""
    return await simulator.realm(clock="2011-06-09T09:00:00+02:00")


@pytest.fixture
def set_clock(simulator: Simulator) -> Callable[[Realm, str], None]:
    """Stop a realm's clock at an instant, written in ISO 8601."""

    return partial(clockwork.set_clock, simulator)


@pytest.fixture
async def api(simulator: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    """The console's control API, with the token."""
    headers = {"Authorization": f"Bearer {simulator.doors.token}"}
    async with aiohttp.ClientSession(simulator.doors.console, headers=headers) as session:
        yield session


@pytest.fixture(scope="session")
def trusting(simulator: Simulator) -> ssl.SSLContext:
    """TLS that trusts the simulator's root and presents no certificate."""
    return ssl.create_default_context(cafile=str(simulator.doors.ca))
