"""« Acheminement du courrier »: delivery rules in words, forms for them, and mail under way."""

from collections.abc import Callable
from datetime import timedelta

import aiohttp
import pytest
from console_browser import ConsoleBrowser, words

from maquette.simulator.console.pages.delivery import rule_in_words
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.delivery import DeliveryRule, Folder
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.delivery_queue import DeliveryOutcome, add_in_transit, add_undelivered
from maquette.simulator.store.mailbox import ArrivingMail

NINE = parse_instant("2011-06-09T09:00:00+02:00")
LILA, THEO = "lila.rosemonde@courriel.example", "theo.loevenbruck@courriel.example"


class DeliveryPage(ConsoleBrowser):
    """A browser on a realm's delivery page."""

    def __init__(self, api: aiohttp.ClientSession, realm: Realm) -> None:
        super().__init__(api)
        self.realm = realm

    async def look(self) -> None:
        await self.open(f"/realms/{self.realm.name}/acheminement")
        assert self.status == 200

    async def rules(self) -> list[dict[str, object]]:
        answer = await (await self.api.get(f"/api/realms/{self.realm.name}/delivery")).json()
        return [
            {key: value for key, value in rule.items() if value not in (None, False, 0)}
            for rule in answer["rules"]
        ]

    async def put(self, *rules: dict[str, object]) -> None:
        answer = await self.api.put(f"/api/realms/{self.realm.name}/delivery", json={"rules": rules})
        assert answer.status == 200
        await self.look()

    def listed(self) -> list[str]:
        return [words(item.xpath("./p")[0]) for item in self.page.xpath("//ol[@class='rules']/li")]


@pytest.fixture
async def window(
    api: aiohttp.ClientSession, realm_of_2011: Realm, set_clock: Callable[[Realm, str], None]
) -> DeliveryPage:
    """The delivery page of a realm whose clock stands still at nine o'clock on 9 June 2011."""
    set_clock(realm_of_2011, "2011-06-09T09:00:00+02:00")
    window = DeliveryPage(api, realm_of_2011)
    await window.look()
    return window


@pytest.fixture
def under_way(simulator: Simulator, realm_of_2011: Realm) -> Callable[..., None]:
    """Put a mail under way that arrives some hours after nine o'clock."""

    def put(to: str, hours: int, folder: Folder = Folder.INBOX) -> None:
        mail = ArrivingMail(None, "", (to,), "Un mot", "", folder, b"Subject: Un mot\r\n\r\nUn mot.\r\n")
        with simulator.store.writing(realm_of_2011.name) as transaction:
            at = NINE + timedelta(hours=hours)
            add_in_transit(transaction, mail, taken_at=NINE, arrives_at=at, correlation=None)

    return put


# The words


@pytest.mark.rule("MAIL-5")
@pytest.mark.parametrize(
    ("rule", "told"),
    [
        (DeliveryRule(), "remis normalement"),
        (DeliveryRule(to=LILA), "remis normalement"),
        (DeliveryRule(lose=True), "perdu"),
        (DeliveryRule(bounce=True), "rejeté, avec un avis de non-remise"),
        (DeliveryRule(duplicate=True), "doublé"),
        (DeliveryRule(refuse_times=1), "refusé une fois, puis accepté"),
        (DeliveryRule(refuse_times=3, lose=True), "refusé 3 fois, puis accepté ; perdu"),
        (
            DeliveryRule(delay=timedelta(hours=2), spam=True),
            "retardé de 2 h ; rangé dans le courrier indésirable",
        ),
        (
            DeliveryRule(delay=timedelta(days=1, hours=2, minutes=3, seconds=4)),
            "retardé de 1 j 2 h 3 min 4 s",
        ),
        (DeliveryRule(delay=timedelta(minutes=90)), "retardé de 1 h 30 min"),
    ],
)
def test_a_rule_is_described_in_words(rule: DeliveryRule, told: str) -> None:
    assert " ".join(rule_in_words(rule).split()) == told


# The rules


async def test_without_a_rule_the_page_says_that_mail_arrives(window: DeliveryPage) -> None:
    assert window.text_of("aucune-regle").startswith("Il n'y a aucune règle")
    assert window.text_of("rien-en-route") == "Aucun courriel n'est en route."
    assert window.buttons() == ["ajouter"]


async def test_the_rules_stand_in_their_order_and_one_that_can_never_count_says_so(
    window: DeliveryPage,
) -> None:
    await window.put(
        {"to": LILA, "delay": "PT2H", "spam": True},
        {"to": LILA.upper(), "lose": True},
        {"lose": True},
        {"to": THEO, "bounce": True},
    )
    assert window.listed() == [
        f"Pour {LILA} : retardé de 2 h ; rangé dans le courrier indésirable",
        f"Pour {LILA.upper()} : perdu Cette règle ne sert jamais : la règle 1 passe avant elle.",
        "Pour tout le monde : perdu",
        f"Pour {THEO} : rejeté, avec un avis de non-remise Cette règle ne sert jamais : la règle 3 passe "
        "avant elle.",
    ]
    assert "monter-1" not in window.buttons()
    assert "descendre-4" not in window.buttons()


@pytest.mark.rule("MAIL-5")
@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({}, {}),
        ({"sort": "perdu"}, {"lose": True}),
        ({"sort": "rejete"}, {"bounce": True}),
        ({"sort": "rejete", "retard": "oui"}, {"bounce": True, "delay": "PT2H"}),
        ({"retard": "oui", "duree": "90", "unite": "min"}, {"delay": "PT1H30M"}),
        ({"retard": "oui", "duree": " 1 ", "unite": "h"}, {"delay": "PT1H"}),
        ({"retard": "oui", "duree": "366", "unite": "j"}, {"delay": "PT8784H"}),
        ({"refus": "oui", "fois": "3", "double": "oui"}, {"refuse_times": 3, "duplicate": True}),
        ({"indesirable": "oui"}, {"spam": True}),
        ({"pour": "une", "adresse": f" {LILA} ", "indesirable": "oui"}, {"to": LILA, "spam": True}),
        ({"adresse": LILA, "sort": "perdu"}, {"lose": True}),
    ],
)
async def test_the_form_adds_the_described_rule(
    window: DeliveryPage, fields: dict[str, str], rule: dict[str, object]
) -> None:
    await window.press("ajouter", **fields)
    assert window.text_of("message").startswith("La règle est ajoutée.")
    assert await window.rules() == [rule]


async def test_a_rule_for_one_address_goes_first_and_one_for_everybody_last(window: DeliveryPage) -> None:
    await window.press("ajouter", sort="perdu")
    await window.press("ajouter", pour="une", adresse=LILA, double="oui")
    await window.press("ajouter", indesirable="oui")
    await window.press("ajouter", pour="une", adresse=THEO)
    assert [rule.get("to") for rule in await window.rules()] == [THEO, LILA, None, None]
    assert (await window.rules())[2] == {"lose": True}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"pour": "une", "adresse": ""}, "adresse"),
        ({"pour": "une", "adresse": "lila"}, "adresse"),
        ({"pour": "une", "adresse": '"><script>@x.example'}, "adresse"),
        ({"pour": "une", "adresse": "a@" + "b" * 320 + ".example"}, "adresse"),
        ({"retard": "oui", "duree": ""}, "duree"),
        ({"retard": "oui", "duree": "0"}, "duree"),
        ({"retard": "oui", "duree": "-1"}, "duree"),
        ({"retard": "oui", "duree": "1,5"}, "duree"),
        ({"retard": "oui", "duree": "٣"}, "duree"),
        ({"retard": "oui", "duree": "367", "unite": "j"}, "duree"),
        ({"refus": "oui", "fois": "0"}, "fois"),
        ({"refus": "oui", "fois": "1001"}, "fois"),
        ({"sort": "perdu", "retard": "oui"}, "perdu"),
        ({"sort": "perdu", "double": "oui"}, "perdu"),
        ({"sort": "rejete", "indesirable": "oui"}, "rejete"),
    ],
)
async def test_an_invalid_rule_is_explained_in_words_and_the_form_keeps_its_fields(
    window: DeliveryPage, fields: dict[str, str], why: str
) -> None:
    await window.press("ajouter", **fields)
    assert (window.status, window.page.xpath("//*[@id='message']/@data-wrong")) == (422, [why])
    assert window.text_of("message").startswith("La règle n'est pas ajoutée.")
    assert window.page.findtext(".//title", "").startswith("La règle n'est pas ajoutée")
    (form,) = window.page.xpath("//form[.//button[@id='ajouter']]")
    kept = dict(form.form_values())
    assert {name: kept.get(name) for name in fields} == fields
    assert window.page.xpath("//*[@aria-invalid='true']/@aria-describedby") == ["erreur"]
    assert await window.rules() == []
    assert not window.page.xpath("//script")


async def test_one_rule_too_many_is_refused_in_words(window: DeliveryPage) -> None:
    await window.put(*[{"lose": True}] * 100)
    await window.press("ajouter")
    assert window.page.xpath("//*[@id='message']/@data-wrong") == ["trop"]
    assert len(await window.rules()) == 100


async def test_rules_are_moved_and_deleted_one_by_one_and_all_at_once(window: DeliveryPage) -> None:
    await window.put({"lose": True}, {"to": LILA, "spam": True}, {"to": THEO, "bounce": True})
    await window.press("monter-2")
    assert [rule.get("to") for rule in await window.rules()] == [LILA, None, THEO]
    await window.press("descendre-1")
    assert [rule.get("to") for rule in await window.rules()] == [None, LILA, THEO]
    await window.press("supprimer-2")
    assert window.text_of("message").startswith("La règle est supprimée.")
    assert [rule.get("to") for rule in await window.rules()] == [None, THEO]
    await window.press("normal")
    assert window.text_of("message").startswith("Tout est revenu à la normale.")
    assert await window.rules() == []


@pytest.mark.parametrize("button", ["supprimer-1", "descendre-1", "normal"])
async def test_an_outdated_page_changes_nothing(window: DeliveryPage, button: str) -> None:
    await window.put({"lose": True}, {"bounce": True})
    old = window.page
    await window.put({"to": LILA}, {"lose": True}, {"bounce": True})
    window.page = old
    await window.press(button)
    assert window.page.xpath("//*[@id='message']/@data-done") == ["entre-temps"]
    assert len(await window.rules()) == 3
    await window.press(button)
    assert window.page.xpath("//*[@id='message']/@data-done") != ["entre-temps"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"geste": "casser"},
        {"geste": "supprimer"},
        {"geste": "supprimer", "rang": "0"},
        {"geste": "supprimer", "rang": "3"},
        {"geste": "supprimer", "rang": "²"},
        {"geste": "monter", "rang": "1"},
        {"geste": "descendre", "rang": "2"},
    ],
)
async def test_an_unknown_button_is_a_problem_and_changes_nothing(
    window: DeliveryPage, fields: dict[str, str]
) -> None:
    await window.put({"lose": True}, {"bounce": True})
    (mark, *_) = window.page.xpath("//input[@name='etat']/@value")
    await window.send(window.path, etat=mark, **fields)
    assert (window.status, window.page.xpath("//*[@id='probleme']/@data-problem")) == (422, ["body-invalid"])
    assert len(await window.rules()) == 2


async def test_the_addresses_to_choose_from_are_those_of_the_personas(window: DeliveryPage) -> None:
    addresses = window.page.xpath("//datalist/option/@value")
    assert {LILA, THEO} <= set(addresses)
    assert len(addresses) == len(set(addresses))


# On the way


@pytest.mark.rule("MAIL-5")
async def test_mail_on_its_way_is_listed_and_a_button_takes_the_clock_to_its_arrival(
    window: DeliveryPage, under_way: Callable[..., None]
) -> None:
    under_way(THEO, 3, Folder.SPAM)
    under_way(LILA, 2)
    await window.look()
    rows = [words(row) for row in window.page.xpath("//tbody/tr")]
    assert rows[0].startswith(f"{LILA} arrivera le 09/06/2011 à 11:00:00")
    assert rows[1].startswith(f"{THEO} arrivera le 09/06/2011 à 12:00:00 courrier indésirable")
    await window.press("aller-1")
    assert window.path.endswith("/horloge")
    assert "au 9 juin 2011 à 11:00:00." in window.text_of("message")
    assert "courriel arrivé" in window.text_of("message")
    await window.look()
    assert [words(row.xpath("./th")[0]) for row in window.page.xpath("//tbody/tr")] == [THEO]


async def test_a_mail_that_is_no_longer_on_its_way_moves_no_clock(
    window: DeliveryPage, under_way: Callable[..., None]
) -> None:
    under_way(LILA, 2)
    await window.look()
    await window.api.post(f"/api/realms/{window.realm.name}/clock/advance", json={"by": "PT2H"})
    await window.press("aller-1")
    assert window.page.xpath("//*[@id='message']/@data-done") == ["parti"]
    clock = await (await window.api.get(f"/api/realms/{window.realm.name}/clock")).json()
    assert clock["now"] == "2011-06-09T09:00:00Z"


async def test_mails_that_never_arrive_are_listed_newest_first(
    window: DeliveryPage, simulator: Simulator
) -> None:
    with simulator.store.writing(window.realm.name) as transaction:
        add_undelivered(transaction, NINE, DeliveryOutcome.LOST, [LILA])
        add_undelivered(transaction, NINE + timedelta(hours=1), DeliveryOutcome.BOUNCED, [THEO, LILA])
    await window.look()
    assert [words(item) for item in window.page.xpath("//*[@id='jamais']/following-sibling::ul/li")] == [
        f"09/06/2011 à 10:00:00, pour {THEO}, {LILA} : rejeté, avec un avis de non-remise",
        f"09/06/2011 à 09:00:00, pour {LILA} : perdu",
    ]


async def test_many_mails_on_their_way_are_cut_short_and_counted(
    window: DeliveryPage, under_way: Callable[..., None]
) -> None:
    for hours in range(1, 53):
        under_way(LILA, hours)
    await window.look()
    assert len(window.page.xpath("//tbody/tr")) == 50
    assert "Et 2 de plus" in words(window.page)
