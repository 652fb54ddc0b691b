"""Fixtures that most tests use: a simulator for the session, a fresh realm for each test, their clients."""

import os
import signal
import ssl
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial

import aiohttp
import pytest
import realm_clock
import sizes
from postgres import Cluster, is_installed

from maquette.simulator.base.settings import Settings
from maquette.simulator.domain.journal_kinds import ANYTHING, Kind
from maquette.simulator.mail.sender import SENDING
from maquette.simulator.realm.lifecycle import delete_realm
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.realms import list_realms


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options for the database engine (store, procedure, scenarios) and for the full run."""
    parser.addoption("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.addoption("--full", action="store_true", help="run the slow tests as well, and all in full size")


def pytest_configure(config: pytest.Config) -> None:
    """Set the sizes, and give the processes that tests start their usual signals.

    A process inherits the signals that its parent ignores, but no handler: so a handler that does nothing
    replaces "ignore".
    """
    sizes.FULL = config.getoption("full")
    for ending in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(ending) is signal.SIG_IGN:
            signal.signal(ending, lambda *_: None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the slow tests unless this is the full run."""
    if not sizes.FULL:
        slow = [item for item in items if item.get_closest_marker("slow")]
        items[:] = [item for item in items if not item.get_closest_marker("slow")]
        config.hook.pytest_deselected(items=slow)


def pytest_report_header() -> str:
    """Print at the top which tests run."""
    return f"sizes: {'full' if sizes.FULL else 'quick; --full runs all, as `make check` does'}"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A PostgreSQL server for this session."""
    if not is_installed() and not os.environ.get("CI"):
        pytest.skip("PostgreSQL is missing: install the package postgresql")
    with Cluster() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def fresh_database(request: pytest.FixtureRequest) -> Callable[[], str | None]:
    """Returns an empty database of the tested engine: a URL, or None for a database in memory."""
    if request.config.getoption("engine") == "sqlite":
        return lambda: None
    cluster: Cluster = request.getfixturevalue("postgresql")
    return cluster.fresh


@pytest.fixture(scope="session")
async def simulator(
    fresh_database: Callable[[], str | None], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Simulator]:
    """One simulator, in memory, on free ports. The session fails on undocumented journal data."""
    undocumented: set[tuple[str, str]] = set()
    settings = None
    if (database := fresh_database()) is not None:
        ports = dict.fromkeys(("portal_port", "gate_port", "console_port", "smtp_port"), 0)
        data = tmp_path_factory.mktemp("simulator") / "data"
        settings = Settings(data=data, database=database, **ports)
    async with Simulator(settings) as simulator:
        simulator.journal.watch(lambda lines: undocumented.update(_undocumented(lines)))
        yield simulator
    assert undocumented == set()


def _undocumented(lines: list[JournalRecord]) -> Iterator[tuple[str, str]]:
    """The kinds and data names of these lines that docs/reference/journal.md does not list."""
    for line in lines:
        known = Kind(line.kind).data
        yield from ((line.kind, name) for name in line.data if name not in known and ANYTHING not in known)


@pytest.fixture(autouse=True)
def forget_realms(request: pytest.FixtureRequest) -> None:
    """Delete the realms of each test: a simulator holds a thousand, and the session makes more."""
    if "simulator" in request.fixturenames:
        request.getfixturevalue("realms_of_the_test")


@pytest.fixture
async def realms_of_the_test(simulator: Simulator) -> AsyncIterator[None]:
    """Deletes the realms that the test made; realms of its module or of the session stay.

    Letters under way arrive first: without its realm, a letter would land in the default realm.
    """
    before = _names(simulator)
    yield
    async with simulator.store.lock(SENDING):
        simulator.journal.write()  # lines not yet written belong to these realms
        for name in _names(simulator) - before:
            delete_realm(simulator.store, name)


def _names(simulator: Simulator) -> set[str]:
    with simulator.store.reading("") as transaction:
        return {record.name for record in list_realms(transaction)}


@pytest.fixture
async def realm(simulator: Simulator) -> Realm:
    """A fresh realm with the packaged personas, whose clock shows the present."""
    return await simulator.realm()


@pytest.fixture
async def realm_of_2011(simulator: Simulator) -> Realm:
    """A fresh realm on the day of the fiche, 9 June 2011."""
    return await simulator.realm(clock="2011-06-09T09:00:00+02:00")


@pytest.fixture
def set_clock(simulator: Simulator) -> Callable[[Realm, str], None]:
    """Stop a realm's clock at an instant, written in ISO 8601."""

    return partial(realm_clock.set_clock, simulator)


@pytest.fixture
async def api(simulator: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    """An HTTP client of the control API, with the token."""
    headers = {"Authorization": f"Bearer {simulator.doors.token}"}
    async with aiohttp.ClientSession(simulator.doors.console, headers=headers) as session:
        yield session


@pytest.fixture(scope="session")
def trusting(simulator: Simulator) -> ssl.SSLContext:
    """TLS that trusts the simulator's root and presents no certificate."""
    return ssl.create_default_context(cafile=str(simulator.doors.ca))
