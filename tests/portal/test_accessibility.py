"""Every screen in Chromium: axe finds no fault, and nothing overflows a narrow window."""

import aiohttp
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, async_playwright
from screen_tour import Console, launch, walk, walk_other_policies

from maquette.simulator.server.assembly import Simulator


@pytest.mark.browser
@pytest.mark.timeout(300)
async def test_every_screen_is_clean_for_axe_and_fits_390_pixels(simulator: Simulator) -> None:
    axe = Axe()
    faults: list[str] = []
    seen: set[str] = set()

    async def examine(page: Page, name: str) -> None:
        seen.add(await page.get_attribute("body", "data-screen") or "")
        if not await page.title():
            faults.append(f"{name}: no title")
        for width in (1280, 390):
            await page.set_viewport_size({"width": width, "height": 800})
            overflow = await page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            if overflow > 0:
                faults.append(f"{name}: {overflow} pixels too wide at {width}")
        results = await axe.run(page)
        faults.extend(
            f"{name}: {violation['id']} at {violation['nodes'][0]['target']}"
            for violation in results.response["violations"]
        )

    async with async_playwright() as playwright, aiohttp.ClientSession() as session:
        browser = await launch(playwright)
        realm = await simulator.realm(clock="2011-06-09T09:00:00+02:00")
        console = Console(simulator, realm, session)
        await walk(browser, simulator, realm, console, examine)
        await walk_other_policies(browser, simulator, console, examine)
        await browser.close()

    assert faults == []
    assert seen >= {
        "home", "professionals", "access", "space", "irrevocable", "credentials", "question", "pending",
        "activation", "creation", "registration", "coordinates", "forgotten", "helpdesk", "outside",
        "notice", "session-ended", "out-of-scope", "refused", "error",
    }  # fmt: skip
