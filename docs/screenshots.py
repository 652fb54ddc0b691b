"""Walk through the procedure in Chromium and keep a picture of every screen, wide and narrow.

    python docs/screenshots.py FOLDER

The pictures are those of the documentation; looking at them beside the fiche is part of changing a screen.
"""

import asyncio
import shutil
import sys
from pathlib import Path

import aiohttp
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from maquette.simulator import Simulator
from maquette.simulator.assembly import Realm

WIDTHS = (1280, 390)
PASSWORD = "Colibri2011"  # noqa: S105 - fictitious
ANSWER = "Rosette"


class Album:
    """Pictures of pages, numbered in the order in which they are taken."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        folder.mkdir(parents=True, exist_ok=True)

    async def take(self, page: Page, name: str) -> None:
        """Keep the page as it is, once for each width."""
        self.count += 1
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 800})
            file = self.folder / f"{self.count:02}-{name}-{width}.png"
            await page.screenshot(path=file, full_page=True)
        await page.set_viewport_size({"width": WIDTHS[0], "height": 800})


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
    browser: Browser, simulator: Simulator, console: Console, who: str
) -> BrowserContext:
    """A browser that holds a persona's certificate."""
    certificate = {
        "origin": simulator.doors.gate,
        "pfx": await console.read(f"/personas/{who}/bundle.p12"),
        "passphrase": "maquette",
    }
    return await browser.new_context(
        ignore_https_errors=True,
        client_certificates=[certificate],  # type: ignore[list-item]  # a ClientCertificate
        locale="fr-FR",
    )


async def walk(browser: Browser, simulator: Simulator, realm: Realm, console: Console, album: Album) -> None:
    """Lila's way through the procedure, and what else there is to see."""
    context = await with_certificate(browser, simulator, console, "lila")
    page = await context.new_page()
    await page.goto(realm.portal + "/")
    await album.take(page, "home")
    await page.click("#professionnel")
    await album.take(page, "access")
    await page.click("#certificat")
    await album.take(page, "space-one")
    await page.click("#opter")
    await album.take(page, "irrevocable")
    await page.click("#opter")
    await album.take(page, "credentials")
    await page.fill("#password", "court")
    await page.click("#valider")
    await album.take(page, "credentials-refused")
    email = await page.input_value("#email")
    await page.fill("#email_confirmation", email)
    await page.fill("#password", PASSWORD)
    await page.fill("#password_confirmation", PASSWORD)
    await page.click("#valider")
    await page.select_option("#question", "Quel est votre surnom ?")
    await page.fill("#answer", ANSWER)
    await album.take(page, "question")
    await page.click("#valider")
    await album.take(page, "pending")
    await page.goto(realm.gate + "/espace")
    await album.take(page, "space-pending")
    await page.goto(realm.portal + "/creation")
    await album.take(page, "creation")
    await page.click("#activer-expert")
    await page.fill("#email", email)
    await page.fill("#code", "abcdefghijkm")
    await page.click("#valider")
    await album.take(page, "activation-refused")
    await page.fill("#code", await console.code(email))
    async with context.expect_page() as opened:
        await page.click("#valider")
    result = await opened.value
    await result.wait_for_url("**/inscription")
    await album.take(page, "activation-window-opened")
    await album.take(result, "registration")
    await result.click("#espace")
    await result.fill("#email", email)
    await result.fill("#password", PASSWORD)
    await result.click("#valider")
    await album.take(result, "space-by-password")
    await result.click("#gerer-services")
    await album.take(result, "coordinates")
    for name in (
        "professionnels",
        "assistance",
        "hors-espace",
        "mot-de-passe-oublie",
        "hors-du-champ",
        "nulle-part",
    ):
        await page.goto(f"{realm.portal}/{name}")
        await album.take(page, name)
    await page.goto(f"{realm.gate}/certificat")
    await album.take(page, "refused-converted")
    for who in ("theo", "berengere", "francois", "zoe"):
        other = await with_certificate(browser, simulator, console, who)
        page = await other.new_page()
        await page.goto(f"{realm.gate}/certificat")
        await album.take(page, f"enter-{who}")
        await other.close()
    await context.close()


async def main(folder: Path) -> None:
    """Take all pictures into the folder."""
    async with Simulator() as simulator, async_playwright() as playwright, aiohttp.ClientSession() as session:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"))
        realm = await simulator.realm("classe", clock="2011-06-09T09:00:00+02:00")
        await walk(browser, simulator, realm, Console(simulator, realm, session), Album(folder))
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
