"""What most tests need: a simulator for the session, a fresh realm for each test, ways to talk to both."""

import ssl
from collections.abc import AsyncIterator, Callable
from functools import partial

import aiohttp
import clockwork
import pytest

from maquette.simulator.assembly import Realm, Simulator


@pytest.fixture(scope="session")
async def simulator() -> AsyncIterator[Simulator]:
    """One simulator, in memory, on free ports."""
    async with Simulator() as simulator:
        yield simulator


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
