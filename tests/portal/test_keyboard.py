"""The whole procedure with the keyboard alone: Tab, arrows, Enter and text."""

import aiohttp
import pytest
from playwright.async_api import Page, async_playwright
from screen_tour import ANSWER, PASSWORD, Console, launch, with_certificate

from maquette.simulator.server.assembly import Simulator

EMAIL = "lila.rosemonde@courriel.example"
MOST_TABS = 60

FOCUSED = """() => {
    const focused = document.activeElement;
    const labelled = focused.labels && focused.labels.length ? focused.labels[0] : focused;
    return labelled.textContent.replace(/\\s+/g, " ").trim();
}"""


async def tab_to(page: Page, label: str) -> None:
    """Press Tab until the link, button or field of that label has the focus."""
    seen = []
    for _ in range(MOST_TABS):
        await page.keyboard.press("Tab")
        focused = await page.evaluate(FOCUSED)
        if focused == label:
            return
        seen.append(focused[:60])
    raise AssertionError(f"Tab never reaches {label!r}: {seen}")


async def follow(page: Page, label: str, screen: str) -> None:
    """Reach the link or button, press Enter, and wait for the next screen."""
    await tab_to(page, label)
    await page.keyboard.press("Enter")
    await page.wait_for_selector(f"body[data-screen={screen}]")


async def type_into(page: Page, label: str, text: str) -> None:
    await tab_to(page, label)
    await page.keyboard.press("Control+A")
    await page.keyboard.type(text)


@pytest.mark.browser
async def test_the_procedure_is_walked_with_the_keyboard_alone(simulator: Simulator) -> None:
    async with async_playwright() as playwright, aiohttp.ClientSession() as session:
        browser = await launch(playwright)
        realm = await simulator.realm()
        console = Console(simulator, realm, session)
        context = await with_certificate(browser, simulator, console, "lila")
        page = await context.new_page()
        await page.goto(realm.portal + "/")
        await follow(page, "Professionnel", "access")
        await follow(page, "Accéder avec mon certificat", "space")
        await follow(page, "Opter pour l'accès sans certificat", "irrevocable")
        await follow(page, "Opter pour l'accès sans certificat", "credentials")
        await type_into(page, "Confirmez votre nouvelle adresse électronique :", EMAIL)
        await type_into(page, "Votre mot de passe :", PASSWORD)
        await type_into(page, "Confirmez votre nouveau mot de passe :", PASSWORD)
        await page.keyboard.press("Enter")
        await page.wait_for_selector("body[data-screen=question]")
        await tab_to(page, "Sélectionnez une question de confiance :")
        await page.keyboard.press("ArrowDown")
        await type_into(page, "Saisissez la réponse à la question de confiance :", ANSWER)
        await follow(page, "Valider", "pending")
        await follow(page, "Activez votre espace abonné", "activation")
        await type_into(page, "Saisissez votre adresse électronique", EMAIL)
        await type_into(page, "Entrez le code d'activation (12 caractères)", await console.code(EMAIL))
        async with context.expect_page() as opened:
            await page.keyboard.press("Enter")
        result = await opened.value
        await result.wait_for_url("**/inscription?*")
        await follow(result, "Accédez à votre espace abonné", "access")
        await type_into(result, "Adresse électronique", EMAIL)
        await type_into(result, "Mot de passe", PASSWORD)
        await result.keyboard.press("Enter")
        await result.wait_for_selector("body[data-screen=space]")
        await follow(result, "Quitter", "home")
        await context.close()
        await browser.close()
