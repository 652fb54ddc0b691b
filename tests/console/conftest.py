"""A control API client for a realm on the day of the fiche, with a stopped clock; Lila's visitor."""

from collections.abc import AsyncIterator, Callable

import aiohttp
import pytest
from realm_api import START, RealmApi, visitor_of

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor
from maquette.simulator.server.assembly import Realm, Simulator


@pytest.fixture
async def realm_api(
    api: aiohttp.ClientSession, realm_of_2011: Realm, set_clock: Callable[[Realm, str], None]
) -> RealmApi:
    set_clock(realm_of_2011, START)
    return RealmApi(api, realm_of_2011)


@pytest.fixture
async def control(simulator: Simulator, realm_api: RealmApi) -> AsyncIterator[Control]:
    async with Control(realm_api.realm.api, simulator.doors.token) as control:
        yield control


@pytest.fixture
async def lila(simulator: Simulator, realm_api: RealmApi, control: Control) -> AsyncIterator[HttpVisitor]:
    async with visitor_of(simulator, realm_api.realm, await control.certificate("lila")) as lila:
        yield lila
