"""HORS espace, a new space and a forgotten password over HTTP: no page reveals data or opens a space."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import aiohttp
import pytest
from raw_browser import (
    ANSWER,
    CREDENTIALS,
    PASSWORD,
    QUESTION,
    Answer,
    Browse,
    RawBrowser,
    code_sent_to,
    credentials,
    recap_of,
)
from realm_state import journal_of

from maquette.fixtures.visitor import HttpVisitor
from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.portal.app import ROUTES
from maquette.simulator.portal.exchange import PATHS
from maquette.simulator.server.assembly import Realm, Simulator

NUMBER, EMAIL, SIREN = "20111710000303", "lila.rosemonde@courriel.example", "123456782"
COME = "come.aubepin@courriel.example"
OUTSIDE, APPLICATION = "/hors-espace", "/creation/votre-espace"
FORGOTTEN, NEW_PASSWORD = "/mot-de-passe-oublie", "/espace/nouveau-mot-de-passe"
CLEMENCE = "clemence.hautefeuille@courriel.example"
FORGETFUL = {"email": CLEMENCE, "subscriber_number": "20090290000512", "answer": "CLEM"}
LILA = {"subscriber_number": NUMBER, "email": EMAIL, "siren": SIREN}
APPLICANT = {
    "civility": "Monsieur", "last_name": "Aubépin", "first_name": "Côme", "phone": "01 99 00 12 34",
    "street": "3 rue des Églantiers", "postcode": "75011", "town": "Paris", "country": "FRANCE",
    "sirens": "732829320",
}  # fmt: skip
PAGES_OF_THE_SPACE = ("/espace", "/espace/coordonnees", "/espace/recapitulatif")


async def send(browser: RawBrowser, path: str, **fields: str) -> Answer:
    """Send the form of a page with its token."""
    return await browser.post(path, {**fields, "csrf": (await browser.get(path)).hidden("csrf")})


async def go_on(browser: RawBrowser, email: str) -> Answer:
    """Send credentials and answer."""
    chosen = await send(browser, CREDENTIALS, **credentials(email))
    assert chosen.leads_to == QUESTION
    return await send(browser, QUESTION, question=QUESTIONS[0], answer=ANSWER)


def text_of(answer: Answer) -> str:
    """The page's text without its token and the typed fields."""
    text = re.sub(r'name="csrf" value="[^"]*"', "", answer.body.decode())
    return re.sub(r'(<input type="text"[^>]*) value="[^"]*"', r"\1", text)


@pytest.fixture
async def nobody(browse: Browse) -> RawBrowser:
    return await browse()


# Nobody learns anything


@pytest.mark.rule("OUT-2")
async def test_from_outside_every_mistake_gets_one_page(nobody: RawBrowser) -> None:
    wrong = [
        {"subscriber_number": "20990010000001"},
        {"subscriber_number": "20111500000412"},
        {"email": "autre@courriel.example"},
        {"siren": "732829320"},
        {"siren": ""},
        {"subscriber_number": "x" * 3000},
    ]
    answers = [await nobody.submit(OUTSIDE, **{**LILA, **typed}) for typed in wrong]
    assert {answer.refusals for answer in answers} == {("outside-refused",)}
    assert {answer.status for answer in answers} == {422}
    assert len({text_of(answer) for answer in answers}) == 1
    assert {tuple(answer.cookies) for answer in answers} == {()}


@pytest.mark.rule("OUT-2")
async def test_a_converted_and_a_locked_number_get_that_page_too(nobody: RawBrowser) -> None:
    clemence = {"subscriber_number": "20090290000512", "email": CLEMENCE, "siren": "149336315"}
    answers = [await nobody.submit(OUTSIDE, **clemence)]
    answers += [await nobody.submit(OUTSIDE, **{**LILA, "siren": ""}) for _ in range(5)]
    answers.append(await nobody.submit(OUTSIDE, **LILA))
    assert len({text_of(answer) for answer in answers}) == 1


@pytest.mark.rule("PWD-4")
async def test_every_mistake_on_the_forgotten_password_page_gets_one_page_without_the_question(
    nobody: RawBrowser,
) -> None:
    typed = [{"email": "personne@courriel.example"}, {"email": EMAIL}, {"subscriber_number": NUMBER}]
    typed += [{"answer": "faux"}] * 4 + [{}]
    answers = [await nobody.submit(FORGOTTEN, **{**FORGETFUL, **each}) for each in typed]
    assert {answer.refusals for answer in answers} == {("recovery-refused",)}
    assert len({text_of(answer) for answer in answers}) == 1
    assert not any(question in text_of(answers[0]) for question in QUESTIONS)


# HORS espace


@pytest.mark.rule("OUT-1", "OUT-2")
async def test_no_page_of_the_space_answers_on_the_way_from_outside(
    nobody: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    assert (await nobody.submit(OUTSIDE, **LILA)).leads_to == "/espace/option"
    for there in ("/espace/option", "/espace/attente"):
        for page in PAGES_OF_THE_SPACE:
            answer = await nobody.get(page)
            assert (answer.status, answer.leads_to) == (303, there), page
        if there == "/espace/option":
            await send(nobody, "/espace/option")
            assert (await go_on(nobody, EMAIL)).leads_to == "/espace/attente"
    assert (await nobody.get("/espace/attente")).screen == "pending"
    journal = [line.kind for line in journal_of(simulator, realm)]
    assert "session-opened" not in journal
    assert journal.count("out-of-order") == 2 * len(PAGES_OF_THE_SPACE)


@pytest.mark.rule("OUT-1", "NEW-2", "PWD-3")
async def test_every_page_in_a_session_is_one_of_the_way_or_leads_back(
    browse: Browse,
) -> None:
    opened = {
        OUTSIDE: (LILA, "irrevocable"),
        APPLICATION: (APPLICANT, "credentials"),
        FORGOTTEN: (FORGETFUL, "forgotten"),
    }
    for way, (fields, screen) in opened.items():
        browser = await browse()
        await browser.submit(way, **fields)
        for method, name, _ in ROUTES:
            if method == "GET" and PATHS[name].startswith("/espace"):
                answer = await browser.get(PATHS[name])
                if answer.status == 303:
                    answer = await browser.get(answer.location)
                assert (answer.status, answer.screen) == (200, screen), (way, name)


@pytest.mark.rule("OUT-2", "CRED-11")
async def test_retour_goes_back_one_screen_on_the_way_from_outside(browse: Browse, realm: Realm) -> None:
    browser = await browse()
    await browser.submit(OUTSIDE, **LILA)
    await send(browser, "/espace/option")
    await send(browser, CREDENTIALS, **credentials(EMAIL))
    led = [
        (await browser.get(page)).page.element("retour").get("href")
        for page in (QUESTION, CREDENTIALS, "/espace/option", OUTSIDE)
    ]
    assert [href.removeprefix(f"/r/{realm.name}") for href in led] == [
        CREDENTIALS,
        "/espace/option",
        OUTSIDE,
        "/mon-espace",
    ]


@pytest.mark.rule("OUT-2", "SES-2")
async def test_the_way_from_outside_ends_by_idleness_with_a_word(
    nobody: RawBrowser, realm: Realm, let_pass: Callable[[Realm, timedelta], None]
) -> None:
    await nobody.submit(OUTSIDE, **LILA)
    token = (await nobody.get("/espace/option")).hidden("csrf")
    let_pass(realm, timedelta(minutes=30, seconds=1))
    answer = await nobody.post("/espace/option", {"csrf": token})
    assert (answer.status, answer.screen, answer.refusals) == (403, "session-ended", ("session-ended",))


# A new space


@pytest.mark.rule("NEW-1", "NEW-2", "CRED-11")
@pytest.mark.parametrize(
    ("mode", "sirens"), [("simplifie", "732829320"), ("expert", "732829320\r\n123456782")]
)
async def test_the_form_comes_back_filled_in_its_own_mode(nobody: RawBrowser, mode: str, sirens: str) -> None:
    form = f"{APPLICATION}?mode={mode}"
    assert (await nobody.submit(form, **{**APPLICANT, "sirens": sirens})).leads_to == CREDENTIALS
    shown = await nobody.get(CREDENTIALS)
    back = shown.page.element("retour").get("href")
    assert back.endswith(form)
    page = (await nobody.get(form)).page
    assert page.element("last_name").get("value") == "Aubépin"
    control = page.element("sirens")
    assert (control.get("value") or control.text).split() == sirens.split()
    other = "expert" if mode == "simplifie" else "simplifie"
    assert (await nobody.get(f"{APPLICATION}?mode={other}")).page.element("last_name").get("value") == ""
    assert (await nobody.get(f"{APPLICATION}?mode=autre")).page.element("sirens").tag == "input"


@pytest.mark.rule("NEW-2", "REG-2", "REG-5")
async def test_a_new_space_is_shown_with_its_result_and_not_before(
    nobody: RawBrowser, browse: Browse, simulator: Simulator, realm: Realm, api: aiohttp.ClientSession
) -> None:
    await nobody.submit(APPLICATION, **APPLICANT)
    await go_on(nobody, COME)
    pending = await nobody.get("/espace/attente")
    assert re.search(r"[0-9]{14}", pending.page.text()) is None
    code = await code_sent_to(simulator, realm, COME)
    number = journal_of(simulator, realm, kind="option-accepted")[-1].data["subscriber_number"]
    async with api.get(f"{realm.api}/spaces/{number}") as answer:
        assert answer.status == 404
    accepted = await nobody.submit("/activation", email=COME, code=code)
    opened = await nobody.submit("/inscription", ticket=accepted.hidden("ticket"))
    shown = await nobody.get(opened.location)
    assert "Votre espace a bien été créé." in shown.page.text()
    assert shown.page.element("numero-abonne").text == number
    assert (await nobody.get(recap_of(opened))).headers["Content-Type"] == "application/pdf"
    assert (await (await browse()).get(recap_of(opened))).status == 403
    async with api.get(f"{realm.api}/spaces/{number}") as answer:
        assert (await answer.json())["state"] == "password"
    assert (await nobody.get("/espace")).screen == "session-ended"
    assert (await nobody.log_in(COME, PASSWORD)).leads_to == "/espace"
    assert "Bienvenue" in (await nobody.get("/espace")).page.text()


@pytest.mark.rule("NEW-2", "CRED-12")
async def test_a_form_sent_twice_asks_for_one_space(
    nobody: RawBrowser, simulator: Simulator, realm: Realm
) -> None:
    await nobody.submit(APPLICATION, **APPLICANT)
    await send(nobody, CREDENTIALS, **credentials(COME))
    token = (await nobody.get(QUESTION)).hidden("csrf")
    answered = {"question": QUESTIONS[0], "answer": ANSWER, "csrf": token}
    led = [(await nobody.post(QUESTION, answered)).leads_to for _ in range(2)]
    assert led == ["/espace/attente", "/espace/attente"]
    assert len(journal_of(simulator, realm, kind="option-accepted")) == 1


@pytest.mark.rule("NEW-2")
@pytest.mark.parametrize("field", ["last_name", "street", "town"])
async def test_typed_text_comes_back_as_text_and_never_as_markup(nobody: RawBrowser, field: str) -> None:
    markup = "<b>\"Côme\"</b> & 'fils'"
    answer = await nobody.submit(APPLICATION, **{**APPLICANT, field: markup, "sirens": "1"})
    assert answer.refusals == ("siren-invalid",)
    assert answer.page.element(field).get("value") == markup


# A forgotten password


@pytest.mark.rule("PWD-3", "PWD-4", "SES-1")
async def test_a_new_password_ends_the_session_at_the_portal_and_opens_the_space_at_the_next_login(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    inside, forgetful = await browse(), await browse()
    await inside.log_in(CLEMENCE, "Reliure2011")
    assert (await forgetful.submit(FORGOTTEN, **FORGETFUL)).leads_to == NEW_PASSWORD
    both = {"password": PASSWORD, "password_confirmation": PASSWORD}
    changed = await send(forgetful, NEW_PASSWORD, **both)
    assert changed.location == f"{FORGOTTEN}?fait=1"
    assert "Votre nouveau mot de passe est enregistré." in (await forgetful.get(changed.location)).page.text()
    assert (await inside.get("/espace")).screen == "session-ended"
    assert (await forgetful.get(NEW_PASSWORD)).leads_to == "/mon-espace"
    assert (await forgetful.log_in(CLEMENCE, "Reliure2011")).refusals == ("login-refused",)
    assert (await forgetful.log_in(CLEMENCE, PASSWORD)).leads_to == "/espace"
    lines = repr(journal_of(simulator, realm))
    for secret in (PASSWORD, "Reliure2011", FORGETFUL["answer"]):
        assert secret not in lines


@pytest.mark.rule("PWD-3")
async def test_the_answer_never_comes_back_to_the_page(nobody: RawBrowser) -> None:
    answer = await nobody.submit(FORGOTTEN, email="x", subscriber_number="1", answer="Secret de Lila")
    assert "Secret de Lila" not in answer.body.decode()


@pytest.mark.rule("OUT-1", "CRED-1")
async def test_a_person_without_certificate_opts_by_the_links_alone(
    visit: Callable[..., Awaitable[HttpVisitor]],
) -> None:
    lila = await visit()
    await lila.click("Professionnel")
    await lila.click("J'opte pour l'accès avec un mot de passe")
    await lila.fill("Votre numéro d'abonné :", NUMBER)
    await lila.fill("Votre adresse électronique :", EMAIL)
    await lila.fill("SIREN de votre entreprise :", "123 456 782")
    await lila.click("Valider")
    await lila.click("Opter pour l'accès sans certificat")
    assert await lila.value("Votre adresse électronique :") == EMAIL
    assert await lila.screen() == "credentials"
