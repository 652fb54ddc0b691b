"""Takes a picture of every screen, wide and narrow: `make screenshots`.

    python tests/portal/screenshots.py FOLDER

Compare the pictures with the fiche when you change a screen. Pictures of the README go to docs/images too.
"""

import asyncio
import sys
from pathlib import Path

import aiohttp
from playwright.async_api import Page, async_playwright
from screen_tour import Console, launch, walk, walk_other_policies

from maquette.simulator import Simulator

WIDTHS = (1280, 390)
OF_README = {"home", "credentials", "pending", "registration"}
IMAGES = Path(__file__).parents[2] / "docs" / "images"


class Album:
    """Saves pictures of pages, numbered in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0
        folder.mkdir(parents=True, exist_ok=True)
        IMAGES.mkdir(exist_ok=True)

    async def take(self, page: Page, name: str) -> None:
        """Save a picture of the page for each width."""
        self.count += 1
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 800})
            file = self.folder / f"{self.count:02}-{name}-{width}.png"
            picture = await page.screenshot(path=file, full_page=True)
            if name in OF_README and width == WIDTHS[0]:
                (IMAGES / f"{name}.png").write_bytes(picture)
        await page.set_viewport_size({"width": WIDTHS[0], "height": 800})


async def main(folder: Path) -> None:
    """Save all pictures in the folder."""
    async with Simulator() as simulator, async_playwright() as playwright, aiohttp.ClientSession() as session:
        browser = await launch(playwright)
        realm = await simulator.realm("classe", clock="2011-06-09T09:00:00+02:00")
        console, album = Console(simulator, realm, session), Album(folder)
        await walk(browser, simulator, realm, console, album.take)
        await walk_other_policies(browser, simulator, console, album.take)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
