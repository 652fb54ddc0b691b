"""Outside its machine, the replica shows no page without the class code (Safety)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import pytest
from lxml import html

from maquette.simulator.base.settings import Settings
from maquette.simulator.server.assembly import Simulator
from maquette.simulator.store.realms import find_realm
from maquette.simulator.store.tries import Lock, add_wrong_try

CODE = "tilleul-12"


@pytest.fixture(scope="module")
async def class_room() -> AsyncIterator[Simulator]:
    settings = Settings(
        ephemeral=True, portal_port=0, gate_port=0, console_port=0, smtp_port=0, class_code=CODE
    )
    async with Simulator(settings) as simulator:
        yield simulator


@pytest.fixture
async def pupil(class_room: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(class_room.doors.portal, cookie_jar=jar) as session:
        yield session


async def give(pupil: aiohttp.ClientSession, code: str) -> aiohttp.ClientResponse:
    page = html.fromstring(await (await pupil.get("/", ssl=False)).text())
    csrf = page.xpath("//input[@name='csrf']/@value")[0]
    return await pupil.post("/classe", data={"class_code": code, "csrf": csrf}, ssl=False)


@pytest.mark.parametrize(
    "path", ["/", "/mon-espace", "/activation", "/r/default/", "/nowhere", "/certificat"]
)
async def test_no_page_is_shown_before_the_code_is_given(pupil: aiohttp.ClientSession, path: str) -> None:
    answer = await pupil.get(path, ssl=False)
    assert answer.status == 403
    assert 'data-screen="class-code"' in await answer.text()


async def test_the_code_opens_the_site_for_this_browser(pupil: aiohttp.ClientSession) -> None:
    answer = await give(pupil, f" {CODE} ")
    assert (answer.status, answer.url.path) == (200, "/")
    assert 'data-screen="home"' in await answer.text()


@pytest.mark.parametrize("wrong", ["", "tilleul", CODE.upper(), "é" * 12])
async def test_another_code_opens_nothing(pupil: aiohttp.ClientSession, wrong: str) -> None:
    answer = await give(pupil, wrong)
    assert answer.status == 422
    assert 'data-refusal="class-code-wrong"' in await answer.text()
    assert (await pupil.get("/", ssl=False)).status == 403


async def test_the_page_that_asks_for_the_code_has_its_style(pupil: aiohttp.ClientSession) -> None:
    answer = await pupil.get("/static/portal.css", ssl=False)
    assert (answer.status, answer.content_type) == (200, "text/css")


async def test_twenty_wrong_codes_shut_the_door_for_a_minute(class_room: Simulator) -> None:
    with class_room.store.writing("default") as transaction:
        record = find_realm(transaction)
        assert record is not None
        now = record.clock.now(datetime.now(UTC))
        for _ in range(20):
            add_wrong_try(transaction, Lock.CLASS, "127.0.0.1", now)
    try:
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(class_room.doors.portal, cookie_jar=jar) as pupil:
            assert (await give(pupil, CODE)).status == 422
    finally:
        with class_room.store.writing("default") as transaction:
            transaction.change("DELETE FROM wrong_tries")


async def test_a_forged_pass_opens_nothing(class_room: Simulator) -> None:
    cookies = {"maquette-class": "0" * 64}
    async with aiohttp.ClientSession(class_room.doors.portal, cookies=cookies) as thief:
        assert (await thief.get("/", ssl=False)).status == 403


@pytest.mark.parametrize(
    "given",
    [
        {"host": "0.0.0.0"},
        {"host": "192.0.2.7", "name": ("salle.ecole.test",)},
        {"host": "192.0.2.7", "class_code": CODE},
        {"host": "example.org", "name": ("salle.ecole.test",), "class_code": CODE},
        {"class_code": "court"},
    ],
)
def test_another_host_needs_a_name_and_a_class_code(given: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"host|class_code"):
        Settings.model_validate(given)
