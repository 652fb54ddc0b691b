"""« Défauts volontaires »: the page that chooses defects, and their names on all pages of the realm."""

import aiohttp
import pytest
from console_browser import ConsoleBrowser, words

from maquette.simulator.console.pages.texts import CATALOGUE
from maquette.simulator.defects.catalogue import DEFECTS
from maquette.simulator.portal.exchange import PATHS
from maquette.simulator.server.assembly import Realm

EXPIRY, LINK = "code-never-expires", "mail-has-a-link"
PAGES = ["", "/horloge", "/mail", "/acheminement", "/defauts", "/assistance", "/journal", "/instantanes"]


class DefectsPage(ConsoleBrowser):
    """A browser on a realm's defects page."""

    def __init__(self, api: aiohttp.ClientSession, realm: Realm) -> None:
        super().__init__(api)
        self.realm = realm

    async def look(self) -> None:
        await self.open(f"/realms/{self.realm.name}/defauts")
        assert self.status == 200

    async def on(self) -> list[str]:
        answer = await (await self.api.get(f"/api/realms/{self.realm.name}/defects")).json()
        names: list[str] = answer["defects"]
        return names

    async def put(self, *names: str) -> None:
        answer = await self.api.put(f"/api/realms/{self.realm.name}/defects", json={"defects": names})
        assert answer.status == 200

    def ticked(self) -> list[str]:
        return [str(name) for name in self.page.xpath("//input[@type='checkbox'][@checked]/@name")]


@pytest.fixture
async def window(api: aiohttp.ClientSession, realm: Realm) -> DefectsPage:
    window = DefectsPage(api, realm)
    await window.look()
    return window


async def test_every_defect_stands_under_its_subject_with_its_rule_and_its_reason(
    window: DefectsPage,
) -> None:
    assert [words(legend) for legend in window.page.xpath("//legend")] == list(
        CATALOGUE["rule-groups"].values()
    )
    assert window.page.xpath("//fieldset//input/@name") == list(DEFECTS)
    (item,) = window.page.xpath(f"//input[@id='{EXPIRY}']/ancestor::p")
    assert words(item) == (
        "Le code n'expire jamais Un courriel retrouvé dans une vieille boîte ouvre encore l'espace. "
        "Règle ACT-6, code-never-expires"
    )
    assert window.ticked() == []
    assert window.buttons() == ["enregistrer", "enregistrer-en-bas"]


async def test_ticked_defects_are_on_and_unticked_ones_are_off(window: DefectsPage) -> None:
    await window.press("enregistrer", **{EXPIRY: "oui", LINK: "oui"})
    assert await window.on() == window.ticked() == [EXPIRY, LINK]
    assert window.text_of("message").startswith("2 défauts sont activés.")
    (unticked,) = window.page.xpath(f"//input[@id='{EXPIRY}']")
    unticked.checked = False
    await window.press("enregistrer-en-bas")
    assert await window.on() == window.ticked() == [LINK]
    assert window.text_of("message").startswith("1 défaut est activé.")


async def test_all_are_switched_off_at_once(window: DefectsPage) -> None:
    await window.press("enregistrer", **{EXPIRY: "oui", LINK: "oui"})
    await window.press("aucun")
    assert await window.on() == window.ticked() == []
    assert window.text_of("message").startswith("Aucun défaut de cet environnement n'est activé.")
    assert "aucun" not in window.buttons()


async def test_an_outdated_form_changes_nothing(window: DefectsPage) -> None:
    await window.put(LINK)
    await window.press("enregistrer", **{EXPIRY: "oui"})
    assert await window.on() == window.ticked() == [LINK]
    assert window.text_of("message").startswith("Rien n'a changé.")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"geste": "autre", "etat": ""},
        {"geste": "enregistrer", "etat": "", "no-such-defect": "oui"},
        {"etat": "", EXPIRY: "oui"},
    ],
)
async def test_a_form_that_the_page_does_not_have_changes_nothing(
    window: DefectsPage, fields: dict[str, str]
) -> None:
    await window.send(f"/realms/{window.realm.name}/defauts", **fields)
    assert window.status == 422
    assert await window.on() == []


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_of_the_realm_names_the_active_defects(window: DefectsPage, path: str) -> None:
    await window.open(f"/realms/{window.realm.name}{path}")
    assert window.text_of("defauts-actives") == ""
    await window.put(LINK, EXPIRY)
    await window.open(f"/realms/{window.realm.name}{path}")
    assert (
        window.text_of("defauts-actives")
        == "Défauts volontaires activés : Le code n'expire jamais ; Le courriel contient un lien"
    )
    assert window.page.xpath("//@data-defects") == [f"{EXPIRY} {LINK}"]


async def test_the_journal_page_describes_defects_in_words(window: DefectsPage) -> None:
    await window.press("enregistrer", **{EXPIRY: "oui"})
    await window.press("aucun")
    await window.open(f"/realms/{window.realm.name}/journal")
    told = [
        words(cell)
        for cell in window.page.xpath("//main//li | //tbody//td | //tbody//th")
        if "défauts" in words(cell)
    ]
    assert told == ["défauts volontaires désactivés", "défauts volontaires activés : Le code n'expire jamais"]


def test_the_portal_has_no_page_about_defects() -> None:
    assert [path for path in PATHS.values() if "defaut" in path] == []
