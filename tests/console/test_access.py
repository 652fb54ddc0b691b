"""Access to the console: token, one-time link, Host, Origin."""

import asyncio
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp.test_utils import make_mocked_request
from cases import cases
from yarl import URL

from maquette.simulator.console.api.table import OPERATIONS
from maquette.simulator.console.door.access import ConsoleAccess, make_login_link
from maquette.simulator.console.pages.routes import PAGES
from maquette.simulator.server.assembly import Simulator

OPEN = {"/livez", "/readyz", "/metrics", "/login"}


def concrete(path: str) -> str:
    for name, value in {
        "realm": "default",
        "persona": "lila",
        "number": "20111710000303",
        "mail": "1",
        "snapshot": "1",
    }.items():
        path = path.replace(f"{{{name}}}", value).replace(f"{{{name}:\\d{{1,15}}}}", value)
    return path


@cases(
    "path",
    sorted({o.path for o in OPERATIONS} | {path for _, path, _ in PAGES} | {"/api/openapi.json"} - OPEN),
)
async def test_every_route_but_the_open_ones_needs_the_token(simulator: Simulator, path: str) -> None:
    async with aiohttp.ClientSession(simulator.doors.console) as nobody:
        answer = await nobody.get(concrete(path), allow_redirects=False)
        if path in OPEN:
            assert answer.status != 401
            return
        assert answer.status == 401
        assert (await answer.json(content_type="application/problem+json"))["code"] == "token-missing"


def basic_auth(user: str, password: str) -> dict[str, str]:
    return {"Authorization": aiohttp.encode_basic_auth(user, password)}


@pytest.mark.parametrize("wrong", ["", "x" * 32])
async def test_a_wrong_token_is_refused(simulator: Simulator, wrong: str) -> None:
    async with aiohttp.ClientSession(simulator.doors.console) as session:
        bearer = await session.get("/api/version", headers={"Authorization": f"Bearer {wrong}"})
        basic = await session.get("/api/version", headers=basic_auth("default", wrong))
        assert (bearer.status, basic.status) == (401, 401)


@cases("header", [b"Bearer \xff", b"Bearer", b"Basic \xff", b"Basic /w==", b"Basic =", b"\xff", b""])
async def test_a_header_without_a_token_is_refused(simulator: Simulator, header: bytes) -> None:
    port = URL(simulator.doors.console).port
    reader, writer = await asyncio.open_connection("localhost", port)
    writer.write(
        b"GET /api/version HTTP/1.1\r\nHost: localhost:%d\r\nAuthorization: %s\r\n\r\n" % (port, header)
    )
    assert (await reader.readline()).split()[1] == b"401"
    writer.close()


@pytest.mark.parametrize("header", ["Bearer ", "Bearer", "Basic Og==", "Basic ="])
def test_an_empty_token_admits_nobody(header: str) -> None:
    access, now = ConsoleAccess("", "http://localhost:8025"), datetime.now(UTC)
    assert not access.admits(make_mocked_request("GET", "/", headers={"Authorization": header}))
    assert access.enter(make_login_link("", "", now).partition("key=")[2], now) is None


async def test_the_token_opens_as_bearer_and_as_the_password_of_basic(simulator: Simulator) -> None:
    token = simulator.doors.token
    async with aiohttp.ClientSession(simulator.doors.console) as session:
        bearer = await session.get("/api/version", headers={"Authorization": f"Bearer {token}"})
        basic = await session.get("/api/version", headers=basic_auth("anyone", token))
        assert (bearer.status, basic.status) == (200, 200)
        assert bearer.headers["X-Maquette-Version"] == (await bearer.json())["version"]


async def test_a_foreign_host_is_refused_even_with_the_token(api: aiohttp.ClientSession) -> None:
    answer = await api.get("/api/version", headers={"Host": "console.attacker.test:80"})
    assert answer.status == 421


async def test_the_host_may_be_in_any_case(api: aiohttp.ClientSession, simulator: Simulator) -> None:
    host = URL(simulator.doors.console).authority
    answer = await api.get("/api/version", headers={"Host": host.upper()})
    assert answer.status == 200


async def test_a_page_of_another_local_port_changes_nothing(api: aiohttp.ClientSession) -> None:
    answer = await api.get("/api/realms", headers={"Origin": "http://localhost:3000"})
    assert answer.status == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_a_one_time_link_lets_one_browser_in_once(simulator: Simulator) -> None:
    doors = simulator.doors
    link = make_login_link(doors.console, doors.token, datetime.now(UTC))
    async with aiohttp.ClientSession() as first, aiohttp.ClientSession() as second:
        assert (await first.get(link)).status == 200
        assert (await first.get(doors.console + "/api/realms")).status == 200
        again = await second.get(link)
        assert again.status == 403
        assert (await again.json(content_type="application/problem+json"))["code"] == "link-used"


@pytest.mark.parametrize(("age", "status"), [(599, 200), (600, 200), (601, 403), (-2, 403)])
async def test_a_link_lasts_ten_minutes(simulator: Simulator, age: int, status: int) -> None:
    doors = simulator.doors
    now = datetime.now(UTC).replace(microsecond=0)
    link = make_login_link(doors.console, doors.token, now - timedelta(seconds=age))
    access = ConsoleAccess(doors.token, doors.console)
    assert (access.enter(link.partition("key=")[2], now) is not None) == (status == 200)


@cases("key", ["", "x", "..", "1.2.3", "9" * 40 + ".n.s", "١.n.s"])
async def test_a_made_up_link_lets_nobody_in(simulator: Simulator, key: str) -> None:
    async with aiohttp.ClientSession(simulator.doors.console) as session:
        assert (await session.get("/login", params={"key": key})).status == 403


async def test_a_browsers_cookie_counts_for_its_own_origin_only(simulator: Simulator) -> None:
    doors = simulator.doors
    async with aiohttp.ClientSession() as browser:
        await browser.get(make_login_link(doors.console, doors.token, datetime.now(UTC)))
        own = await browser.post(doors.console + "/api/realms", headers={"Origin": doors.console})
        foreign = await browser.post(doors.console + "/api/realms", headers={"Origin": doors.portal})
        silent = await browser.post(doors.console + "/api/realms")
        assert (own.status, foreign.status, silent.status) == (422, 403, 403)


@pytest.mark.parametrize(
    ("path", "site", "mode", "dest", "status"),
    [
        ("/realms/default/mail", "same-site", "navigate", "document", 200),
        ("/realms/default/mail", "cross-site", "navigate", "document", 200),
        ("/realms/default/mail", "same-site", "navigate", "iframe", 403),
        ("/realms/default/mail", "same-site", "no-cors", "image", 403),
        ("/api/realms/default/mail", "same-site", "navigate", "document", 403),
        ("/api/realms/default/mail", "cross-site", "no-cors", "script", 403),
        ("/api/realms/default/mail", "same-origin", "cors", "empty", 200),
        ("/api/realms/default/mail", "none", "navigate", "document", 200),
    ],
)
async def test_another_page_may_link_to_the_console_and_request_nothing(
    simulator: Simulator, path: str, site: str, mode: str, dest: str, status: int
) -> None:
    doors = simulator.doors
    asking = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    async with aiohttp.ClientSession(doors.console) as browser:
        await browser.get(make_login_link(doors.console, doors.token, datetime.now(UTC)))
        assert (await browser.get(path, headers=asking)).status == status
