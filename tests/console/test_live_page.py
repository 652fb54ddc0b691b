"""Pages that follow journal and inbox on request, in Chromium; and axe on every page."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiosmtplib import send
from axe_playwright_python.async_playwright import Axe
from console_browser import BROWSER
from playwright.async_api import Browser, Page, async_playwright

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.door.access import make_login_link
from maquette.simulator.console.pages.routes import PAGES
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.journal import JournalRecord

Noted = Callable[[str], None]
Deliver = Callable[[str], Awaitable[None]]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"))
        yield browser
        await browser.close()


@pytest.fixture
async def page(simulator: Simulator, browser: Browser) -> Page:
    """A page of a browser that has access to the console."""
    page = await browser.new_page(locale="fr-FR")
    await page.goto(make_login_link(simulator.doors.console, simulator.doors.token, real_now()))
    return page


@pytest.fixture
def noted(simulator: Simulator, realm: Realm) -> Noted:
    """Write a journal line: the subscriber with this number has read the warning."""

    def note(number: str) -> None:
        at, data = real_now(), {"subscriber_number": number}
        simulator.journal.take([JournalRecord(realm.name, at, at, "warning-taken", None, dict(data))])

    return note


@pytest.fixture
def deliver(simulator: Simulator, realm: Realm) -> Deliver:
    """Store a mail with that subject."""

    async def send_one(subject: str) -> None:
        host, port = simulator.doors.smtp.rsplit(":", 1)
        await send(
            f"From: a@b.example\r\nSubject: {subject}\r\n\r\nUn mot.\r\n",
            sender=f"ne.pas.repondre+{realm.name}@dgfip.finances.example",
            recipients=["lila@courriel.example"],
            hostname=host,
            port=int(port),
            start_tls=False,
        )

    return send_one


def of(simulator: Simulator, realm: Realm, path: str) -> str:
    return f"{simulator.doors.console}/realms/{realm.name}{path}"


async def test_the_fragment_has_only_the_lines_after_one_in_words(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm, noted: Noted
) -> None:
    after = simulator.journal.last_id()
    noted("1")
    noted("2")
    path = f"/realms/{realm.name}/journal?fragment"
    rows = await (await api.get(f"{path}&after={after}", headers=BROWSER)).text()
    assert rows.count("<tr") == 2
    assert rows.index("abonné n° 2") < rows.index("abonné n° 1")
    assert "<html" not in rows
    assert (await (await api.get(f"{path}&after={simulator.journal.last_id()}")).text()).strip() == ""
    assert (await api.get(f"{path}&after=x")).status == 422


async def test_scripts_are_the_consoles_own_and_stand_in_files(api: aiohttp.ClientSession) -> None:
    answer = await api.get("/realms/default/journal")
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'; connect-src 'self';" in policy
    assert "unsafe" not in policy
    assert (await api.get("/static/live.js")).content_type.endswith("/javascript")


@pytest.mark.browser
@pytest.mark.timeout(60)
async def test_the_journal_is_followed_on_request_and_pauses(
    simulator: Simulator, realm: Realm, page: Page, noted: Noted
) -> None:
    await page.add_init_script(
        "const streams = window.streams = [];"
        "window.EventSource = class extends EventSource {"
        " constructor(url) { super(url); streams.push(this); } };"
    )
    await page.goto(of(simulator, realm, "/journal"))
    button, state = page.locator("#suivre"), page.locator("#suivi-etat")
    assert await page.evaluate("streams") == []
    assert await button.get_attribute("aria-pressed") == "false"
    assert (await state.get_attribute("role"), await state.inner_text()) == ("status", "")
    await button.focus()
    await page.keyboard.press("Enter")
    assert await button.inner_text() == "Mettre en pause"
    noted("1001")
    await page.wait_for_selector("#lignes >> text=abonné n° 1001")
    assert await state.inner_text() == "1 nouvelle ligne."
    assert await page.locator("#vide").is_hidden()
    noted("1002")
    await page.wait_for_selector("#lignes tr:first-child >> text=abonné n° 1002")
    assert await page.evaluate("document.activeElement.id") == "suivre"
    await page.keyboard.press("Enter")
    assert (await button.inner_text(), await state.inner_text()) == ("Suivre en direct", "En pause.")
    assert await page.evaluate("streams.map(stream => stream.readyState === EventSource.CLOSED)") == [True]
    noted("1003")
    await page.reload()
    assert await page.locator("#lignes >> text=abonné n° 1003").count() == 1
    assert await page.locator("#lignes tr").count() == len(
        set(await page.eval_on_selector_all("#lignes tr", "rows => rows.map(row => row.dataset.number)"))
    )


@pytest.mark.browser
@pytest.mark.timeout(60)
async def test_a_page_that_is_followed_long_stays_as_short_as_it_was(
    simulator: Simulator, realm: Realm, page: Page, noted: Noted
) -> None:
    for number in range(200):
        noted(str(number))
    await page.goto(of(simulator, realm, "/journal"))
    await page.click("#suivre")
    for number in range(2000, 2005):
        noted(str(number))
    await page.wait_for_selector("#lignes >> text=abonné n° 2004")
    assert await page.locator("#lignes tr").count() == 200


@pytest.mark.browser
@pytest.mark.rule("MAIL-2")
@pytest.mark.timeout(60)
async def test_new_mail_is_shown_as_it_arrives_in_its_folder_and_nothing_of_it_runs(
    simulator: Simulator, realm: Realm, page: Page, deliver: Deliver
) -> None:
    await page.goto(of(simulator, realm, "/mail"))
    await page.click("#suivre")
    await page.wait_for_selector("#suivi-etat >> text=La page suit ce qui se passe.")
    await deliver('<img src=x onerror="document.title=1">')
    await page.wait_for_selector("#lignes >> text=<img src=x")
    assert await page.inner_text("#suivi-etat") == "1 nouveau courriel."
    assert await page.locator("#lignes img").count() == 0


@pytest.mark.browser
@pytest.mark.timeout(60)
async def test_without_javascript_there_is_no_switch_and_the_page_is_whole(
    simulator: Simulator, realm: Realm, browser: Browser, noted: Noted
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto(make_login_link(simulator.doors.console, simulator.doors.token, real_now()))
    noted("1001")
    await page.goto(of(simulator, realm, "/journal"))
    assert await page.locator("#suivre").is_hidden()
    assert await page.locator("#actualiser").is_visible()
    assert await page.locator("#lignes tr").count() == 2, "the realm's making, and the line that was noted"


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_every_page_of_a_realm_fits_390_pixels_is_clean_for_axe_and_works_by_keyboard(
    simulator: Simulator, realm: Realm, page: Page, api: aiohttp.ClientSession, deliver: Deliver
) -> None:
    axe, faults = Axe(), []
    await deliver("Un courriel dont l'objet est long " + "interminable" * 12)
    await api.put(
        f"/api/realms/{realm.name}/delivery",
        json={"rules": [{"to": f"{'tres-long' * 6}@courriel.example", "delay": "PT2H", "spam": True}, {}]},
    )
    await deliver("Un autre")
    await api.put(
        f"/api/realms/{realm.name}/defects", json={"defects": ["code-never-expires", "mail-has-a-link"]}
    )
    made = await (await api.post(f"/api/realms/{realm.name}/snapshots", json={"name": "avant"})).json()
    mails = await (await api.get(f"/api/realms/{realm.name}/mail")).json()
    fill = {
        "{realm}": realm.name,
        "{persona}": "lila",
        r"{mail:\d{1,15}}": str(mails["messages"][0]["id"]),
        r"{snapshot:\d{1,15}}": str(made["id"]),
    }
    paths = [path for method, path, _ in PAGES if method == "GET" and path not in {"/login", "/"}]
    for path in [*paths, "/realms?instantane=1", "/realms/{realm}/mail?dossier=indesirables"]:
        there = path.replace("=1", f"={made['id']}")
        for name, value in fill.items():
            there = there.replace(name, value)
        answer = await page.goto(simulator.doors.console + there)
        if answer is None or answer.status != 200:
            faults.append(f"{path}: not found")
        for width in (1280, 390):
            await page.set_viewport_size({"width": width, "height": 800})
            root = "document.documentElement"
            if (over := await page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")) > 0:
                faults.append(f"{path}: {over} pixels too wide at {width}")
        results = await axe.run(page)
        faults.extend(f"{path}: {each['id']}" for each in results.response["violations"])
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.className") != "skip":
            faults.append(f"{path}: the first stop is not the way to the content")
    assert faults == []
