"""A foreign page in a browser with access to the console: the page changes and reads nothing.

The page is served from another port of localhost, which is the same site for a browser, and under a name of
its own that leads to this machine, as after DNS rebinding. It tries everything that a page can: forms,
fetch, event streams, WebSockets, pictures, scripts, frames, windows; on the console, on the portal, on the
SMTP door.
"""

import logging
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiosmtplib import send
from playwright.async_api import Browser, BrowserContext, Page, async_playwright
from realm_state import nothing_changes
from yarl import URL

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.door.access import make_login_link
from maquette.simulator.server.assembly import Realm, Simulator

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

ATTACKER = "page.attacker.test"

START = "2011-06-09T09:00:00+02:00"

ATTACK = (Path(__file__).parent / "foreign_page.js").read_text("utf-8")

REBOUND = r"""
async ({realm, token}) => {
  const ask = async (method, path, headers = {}, body = undefined) => {
    const answer = await fetch(path, {method, headers, body});
    return [answer.status, (await answer.json()).code];
  };
  return [
    await ask("GET", "/api/realms"),
    await ask("GET", `/api/realms/${realm}/mail`, {Authorization: `Bearer ${token}`}),
    await ask("POST", `/api/realms/${realm}/reset`, {Authorization: `Bearer ${token}`}),
    await ask("POST", `/api/realms/${realm}/clock/advance`, {}, '{"by": "PT48H"}'),
  ];
}
"""


@asynccontextmanager
async def page_of_somebody(context: BrowserContext, host: str) -> AsyncIterator[Page]:
    """A page from a foreign server on another port."""

    async def give(_request: web.Request) -> web.Response:
        return web.Response(text="<!doctype html><title>Gagnez un voyage</title>", content_type="text/html")

    app = web.Application()
    app.router.add_get("/", give)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    page = await context.new_page()
    try:
        await page.goto(f"http://{host}:{runner.addresses[0][1]}/")
        yield page
    finally:
        await page.close()
        await runner.cleanup()


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--host-resolver-rules=MAP *.attacker.test 127.0.0.1"],
        )


@pytest.fixture
async def logged_in(browser: Browser, simulator: Simulator) -> AsyncIterator[BrowserContext]:
    """A browser that has opened a one-time link."""
    context = await browser.new_context(ignore_https_errors=True)
    page = await context.new_page()
    await page.goto(make_login_link(simulator.doors.console, simulator.doors.token, real_now()))
    assert page.url.startswith(simulator.doors.console)
    await page.close()
    yield context
    await context.close()


@pytest.fixture
async def unread(simulator: Simulator, api: aiohttp.ClientSession, realm: Realm) -> int:
    """The number of an unread mail in the realm."""
    letter = EmailMessage()
    letter["To"], letter["Subject"] = "lila@courriel.example", "Confidentiel"
    host, _, port = simulator.doors.smtp.rpartition(":")
    sender = f"ne.pas.repondre+{realm.name}@dgfip.finances.example"
    await send(letter, sender=sender, hostname=host, port=int(port), start_tls=False)
    listed = await (await api.get(f"{realm.api}/mail")).json()
    number: int = listed["messages"][0]["id"]
    return number


@pytest.mark.parametrize("host", ["localhost", ATTACKER])
async def test_a_foreign_page_changes_nothing_and_reads_nothing(
    simulator: Simulator,
    api: aiohttp.ClientSession,
    realm: Realm,
    unread: int,
    logged_in: BrowserContext,
    caplog: pytest.LogCaptureFixture,
    host: str,
) -> None:
    doors = simulator.doors
    realms = [each["name"] for each in (await (await api.get("/api/realms")).json())["realms"]]
    clock = await (await api.put(f"{realm.api}/clock", json={"mode": "frozen"})).json()
    told = {
        "console_": doors.console,
        "portal": doors.portal,
        "smtp": doors.smtp,
        "realm": realm.name,
        "mail": unread,
    }
    with nothing_changes(simulator, realm) as noted, caplog.at_level(logging.INFO, "maquette.access"):
        async with page_of_somebody(logged_in, host) as page:
            heard = await page.evaluate(ATTACK, told)
    assert heard == []
    assert {line.kind for line in noted} <= {"request", "refused"}, "a form at the portal, without its token"
    assert (await (await api.get(f"{realm.api}/clock")).json())["now"] == clock["now"]
    after = [each["name"] for each in (await (await api.get("/api/realms")).json())["realms"]]
    assert after == realms
    asked = [vars(record) for record in caplog.records if record.name == "maquette.access"]
    api_calls = [each for each in asked if each["door"] == "console" and each["path"].startswith("/api/")]
    assert len(api_calls) > 80
    assert {each["status"] for each in api_calls} == {401, 403}, "without the cookie, and with it"


async def test_the_same_browser_uses_the_console_from_the_consoles_own_page(
    simulator: Simulator, api: aiohttp.ClientSession, realm: Realm, logged_in: BrowserContext
) -> None:
    clock = await (await api.put(f"{realm.api}/clock", json={"mode": "frozen", "now": START})).json()
    page = await logged_in.new_page()
    await page.goto(f"{simulator.doors.console}/realms/{realm.name}/horloge")
    await page.click("#plus-1-h")
    assert clock["now"] == "2011-06-09T07:00:00Z"
    assert (await (await api.get(f"{realm.api}/clock")).json())["now"] == "2011-06-09T08:00:00Z"


async def test_a_foreign_name_that_leads_to_the_console_opens_nothing(
    simulator: Simulator, realm: Realm, browser: Browser
) -> None:
    """DNS rebinding: the page's own name resolves to this machine, so the page may read responses."""
    port = URL(simulator.doors.console).port
    page = await browser.new_page(bypass_csp=True)
    with nothing_changes(simulator, realm) as noted:
        opened = await page.goto(f"http://{ATTACKER}:{port}/realms/{realm.name}/horloge")
        answers = await page.evaluate(REBOUND, {"realm": realm.name, "token": simulator.doors.token})
    assert opened is not None
    assert opened.status == 421
    assert noted == []
    assert answers == [[421, "host-unknown"]] * 4


@pytest.mark.parametrize("host", ["localhost:1", "console.attacker.test:{port}", "attacker.test", ""])
@pytest.mark.parametrize("path", ["clock/advance", "reset", "mail/next?timeout=0"])
async def test_a_request_with_a_foreign_host_changes_nothing_even_with_the_token(
    simulator: Simulator, api: aiohttp.ClientSession, realm: Realm, host: str, path: str
) -> None:
    header = {"Host": host.format(port=URL(simulator.doors.console).port)}
    method = "GET" if "?" in path else "POST"
    with nothing_changes(simulator, realm) as noted:
        answer = await api.request(method, f"{realm.api}/{path}", json={"by": "PT48H"}, headers=header)
    assert (answer.status, (await answer.json(content_type=None))["code"]) == (421, "host-unknown")
    assert noted == []
