"""Pages without personal data are rendered once for each variant."""

import ssl

import aiohttp
import pytest
from yarl import URL

from maquette.fixtures.control import Control
from maquette.simulator.server.assembly import Realm, Simulator

COMMON = ("/", "/professionnels", "/creation", "/hors-du-champ")


async def page(session: aiohttp.ClientSession, url: URL | str) -> str:
    async with session.get(url) as answer:
        assert answer.status == 200
        return await answer.text()


@pytest.mark.parametrize("path", COMMON)
async def test_a_prepared_page_shows_a_defect_switched_on_later(
    simulator: Simulator, realm: Realm, trusting: ssl.SSLContext, path: str
) -> None:
    connector = aiohttp.TCPConnector(ssl=trusting)
    async with (
        Control(realm.api, simulator.doors.token) as control,
        aiohttp.ClientSession(connector=connector) as session,
    ):
        before = await page(session, realm.portal + path)
        assert "data-defects" not in before
        await control.set_defects(["code-works-twice"])
        assert 'data-defects="code-works-twice"' in await page(session, realm.portal + path)
        await control.set_defects([])
        assert await page(session, realm.portal + path) == before


@pytest.mark.parametrize("path", COMMON)
async def test_links_stay_at_the_door_and_the_name_by_which_the_browser_came(
    realm: Realm, trusting: ssl.SSLContext, path: str
) -> None:
    """Links at the gate have the portal's full address; links at the portal are relative."""
    portal, gate = URL(realm.portal), URL(realm.gate)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusting)) as session:
        assert "https://" not in await page(session, f"{portal}{path}")
        for name, other in (("localhost", "127.0.0.1"), ("127.0.0.1", "localhost")):
            told = await page(session, f"{gate.with_host(name)}{path}")
            assert f"https://{name}:{portal.port}/" in told
            assert f"https://{other}:" not in told


async def test_each_page_of_each_realm_is_its_own(
    simulator: Simulator, realm: Realm, trusting: ssl.SSLContext
) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusting)) as session:
        for name, portal in (("default", simulator.doors.portal), (realm.name, realm.portal)):
            for path, screen in zip(
                COMMON, ("home", "professionals", "creation", "out-of-scope"), strict=True
            ):
                told = await page(session, portal + path)
                assert f'data-screen="{screen}" data-realm="{name}"' in told
