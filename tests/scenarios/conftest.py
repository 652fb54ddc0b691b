"""A realm on the day of the fiche, its control API, HTTP visitors of it, and a server for scenarios."""

from collections.abc import AsyncIterator, Callable

import pytest

from maquette.fixtures.browser import Chromiums
from maquette.fixtures.control import Control
from maquette.fixtures.installation import Installation
from maquette.fixtures.own_server import FREE_PORTS, OwnServer
from maquette.fixtures.visitor import Certificate, HttpVisitor, Popups
from maquette.scenarios.runner import Target
from maquette.simulator.server.assembly import Realm, Simulator


@pytest.fixture(scope="session")
async def installation(simulator: Simulator) -> AsyncIterator[Installation]:
    """A client of the session's simulator, as scenarios use it."""
    async with Installation(simulator.doors.console, simulator.doors.token) as installation:
        yield installation


@pytest.fixture(scope="session")
async def chromiums() -> AsyncIterator[Chromiums]:
    """Chromium processes shared by all tests: starting one takes longer than most scenarios."""
    async with Chromiums() as chromiums:
        yield chromiums


@pytest.fixture(scope="session")
def target(simulator: Simulator) -> Target:
    """The session's simulator, as the target of a run."""
    return Target(simulator.doors.console, simulator.doors.token)


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OwnServer]:
    """A server in a separate process, for tests that wait for a command."""
    async with OwnServer(tmp_path_factory.mktemp("server"), "--ephemeral", *FREE_PORTS) as server:
        yield server


@pytest.fixture
async def realm(realm_of_2011: Realm) -> Realm:
    """A realm on the day of the fiche, as scenarios use it."""
    return realm_of_2011


@pytest.fixture
async def control(simulator: Simulator, realm: Realm) -> AsyncIterator[Control]:
    async with Control(realm.api, simulator.doors.token) as control:
        yield control


@pytest.fixture
def open_visitor(simulator: Simulator, realm: Realm) -> Callable[..., HttpVisitor]:
    def open_one(
        certificate: Certificate | None = None, popups: Popups = Popups.ALLOWED, gate: str | None = None
    ) -> HttpVisitor:
        return HttpVisitor(
            portal=realm.portal,
            gate=gate or realm.gate,
            ca=simulator.doors.ca,
            certificate=certificate,
            popups=popups,
        )

    return open_one


@pytest.fixture
async def visitor(open_visitor: Callable[..., HttpVisitor]) -> AsyncIterator[HttpVisitor]:
    async with open_visitor() as visitor:
        yield visitor
