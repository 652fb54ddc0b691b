"""A desk at the control API of a realm on the fiche's day, its clock stopped, and Lila in it."""

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from desk import START, Desk, visitor_of

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor
from maquette.simulator.server.assembly import Realm, Simulator


@pytest.fixture
async def desk(
    api: aiohttp.ClientSession, realm_of_2011: Realm, set_clock: Callable[[Realm, str], None]
) -> Desk:
    set_clock(realm_of_2011, START)
    return Desk(api, realm_of_2011)


@pytest.fixture
async def control(simulator: Simulator, desk: Desk) -> AsyncIterator[Control]:
    async with Control(desk.realm.api, simulator.doors.token) as control:
        yield control


@pytest.fixture
async def lila(simulator: Simulator, desk: Desk, control: Control) -> AsyncIterator[HttpVisitor]:
    async with visitor_of(simulator, desk.realm, await control.certificate("lila")) as lila:
        yield lila
