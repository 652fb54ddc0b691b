"""Visits every screen in Chromium and calls a function at each: axe, width, screenshots."""

import shutil
from collections.abc import Awaitable, Callable

import aiohttp
from playwright.async_api import Browser, BrowserContext, Page, Playwright
from realm_clock import set_clock

from maquette.simulator import Simulator
from maquette.simulator.server.assembly import Realm

PASSWORD = "Colibri2011"
ANSWER = "Rosette"

NEW_SUBSCRIBER = {
    "last_name": "Aubépin",
    "first_name": "Côme",
    "phone": "01 99 00 12 34",
    "street": "3 rue des Églantiers",
    "postcode": "75011",
    "town": "Paris",
    "country": "FRANCE",
    "sirens": "732 829 320\n123 456 782",
}

Look = Callable[[Page, str], Awaitable[None]]
"""The function called at each screen; its second argument is the screen's name in the tour."""


async def launch(playwright: Playwright) -> Browser:
    """Launch the system's Chromium, or else Playwright's; pop-up windows open."""
    return await playwright.chromium.launch(executable_path=shutil.which("chromium"))


class Console:
    """The control API of a simulator, for one realm."""

    def __init__(self, simulator: Simulator, realm: Realm, session: aiohttp.ClientSession) -> None:
        self.api = realm.api
        self.session = session
        self.headers = {"Authorization": f"Bearer {simulator.doors.token}"}

    async def read(self, path: str) -> bytes:
        async with self.session.get(self.api + path, headers=self.headers) as answer:
            return await answer.read()

    async def code(self, email: str) -> str:
        url = f"{self.api}/mail/next?to={email}&timeout=10"
        async with self.session.get(url, headers=self.headers) as answer:
            found = await answer.json()
        code: str = found["code"]
        return code


async def with_certificate(
    browser: Browser, simulator: Simulator, console: Console, persona: str
) -> BrowserContext:
    """Open a browser context that holds a persona's certificate."""
    certificate = {
        "origin": simulator.doors.gate,
        "pfx": await console.read(f"/personas/{persona}/bundle.p12"),
        "passphrase": "maquette",
    }
    return await browser.new_context(
        ignore_https_errors=True,
        client_certificates=[certificate],  # type: ignore[list-item]  # a ClientCertificate
        locale="fr-FR",
    )


async def walk(browser: Browser, simulator: Simulator, realm: Realm, console: Console, look: Look) -> None:
    """Visit the screens of Lila's whole procedure, and the screens of the default policy outside it."""
    context = await with_certificate(browser, simulator, console, "lila")
    page = await context.new_page()
    await page.goto(realm.portal + "/")
    await look(page, "home")
    await page.click("#professionnel")
    await look(page, "access")
    await page.click("#certificat")
    await look(page, "space-one")
    await page.click("#opter")
    await look(page, "irrevocable")
    await page.click("#opter")
    await look(page, "credentials")
    await page.fill("#password", "court")
    await page.click("#valider")
    await look(page, "credentials-refused")
    email = await page.input_value("#email")
    await page.fill("#email_confirmation", email)
    await page.fill("#password", PASSWORD)
    await page.fill("#password_confirmation", PASSWORD)
    await page.click("#valider")
    await page.select_option("#question", "Quel est votre surnom ?")
    await page.fill("#answer", ANSWER)
    await look(page, "question")
    await page.click("#valider")
    await look(page, "pending")
    await page.goto(realm.gate + "/espace")
    await look(page, "space-pending")
    await page.goto(realm.portal + "/creation")
    await look(page, "creation")
    await page.click("#activer-expert")
    await page.fill("#email", email)
    await page.fill("#code", "abcdefghijkm")
    await page.click("#valider")
    await look(page, "activation-refused")
    await page.fill("#code", await console.code(email))
    async with context.expect_page() as opened:
        await page.click("#valider")
    result = await opened.value
    await result.wait_for_url("**/inscription?*")
    await look(page, "activation-window-opened")
    await look(result, "registration")
    await result.click("#espace")
    await result.fill("#email", email)
    await result.fill("#password", PASSWORD)
    await result.click("#valider")
    await look(result, "space-by-password")
    await result.click("#gerer-services")
    await look(result, "coordinates")
    for name in (
        "professionnels",
        "assistance",
        "hors-du-champ",
        "nulle-part",
    ):
        await page.goto(f"{realm.portal}/{name}")
        await look(page, name)
    await page.goto(f"{realm.gate}/certificat")
    await look(page, "refused-converted")
    await walk_outside_the_space(browser, realm, email, look)
    for persona in ("theo", "berengere", "francois", "zoe"):
        other = await with_certificate(browser, simulator, console, persona)
        page = await other.new_page()
        await page.goto(f"{realm.gate}/certificat")
        await look(page, f"enter-{persona}")
        await other.close()
    await context.close()


async def walk_outside_the_space(browser: Browser, realm: Realm, email: str, look: Look) -> None:
    """Visit the screens of HORS espace, of a new space, and of a new password for Lila's converted space."""
    context = await browser.new_context(ignore_https_errors=True, locale="fr-FR")
    page = await context.new_page()
    await page.goto(realm.portal + "/mon-espace")
    await page.click("#hors-espace")
    await look(page, "outside")
    await page.fill("#subscriber_number", "20080930001593")
    await page.fill("#email", "francois.beaumache@courriel.example")
    await page.click("#valider")
    await look(page, "outside-refused")
    await page.fill("#siren", "140 986 951")
    await page.click("#valider")
    await look(page, "outside-irrevocable")
    await page.goto(realm.portal + "/creation")
    await page.click("#creer-simplifie")
    await look(page, "creation-simplified")
    await page.goto(realm.portal + "/creation")
    await page.click("#creer-expert")
    await page.click("#valider")
    await look(page, "creation-refused")
    await page.select_option("#civility", "Monsieur")
    for field, text in NEW_SUBSCRIBER.items():
        await page.fill(f"#{field}", text)
    await look(page, "creation-expert")
    await page.click("#valider")
    await look(page, "creation-credentials")
    await page.fill("#email", "come.aubepin@courriel.example")
    await page.fill("#email_confirmation", "come.aubepin@courriel.example")
    await page.fill("#password", PASSWORD)
    await page.fill("#password_confirmation", PASSWORD)
    await page.click("#valider")
    await page.select_option("#question", "Quel est votre surnom ?")
    await page.fill("#answer", ANSWER)
    await look(page, "creation-question")
    await page.click("#valider")
    await look(page, "creation-pending")
    await page.goto(realm.portal + "/mon-espace")
    await page.click("#oubli")
    await look(page, "forgotten")
    await page.fill("#email", email)
    await page.fill("#subscriber_number", "2011 171 0000303")
    await page.fill("#answer", "faux")
    await page.click("#valider")
    await look(page, "forgotten-refused")
    await page.fill("#answer", ANSWER.upper())
    await page.click("#valider")
    await look(page, "forgotten-new-password")
    await page.fill("#password", "court")
    await page.click("#valider")
    await look(page, "forgotten-new-password-refused")
    await page.fill("#password", PASSWORD)
    await page.fill("#password_confirmation", PASSWORD)
    await page.click("#valider")
    await look(page, "forgotten-done")
    await context.close()


async def walk_other_policies(browser: Browser, simulator: Simulator, console: Console, look: Look) -> None:
    """Visit the screens that only other policies show: notice, window by click, end of a session."""
    policy = {"gate.notice": "Votre navigateur va vous demander un certificat.", "popup.mode": "click"}
    realm = await simulator.realm(clock="2011-06-09T09:00:00+02:00", policy=policy)
    console = Console(simulator, realm, console.session)
    context = await with_certificate(browser, simulator, console, "lila")
    page = await context.new_page()
    await page.goto(realm.portal + "/mon-espace")
    await page.click("#certificat")
    await look(page, "notice")
    await page.click("#ok")
    await page.click("#opter")
    await page.click("#opter")
    email = await page.input_value("#email")
    await page.fill("#email_confirmation", email)
    await page.fill("#password", PASSWORD)
    await page.fill("#password_confirmation", PASSWORD)
    await page.click("#valider")
    await page.select_option("#question", "Quel est votre surnom ?")
    await page.fill("#answer", ANSWER)
    await page.click("#valider")
    await page.click("#activer")
    await page.fill("#email", email)
    await page.fill("#code", await console.code(email))
    await page.click("#valider")
    await look(page, "activation-by-click")
    set_clock(simulator, realm, "2011-06-09T09:31:00+02:00")
    await page.goto(realm.gate + "/espace")
    await look(page, "session-ended")
    await context.close()
