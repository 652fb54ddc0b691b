"""A realm on the fiche's day, its control API, and somebody without a browser in it."""

from collections.abc import AsyncIterator, Callable

import pytest

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import Certificate, HttpVisitor, Popups
from maquette.simulator.assembly import Realm, Simulator


@pytest.fixture
async def realm(realm_of_2011: Realm) -> Realm:
    """Scenarios play on the fiche's day."""
    return realm_of_2011


@pytest.fixture
async def control(simulator: Simulator, realm: Realm) -> AsyncIterator[Control]:
    async with Control(realm.api, simulator.doors.token) as control:
        yield control


@pytest.fixture
def open_visitor(simulator: Simulator, realm: Realm) -> Callable[..., HttpVisitor]:
    def open_it(
        certificate: Certificate | None = None, popups: Popups = Popups.ALLOWED, gate: str | None = None
    ) -> HttpVisitor:
        return HttpVisitor(
            portal=realm.portal,
            gate=gate or realm.gate,
            ca=simulator.doors.ca,
            certificate=certificate,
            popups=popups,
        )

    return open_it


@pytest.fixture
async def visitor(open_visitor: Callable[..., HttpVisitor]) -> AsyncIterator[HttpVisitor]:
    async with open_visitor() as visitor:
        yield visitor
