"""The console's forms: moving a realm's clock, making, resetting and deleting realms, without a script."""

import asyncio
import shutil
from collections.abc import Callable
from datetime import timedelta

import aiohttp
import pytest
from axe_playwright_python.async_playwright import Axe
from cases import cases
from console_browser import ConsoleBrowser, words
from cryptography import x509
from playwright.async_api import Page, async_playwright

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor
from maquette.fixtures.walk import enter, opt
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.door.access import make_login_link
from maquette.simulator.console.pages.clock import NOT_MOVED
from maquette.simulator.console.pages.routes import PAGES
from maquette.simulator.domain.clock import Clock, ClockMode, parse_instant
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.space import Credentials
from maquette.simulator.realm.clock import ClockRefusal
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.options import add_option
from maquette.simulator.store.realms import RealmRecord, add_realm

START = "2011-06-09T09:00:00+02:00"
LILA, THEO = "20111710000303", "20111500000412"


class ClockPage(ConsoleBrowser):
    """A browser on a realm's clock page."""

    def __init__(self, api: aiohttp.ClientSession, realm: Realm) -> None:
        super().__init__(api)
        self.realm = realm

    async def look(self) -> None:
        await self.open(f"/realms/{self.realm.name}/horloge")
        assert self.status == 200

    async def clock(self) -> tuple[str, str]:
        answer = await (await self.api.get(f"/api/realms/{self.realm.name}/clock")).json()
        return answer["mode"], answer["now"]


@pytest.fixture
async def window(
    api: aiohttp.ClientSession, realm_of_2011: Realm, set_clock: Callable[[Realm, str], None]
) -> ClockPage:
    """The clock page of a realm whose clock stands still at nine o'clock on 9 June 2011."""
    set_clock(realm_of_2011, START)
    window = ClockPage(api, realm_of_2011)
    await window.look()
    return window


@pytest.fixture
def opted(simulator: Simulator, realm_of_2011: Realm) -> Callable[..., None]:
    """Have a space opt at nine o'clock, or some minutes later."""

    def opt(number: str, minutes: int = 0) -> None:
        at = parse_instant(START) + timedelta(minutes=minutes)
        chosen = Credentials(f"{number}@courriel.example", "hash", "question", "réponse")
        with simulator.store.writing(realm_of_2011.name) as transaction:
            add_option(transaction, Option(f"o-{number}", number, chosen, "Kd3Fh7PqRs2T", at, at))

    return opt


# The clock


def test_the_page_has_words_for_every_refused_move() -> None:
    assert NOT_MOVED.keys() == set(ClockRefusal)


async def test_the_page_shows_the_time_and_stops_and_starts_the_clock(window: ClockPage) -> None:
    assert window.text_of("horloge") == "Il est 09:00:00 le 9 juin 2011, heure de Paris."
    assert window.text_of("marche").startswith("L'horloge est arrêtée.")
    await window.press("laisser-tourner")
    assert window.text_of("message") == "L'horloge tourne."
    assert (await window.clock())[0] == "running"
    assert "arreter" in window.buttons()
    assert "laisser-tourner" not in window.buttons()
    await window.press("arreter")
    assert window.text_of("message") == "L'horloge est arrêtée."
    mode, now = await window.clock()
    assert (mode, now[:16]) == ("frozen", "2011-06-09T07:00")


@pytest.mark.parametrize(
    ("button", "now", "told"),
    [
        ("plus-1-h", "2011-06-09T08:00:00Z", "9 juin 2011 à 10:00:00"),
        ("plus-47-h-59", "2011-06-11T06:59:00Z", "11 juin 2011 à 08:59:00"),
    ],
)
async def test_a_step_moves_the_clock_by_just_as_much(
    window: ClockPage, button: str, now: str, told: str
) -> None:
    await window.press(button)
    assert await window.clock() == ("frozen", now)
    assert window.text_of("message") == (
        f"L'horloge est passée du 9 juin 2011 à 09:00:00 au {told}. Elle est arrêtée. "
        "Rien n'est venu à échéance en chemin."
    )


async def test_a_step_lets_a_running_clock_run(window: ClockPage) -> None:
    await window.press("laisser-tourner")
    await window.press("plus-1-h")
    mode, now = await window.clock()
    assert (mode, now[:16]) == ("running", "2011-06-09T08:00")
    assert "Elle tourne." in window.text_of("message")


@pytest.mark.rule("ACT-5", "ACT-6")
async def test_the_last_and_first_bad_second_of_a_code_have_buttons_and_the_lapse_is_shown(
    window: ClockPage, opted: Callable[..., None]
) -> None:
    opted(LILA)
    await window.press("laisser-tourner")
    assert "Le code de Lila ROSEMONDE vaut jusqu'au 11 juin 2011 à 09:00:00." in words(window.page)
    await window.press("derniere-bonne-seconde")
    assert await window.clock() == ("frozen", "2011-06-11T07:00:00Z")
    assert "Rien n'est venu à échéance en chemin." in window.text_of("message")
    await window.press("premiere-mauvaise-seconde")
    assert await window.clock() == ("frozen", "2011-06-11T07:00:01Z")
    happened = [words(item) for item in window.page.xpath("//*[@id='message']//li")]
    assert happened == [
        "11/06/2011 à 09:00:01 délai d'activation dépassé, l'option est caduque Lila ROSEMONDE"
    ]


@pytest.mark.rule("ACT-5")
@pytest.mark.rule("ACT-4", "MAIL-5")
async def test_the_first_bad_second_is_that_of_a_letter_that_is_taken_on_the_way(
    window: ClockPage, lila: HttpVisitor
) -> None:
    """The mail server accepts the letter at the third retry, at 9:07: the 48 hours begin there."""
    await window.api.put(f"{window.realm.api}/delivery", json={"rules": [{"refuse_times": 3}]})
    await opt(lila, "lila.rosemonde@courriel.example")
    refused = f"{window.realm.api}/journal?kind=mail-refused"
    async with asyncio.timeout(10):
        while not (await (await window.api.get(refused)).json())["lines"]:
            pass
    await window.look()
    await window.press("premiere-mauvaise-seconde")
    assert await window.clock() == ("frozen", "2011-06-11T07:07:01Z")
    assert window.text_of("message").startswith(
        "L'horloge est passée du 9 juin 2011 à 09:00:00 au 11 juin 2011 à 09:07:01. Elle est arrêtée."
    )
    *_, last = [words(item) for item in window.page.xpath("//*[@id='message']//li")]
    assert last.startswith("11/06/2011 à 09:07:01 délai d'activation dépassé")


async def test_one_of_several_codes_is_chosen_by_its_persona(
    window: ClockPage, opted: Callable[..., None]
) -> None:
    opted(LILA)
    opted(THEO, minutes=30)
    await window.look()
    choice = {each.get("value"): words(each) for each in window.page.xpath("//*[@id='personne-code']/option")}
    assert choice == {
        "lila": "Lila ROSEMONDE (11/06/2011 à 09:00:00)",
        "theo": "Théo LŒVENBRUCK (11/06/2011 à 09:30:00)",
    }
    await window.press("derniere-bonne-seconde", personne="theo")
    assert await window.clock() == ("frozen", "2011-06-11T07:30:00Z")
    assert "Lila ROSEMONDE" in window.text_of("message")
    assert not window.page.xpath("//*[@id='personne-code']")
    assert "Le code de Théo LŒVENBRUCK" in words(window.page)


async def test_without_a_pending_option_there_are_no_buttons_for_its_seconds(
    window: ClockPage, opted: Callable[..., None]
) -> None:
    assert not {"derniere-bonne-seconde", "premiere-mauvaise-seconde"} & set(window.buttons())
    assert window.text_of("aucun-code")
    opted(LILA)
    await window.look()
    await window.send(window.path, geste="premiere-mauvaise-seconde", personne="lila")
    before = await window.clock()
    await window.send(window.path, geste="derniere-bonne-seconde", personne="lila")
    assert window.text_of("message") == (
        "L'horloge n'a pas bougé. Aucune option de cette personne n'attend plus son activation."
    )
    assert await window.clock() == before


@pytest.mark.rule("ACT-6")
@pytest.mark.parametrize(
    ("instant", "who"),
    [
        ("2011-06-11T08:59:59+02:00", ["lila"]),
        ("2011-06-11T09:00:00+02:00", ["lila"]),
        ("2011-06-11T09:00:01+02:00", []),
    ],
)
async def test_an_option_is_not_pending_after_its_window_even_if_the_lapse_is_not_noted(
    window: ClockPage,
    opted: Callable[..., None],
    set_clock: Callable[[Realm, str], None],
    instant: str,
    who: list[str],
) -> None:
    opted(LILA)
    set_clock(window.realm, instant)
    await window.look()
    code = "//form[.//button[@id='derniere-bonne-seconde']]//*[@name='personne']"
    assert window.page.xpath(f"{code}/@value") == who


@pytest.mark.rule("ACC-13")
@pytest.mark.parametrize("persona", ["lila", "gaelle"])
async def test_the_end_of_a_certificate_is_its_first_invalid_second(window: ClockPage, persona: str) -> None:
    people = f"/api/realms/{window.realm.name}/personas"
    listed = window.page.xpath("//*[@id='personne-certificat']/option/@value")
    assert listed == [each["id"] for each in (await (await window.api.get(people)).json())["personas"]]
    pem = await (await window.api.get(f"{people}/{persona}/certificate.pem")).read()
    end = x509.load_pem_x509_certificate(pem).not_valid_after_utc
    await window.press("laisser-tourner")
    await window.press("fin-du-certificat", personne=persona)
    mode, now = await window.clock()
    assert (mode, parse_instant(now)) == ("frozen", end + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("day", "time", "now"),
    [
        ("2011-06-10", "09:30", "2011-06-10T07:30:00Z"),
        ("2011-06-10", "09:30:15", "2011-06-10T07:30:15Z"),
        ("2011-12-24", "09:30:00", "2011-12-24T08:30:00Z"),
        ("2012-03-25", "01:59:59", "2012-03-25T00:59:59Z"),
        ("2012-03-25", "03:00:00", "2012-03-25T01:00:00Z"),
        ("2011-10-30", "02:30:00", "2011-10-30T00:30:00Z"),
        ("2100-12-31", "23:59:59", "2100-12-31T22:59:59Z"),
    ],
)
async def test_a_typed_instant_is_that_of_paris(window: ClockPage, day: str, time: str, now: str) -> None:
    await window.press("laisser-tourner")
    await window.press("aller", jour=day, heure=time)
    assert await window.clock() == ("frozen", now)


async def test_the_fields_of_the_instant_hold_the_present_one(window: ClockPage) -> None:
    await window.press("aller", jour="2011-06-10", heure="00:30:15")
    assert window.page.xpath("//*[@id='jour']/@value") == ["2011-06-10"]
    assert window.page.xpath("//*[@id='heure-voulue']/@value") == ["00:30:15"]


@cases(
    ("day", "time", "why"),
    [
        ("", "", "Donnez un jour et une heure"),
        ("2011-06-10", "", "Donnez un jour et une heure"),
        ("2011-06-31", "09:00", "Donnez un jour et une heure"),
        ("2011-06-10", "24:00", "Donnez un jour et une heure"),
        ("20110610", "09:00", "Donnez un jour et une heure"),
        ("2011-W23-5", "09:00", "Donnez un jour et une heure"),
        ("09/06/2011", "09:00", "Donnez un jour et une heure"),
        ("2011-06-10", "09:00+02:00", "Donnez un jour et une heure"),
        ("0000-01-01", "09:00", "Donnez un jour et une heure"),
        ("<b>", "<script>", "Donnez un jour et une heure"),
        ("1999-12-31", "23:59:59", "Elle ne montre que les années 2000 à 2100."),
        ("2000-01-01", "00:59:59", "Elle ne montre que les années 2000 à 2100."),
        ("2101-01-01", "00:00", "Elle ne montre que les années 2000 à 2100."),
        ("2012-03-25", "02:00:00", "Cette heure n'existe pas à Paris ce jour-là"),
        ("2012-03-25", "02:59:59", "Cette heure n'existe pas à Paris ce jour-là"),
    ],
)
async def test_an_invalid_instant_moves_no_clock_and_is_explained(
    window: ClockPage, day: str, time: str, why: str
) -> None:
    await window.press("aller", jour=day, heure=time)
    assert window.text_of("message").startswith(f"L'horloge n'a pas bougé. {why}")
    assert window.page.findtext(".//title", "").startswith("L'horloge n'a pas bougé")
    assert await window.clock() == ("frozen", "2011-06-09T07:00:00Z")


async def test_a_move_that_stops_on_its_way_says_so(window: ClockPage) -> None:
    await window.open(f"/realms/{window.realm.name}/horloge?refus={NOT_MOVED[ClockRefusal.TOO_MANY_STOPS]}")
    assert window.text_of("message").startswith("L'horloge s'est arrêtée en chemin. Trop d'événements")
    assert window.page.findtext(".//title", "").startswith("L'horloge s'est arrêtée en chemin")


@pytest.mark.parametrize(
    ("time", "shown", "told"),
    [
        (
            "08:59:59",
            "10:00:00",
            "L'horloge n'a pas bougé. Quelque chose s'est passé dans cet environnement le 9 juin 2011 à "
            "09:00:00, et l'horloge ne peut pas revenir avant. Pour repartir du début, réinitialisez "
            "l'environnement.",
        ),
        ("09:00:00", "09:00:00", "L'horloge est passée du 9 juin 2011 à 10:00:00 au 9 juin 2011 à 09:00:00."),
        ("09:00:01", "09:00:01", "L'horloge est passée du 9 juin 2011 à 10:00:00 au 9 juin 2011 à 09:00:01."),
    ],
)
async def test_the_clock_goes_back_as_far_as_the_latest_event_and_says_when_that_was(
    window: ClockPage, opted: Callable[..., None], time: str, shown: str, told: str
) -> None:
    opted(LILA)
    await window.press("plus-1-h")
    await window.press("aller", jour="2011-06-09", heure=time)
    assert window.text_of("horloge").startswith(f"Il est {shown} ")
    assert window.text_of("message").startswith(told)


async def test_a_step_beyond_the_last_year_is_refused(window: ClockPage) -> None:
    await window.press("aller", jour="2100-12-31", heure="23:59:59")
    await window.press("plus-47-h-59")
    assert "Elle ne montre que les années 2000 à 2100." in window.text_of("message")
    assert (await window.clock())[1] == "2100-12-31T22:59:59Z"


@pytest.mark.rule("SES-2")
async def test_a_session_ended_by_a_move_is_shown_with_its_person(
    window: ClockPage, simulator: Simulator
) -> None:
    realm = window.realm
    async with Control(realm.api, simulator.doors.token) as control:
        certificate = await control.certificate("lila")
    async with HttpVisitor(
        portal=realm.portal, gate=realm.gate, ca=simulator.doors.ca, certificate=certificate
    ) as lila:
        await enter(lila)
    await window.press("plus-1-h")
    happened = [words(item) for item in window.page.xpath("//*[@id='message']//li")]
    assert happened == ["09/06/2011 à 09:30:01 session finie Lila ROSEMONDE"]


@pytest.mark.parametrize("query", ["refus=%3Cscript%3E", "refus=", "depuis=x", "depuis=9999999", "fait=rien"])
async def test_an_unknown_query_shows_no_message(window: ClockPage, query: str) -> None:
    await window.open(f"{window.path}?{query}")
    assert (window.status, window.text_of("message")) == (200, "")
    assert not window.page.xpath("//script")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"geste": "reculer"},
        {"geste": "fin-du-certificat"},
        {"geste": "fin-du-certificat", "personne": "nobody"},
    ],
)
async def test_an_unknown_form_is_a_problem_and_moves_nothing(
    window: ClockPage, fields: dict[str, str]
) -> None:
    await window.send(window.path, **fields)
    assert (window.status, window.page.xpath("//*[@id='probleme']/@data-problem")) == (422, ["body-invalid"])
    await window.look()
    assert await window.clock() == ("frozen", "2011-06-09T07:00:00Z")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x--"),
        ("application/x-www-form-urlencoded; charset=none", b"geste=plus-1-h"),
        ("application/x-www-form-urlencoded", b"geste=\xff"),
    ],
)
async def test_a_form_that_cannot_be_read_is_a_problem(window: ClockPage, kind: str, body: bytes) -> None:
    answer = await window.api.post(window.path, data=body, headers={"Content-Type": kind})
    assert (answer.status, (await answer.json(content_type=None))["code"]) == (422, "body-invalid")
    assert await window.clock() == ("frozen", "2011-06-09T07:00:00Z")


# Realms


async def test_a_reset_is_confirmed_first_and_keeps_the_certificates(
    window: ClockPage, opted: Callable[..., None]
) -> None:
    api, name = window.api, window.realm.name
    opted(LILA)
    before = await (await api.get(f"/api/realms/{name}/personas/lila/certificate.pem")).read()
    await window.press("plus-1-h")
    (link,) = window.page.xpath("//a[@id='reinitialiser']/@href")
    await window.open(link)
    assert "Son horloge repart du 9 juin 2011 à 09:00:00, et tourne." in words(window.page)
    assert (await (await api.get(f"/api/realms/{name}/spaces/{LILA}")).json())["state"] == "pending"
    await window.press("confirmer")
    assert "Ses personnes du début ont gardé leurs certificats" in window.text_of("message")
    assert (await (await api.get(f"/api/realms/{name}/spaces/{LILA}")).json())["state"] == "certificate"
    assert await (await api.get(f"/api/realms/{name}/personas/lila/certificate.pem")).read() == before
    assert (await window.clock())[0] == "running"


async def test_a_reset_says_beforehand_which_subscribers_and_certificates_would_go(
    window: ClockPage,
) -> None:
    api, name = window.api, window.realm.name
    await window.open(f"/realms/{name}/reinitialiser")
    assert window.text_of("ajoutes") == ""
    await api.post(f"/api/realms/{name}/personas", json={"count": 30, "seed": 1})
    await window.open(f"/realms/{name}/reinitialiser")
    assert "les abonnés ajoutés (30) et leurs certificats, pour de bon" in window.text_of("ajoutes")
    await window.press("confirmer")
    gone = await api.get(f"/api/realms/{name}/personas/abonne-000030/certificate.pem")
    assert gone.status == 404


async def test_a_realm_of_now_says_that_its_clock_would_start_from_now_again(
    api: aiohttp.ClientSession, realm: Realm
) -> None:
    window = ConsoleBrowser(api)
    await window.open(f"/realms/{realm.name}/reinitialiser")
    assert "Son horloge repart de l'heure qu'il est vraiment, et tourne." in words(window.page)


async def test_a_realm_is_made_with_the_form_then_deleted_when_that_is_confirmed(
    api: aiohttp.ClientSession,
) -> None:
    window = ConsoleBrowser(api)
    await window.open("/realms")
    await window.press("creer", nom=" classe-4c ", depart="fiche")
    assert (window.status, window.path) == (200, "/realms/classe-4c")
    assert "le 9 juin 2011" in window.text_of("horloge")
    await window.open("/realms")
    (row,) = window.page.xpath("//tr[@id='environnement-classe-4c']")
    (link,) = row.xpath(".//a[starts-with(@aria-label, 'Supprimer')]/@href")
    await window.open(link)
    assert "courriels, journal, instantanés, certificats." in words(window.page)
    assert (await api.get("/api/realms/classe-4c")).status == 200
    await window.press("confirmer")
    assert (window.path, window.text_of("message")) == ("/realms", "L'environnement est supprimé.")
    assert (await api.get("/api/realms/classe-4c")).status == 404


async def test_a_realm_starts_from_now_unless_the_fiches_day_is_chosen(api: aiohttp.ClientSession) -> None:
    window = ConsoleBrowser(api)
    await window.open("/realms")
    await window.press("creer", nom="classe-du-jour")
    made = await (await api.get("/api/realms/classe-du-jour")).json()
    assert parse_instant(made["now"]) > real_now() - timedelta(minutes=1)
    await api.delete("/api/realms/classe-du-jour")


async def test_the_form_says_that_browsers_do_not_offer_certificates_of_2011(
    api: aiohttp.ClientSession,
) -> None:
    window = ConsoleBrowser(api)
    await window.open("/realms")
    (start,) = window.page.xpath("//*[@id='depart-fiche']")
    assert window.text_of(start.get("aria-describedby")).startswith(
        "Un navigateur ne propose que les certificats valables à sa propre horloge"
    )


@pytest.mark.parametrize(
    ("name", "status", "why"),
    [
        ("", 422, "Ce nom ne convient pas."),
        ("Classe", 422, "Ce nom ne convient pas."),
        ("été", 422, "Ce nom ne convient pas."),
        ("a/b", 422, "Ce nom ne convient pas."),
        ("-a", 422, "Ce nom ne convient pas."),
        ("x" * 49, 422, "Ce nom ne convient pas."),
        ('"><script>', 422, "Ce nom ne convient pas."),
        ("default", 409, "Un environnement porte déjà ce nom : choisissez-en un autre."),
    ],
)
async def test_an_invalid_name_is_reported_at_its_field_and_makes_no_realm(
    api: aiohttp.ClientSession, name: str, status: int, why: str
) -> None:
    before = await (await api.get("/api/realms")).json()
    window = ConsoleBrowser(api)
    await window.open("/realms")
    await window.press("creer", nom=name, depart="fiche")
    assert (window.status, window.text_of("erreur-nom")) == (status, why)
    (field,) = window.page.xpath("//input[@id='nom']")
    assert (field.get("value"), field.get("aria-invalid")) == (name, "true")
    assert "erreur-nom" in field.get("aria-describedby").split()
    assert window.page.xpath("//input[@checked]/@value") == ["fiche"]
    assert not window.page.xpath("//script")
    after = await (await api.get("/api/realms")).json()
    assert [each["name"] for each in after["realms"]] == [each["name"] for each in before["realms"]]


async def test_one_realm_too_many_is_reported_on_the_form() -> None:
    async with Simulator() as crowded:
        now = real_now()
        clock = Clock(ClockMode.RUNNING, now, now)
        for number in range(999):
            with crowded.store.writing(f"realm-{number}") as transaction:
                add_realm(transaction, RealmRecord(f"realm-{number}", clock, Policy()), now)
        headers = {"Authorization": f"Bearer {crowded.doors.token}"}
        async with aiohttp.ClientSession(crowded.doors.console, headers=headers) as api:
            window = ConsoleBrowser(api)
            await window.open("/realms")
            await window.press("creer", nom="une-de-plus")
    assert window.status == 409
    assert window.text_of("erreur-nom").startswith("Il y a déjà autant d'environnements")


async def test_the_default_realm_has_no_way_to_be_deleted(api: aiohttp.ClientSession) -> None:
    window = ConsoleBrowser(api)
    await window.open("/realms")
    assert "/realms/default/supprimer" not in window.page.xpath("//@href")
    await window.open("/realms/default/supprimer")
    assert window.status == 409
    await window.send("/realms/default/supprimer")
    assert window.status == 409
    assert "Cet environnement ne se supprime pas" in words(window.page)
    assert (await api.get("/api/realms/default")).status == 200


async def test_the_realms_page_exists_with_one_realm() -> None:
    async with Simulator() as alone:
        headers = {"Authorization": f"Bearer {alone.doors.token}"}
        async with aiohttp.ClientSession(alone.doors.console, headers=headers) as api:
            window = ConsoleBrowser(api)
            await window.open("/")
            (link,) = window.page.xpath("//nav//a[@id='environnements']/@href")
            await window.open(link)
    assert window.page.xpath("//tbody/tr/@id") == ["environnement-default"]
    assert "creer" in window.buttons()


# Who may


@pytest.mark.parametrize("origin", ["http://localhost:1", "https://evil.example", "null", None])
@pytest.mark.parametrize("path", [path for method, path, _ in PAGES if method == "POST"])
async def test_a_form_from_another_origin_changes_nothing_with_the_consoles_cookie(
    simulator: Simulator, window: ClockPage, path: str, origin: str | None
) -> None:
    realms = [each["name"] for each in (await (await window.api.get("/api/realms")).json())["realms"]]
    console, token = simulator.doors.console, simulator.doors.token
    async with aiohttp.ClientSession(console) as visitor:
        await visitor.get(make_login_link(console, token, real_now()), allow_redirects=False)
        assert (await visitor.get("/realms")).status == 200
        answer = await visitor.post(
            path.replace("{realm}", window.realm.name),
            data={"geste": "plus-1-h", "nom": "intrus"},
            headers={"Origin": origin} if origin else {},
        )
        assert (answer.status, (await answer.json(content_type=None))["code"]) == (403, "origin-foreign")
    assert await window.clock() == ("frozen", "2011-06-09T07:00:00Z")
    after = [each["name"] for each in (await (await window.api.get("/api/realms")).json())["realms"]]
    assert after == realms


@pytest.mark.browser
@pytest.mark.timeout(120)
@pytest.mark.slow
async def test_in_chromium_the_forms_work_fit_390_pixels_and_are_clean_for_axe(
    simulator: Simulator, window: ClockPage, opted: Callable[..., None]
) -> None:
    console, axe, faults = simulator.doors.console, Axe(), []
    opted(LILA)
    opted(THEO)

    async def look(page: Page, name: str) -> None:
        for width in (1280, 390):
            await page.set_viewport_size({"width": width, "height": 800})
            root = "document.documentElement"
            if (over := await page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")) > 0:
                faults.append(f"{name}: {over} pixels too wide at {width}")
        results = await axe.run(page)
        faults.extend(f"{name}: {each['id']}" for each in results.response["violations"])

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=shutil.which("chromium"))
        page = await browser.new_page()
        await page.goto(make_login_link(console, simulator.doors.token, real_now()))
        await page.goto(f"{console}/realms")
        await look(page, "realms")
        await page.fill("#nom", "Classe")
        await page.click("#creer")
        await look(page, "name refused")
        await page.goto(console + window.path)
        await look(page, "clock")
        await page.select_option("#personne-code", "theo")
        await page.click("#premiere-mauvaise-seconde")
        assert "L'horloge est passée du" in await page.inner_text("#message")
        assert await page.evaluate("document.activeElement.id") == "message"
        await look(page, "moved")
        await page.fill("#jour", "2005-01-01")
        await page.click("#aller")
        assert "L'horloge n'a pas bougé." in await page.inner_text("#message")
        await look(page, "refused")
        await page.click("#reinitialiser")
        await look(page, "reset?")
        await page.click("#confirmer")
        await look(page, "reset")
        await page.goto(f"{console}/realms/{window.realm.name}/supprimer")
        await look(page, "delete?")
        await page.click("#renoncer")
        assert page.url == f"{console}/realms"
        await browser.close()
    assert faults == []
