"""Activation over HTTP: the code, the new or blocked window, its result, and the login after it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader
from raw_browser import (
    ACTIVATION,
    ANSWER,
    CREDENTIALS,
    PASSWORD,
    QUESTION,
    RESULT,
    RESULT_RECAP,
    WRONG_CODE,
    Answer,
    Browse,
    RawBrowser,
    code_sent_to,
    credentials,
    recap_of,
)
from realm_state import end_of_journals, journal_of, nothing_changes, state_of

from maquette.fixtures import walk
from maquette.fixtures.control import ActivationMail, Control
from maquette.fixtures.visitor import HttpVisitor, Popups
from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.server.assembly import Realm, Simulator

LILA, NUMBER = "lila.rosemonde@courriel.example", "20111710000303"
CLEMENCE, HER_PASSWORD = "clemence.hautefeuille@courriel.example", "Reliure2011"
MODES = ("automatic", "click")

LetPass = Callable[[Realm, timedelta], None]
Visit = Callable[..., Awaitable[HttpVisitor]]
SetClock = Callable[[Realm, str], None]


@dataclass(frozen=True)
class Pending:
    """Lila's browser while her option is pending, and the contents of her mail."""

    browser: RawBrowser
    code: str
    last_second: datetime


async def opted(browse: Browse, simulator: Simulator, realm: Realm, email: str = LILA) -> Pending:
    browser = await browse("lila", realm)
    await browser.enter()
    await browser.opt(email)
    mail = await mail_to(simulator, realm, email)
    assert mail.code is not None
    assert mail.expires_at is not None
    return Pending(browser, mail.code, mail.expires_at)


async def mail_to(simulator: Simulator, realm: Realm, email: str) -> ActivationMail:
    async with Control(realm.api, simulator.doors.token) as control:
        return await control.next_mail(email)


@pytest.fixture
async def pending(browse: Browse, simulator: Simulator, realm: Realm) -> Pending:
    """Lila's browser after she has opted and received her mail."""
    return await opted(browse, simulator, realm)


async def state(simulator: Simulator, realm: Realm, number: str = NUMBER) -> str:
    async with Control(realm.api, simulator.doors.token) as control:
        return (await control.space(number)).state


def reasons(simulator: Simulator, realm: Realm) -> list[object]:
    return [line.data["reason"] for line in journal_of(simulator, realm, kind="refused")]


def count_of(simulator: Simulator, realm: Realm, kind: str) -> int:
    return len(journal_of(simulator, realm, kind=kind))


def said(answer: Answer) -> tuple[int, tuple[str, ...], str]:
    """Status, refusals and text of the page, without the typed fields."""
    return answer.status, answer.refusals, answer.page.text()


# Valider gives a ticket and changes nothing


@pytest.mark.rule("POP-3")
@pytest.mark.parametrize("mode", MODES)
async def test_valider_changes_nothing_and_prepares_the_window(
    mode: str, browse: Browse, simulator: Simulator
) -> None:
    realm = await simulator.realm(policy={"popup.mode": mode})
    lila = await opted(browse, simulator, realm)
    with nothing_changes(simulator, realm) as lines:
        validated = await lila.browser.submit(ACTIVATION, email=LILA, code=lila.code)
    assert (validated.status, validated.screen, validated.refusals) == (200, "activation", ())
    assert validated.page.document.find("body").get("data-popup") == "waiting"
    assert [line.kind for line in lines if line.kind.startswith("code")] == ["code-accepted"]
    form, button = validated.page.element("popup-form"), validated.page.element("ouvrir")
    assert form is not None
    assert button is not None
    scripts = validated.page.document.xpath("//script/@src")
    if mode == "automatic":
        assert (scripts, form.get("target"), button.get("hidden")) == (["/static/popup.js"], None, "")
        assert form.get("data-report").endswith("/activation/fenetre")
    else:
        assert (scripts, form.get("target"), button.get("hidden")) == ([], "_blank", None)
        assert form.get("data-report") is None


@pytest.mark.rule("POP-1")
@pytest.mark.rule("POP-2")
@pytest.mark.rule("POP-6")
async def test_a_blocked_window_leaves_all_as_it_was_and_4_1_leads_in_again(
    pending: Pending, visit: Visit, simulator: Simulator, realm: Realm
) -> None:
    person = await visit(popups=Popups.BLOCKED)
    await to_activation(person)
    with nothing_changes(simulator, realm) as lines:
        await validate(person, pending.code)
    assert await person.screen() == "activation"
    text = await person.text()
    assert "Votre navigateur a bloqué l'ouverture de la nouvelle fenêtre" in text
    assert '"Bloquer les fenêtres publicitaires intempestives"' in text
    assert simulator.doors.portal in text
    assert "contactez l'assistance" in text
    assert [line.kind for line in lines if line.kind != "request"] == ["code-accepted", "window-blocked"]
    assert await state(simulator, realm) == "pending"
    await pending.browser.enter()

    await person.allow_popups()
    await person.close_all_windows()
    await person.open_home()
    await to_activation(person)
    await validate(person, pending.code)
    await person.turn_to_new_window()
    assert await person.screen() == "registration"
    assert await state(simulator, realm) == "password"


async def to_activation(person: HttpVisitor, within: str = "mode expert") -> None:
    await person.click("Créer mon espace / adhérer aux services en ligne", within="Professionnels")
    await person.click("Activez votre espace", within=within)


async def validate(person: HttpVisitor, code: str, email: str = LILA) -> None:
    await walk.send_code(person, email, code)


@pytest.mark.rule("POP-6")
async def test_the_journal_distinguishes_a_missing_window_from_a_wrong_code(
    pending: Pending, simulator: Simulator, realm: Realm
) -> None:
    behind = end_of_journals(simulator)
    await pending.browser.ticket(LILA, pending.code)
    await pending.browser.submit(ACTIVATION, email=LILA, code=WRONG_CODE)
    kinds = [line.kind for line in journal_of(simulator, realm, after=behind) if line.kind != "request"]
    assert kinds == ["code-accepted", "refused"]
    assert reasons(simulator, realm) == ["code-wrong"]


@pytest.mark.rule("POP-6")
async def test_a_report_with_a_forged_ticket_notes_no_blocked_window(
    pending: Pending, simulator: Simulator, realm: Realm
) -> None:
    with nothing_changes(simulator, realm) as lines:
        answer = await pending.browser.submit("/activation/fenetre", ticket="x.y")
    assert (answer.status, answer.body) == (204, b"")
    assert "window-blocked" not in {line.kind for line in lines}


@pytest.mark.rule("POP-4")
async def test_in_click_mode_the_window_opens_from_the_click_whatever_the_blocker(
    browse: Browse, visit: Visit, simulator: Simulator
) -> None:
    realm = await simulator.realm(policy={"popup.mode": "click"})
    lila = await opted(browse, simulator, realm)
    person = await visit(at=realm, popups=Popups.BLOCKED)
    await to_activation(person)
    await validate(person, lila.code)
    assert await state(simulator, realm) == "pending"
    await person.click("Ouvrir votre inscription")
    await person.turn_to_new_window()
    assert await person.screen() == "registration"
    assert await state(simulator, realm) == "password"


# The window's request judges everything again


@pytest.mark.rule("POP-3")
@pytest.mark.parametrize("mode", MODES)
async def test_a_ticket_of_another_browser_activates_nothing(
    mode: str, browse: Browse, simulator: Simulator
) -> None:
    realm = await simulator.realm(policy={"popup.mode": mode})
    lila, thief = await opted(browse, simulator, realm), await browse(at=realm)
    ticket = await lila.browser.ticket(LILA, lila.code)
    with nothing_changes(simulator, realm) as lines:
        answer = await thief.submit(RESULT, ticket=ticket)
    assert (answer.status, answer.screen, answer.refusals) == (422, "activation", ("activation-refused",))
    assert [line.data["reason"] for line in lines if line.kind == "refused"] == ["ticket-forged"]


@pytest.mark.rule("POP-3")
async def test_a_forged_ticket_activates_nothing(
    pending: Pending, simulator: Simulator, realm: Realm
) -> None:
    ticket = await pending.browser.ticket(LILA, pending.code)
    option, _, signature = ticket.partition(".")
    other = "1" if option.endswith("0") else "0"
    forged = ["", ".", "x", option, f"{option}.", f"{option}.{signature[:-1]}", f"{option}.{signature}0",
              f"{option[:-1]}{other}.{signature}", f".{signature}", f"{option}.{signature.upper()}", "é.é",
              f"{option}\n.{signature}", f" {ticket}"]  # fmt: skip
    with nothing_changes(simulator, realm):
        for text in forged:
            answer = await pending.browser.submit(RESULT, ticket=text)
            assert (answer.status, answer.refusals) == (422, ("activation-refused",)), text
    assert reasons(simulator, realm) == ["ticket-forged"] * len(forged)
    assert (await pending.browser.submit(RESULT, ticket=ticket)).leads_to == RESULT


@pytest.mark.rule("POP-3")
async def test_a_ticket_of_another_realm_activates_nothing(
    pending: Pending, browse: Browse, simulator: Simulator, realm: Realm, realm_of_2011: Realm
) -> None:
    ticket = await pending.browser.ticket(LILA, pending.code)
    elsewhere = await browse(at=realm_of_2011)
    visitor = pending.browser.cookie("visitor")
    assert visitor is not None
    elsewhere.put_cookie("visitor", visitor.value)
    with nothing_changes(simulator, realm), nothing_changes(simulator, realm_of_2011):
        answer = await elsewhere.submit(RESULT, ticket=ticket)
    assert (answer.status, answer.refusals) == (422, ("activation-refused",))


@pytest.mark.rule("POP-3")
@pytest.mark.rule("ACT-5")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("seconds", "status"), [(-1, 303), (0, 303), (1, 422)])
async def test_the_window_activates_until_the_last_second_of_the_48_hours(
    seconds: int, status: int, mode: str, browse: Browse, simulator: Simulator, set_clock: SetClock
) -> None:
    realm = await simulator.realm(policy={"popup.mode": mode})
    lila = await opted(browse, simulator, realm)
    someone = await browse(at=realm)
    ticket = await someone.ticket(LILA, lila.code)
    set_clock(realm, (lila.last_second + timedelta(seconds=seconds)).isoformat())
    answer = await someone.submit(RESULT, ticket=ticket)
    assert answer.status == status
    assert await state(simulator, realm) == ("password" if status == 303 else "certificate")
    if status == 422:
        assert reasons(simulator, realm) == ["code-expired"]


@pytest.mark.rule("ACT-5")
@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 200), (1, 422)])
async def test_a_code_is_good_until_the_last_second_of_the_48_hours(
    seconds: int, status: int, pending: Pending, browse: Browse, realm: Realm, set_clock: SetClock
) -> None:
    set_clock(realm, (pending.last_second + timedelta(seconds=seconds)).isoformat())
    answer = await (await browse()).submit(ACTIVATION, email=LILA, code=pending.code)
    assert answer.status == status


@pytest.mark.rule("ACT-8")
async def test_a_ticket_dies_with_its_option_when_another_one_replaces_it(
    pending: Pending, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    someone = await browse()
    ticket = await someone.ticket(LILA, pending.code)
    await pending.browser.opt("lila@ailleurs.example")
    await code_sent_to(simulator, realm, "lila@ailleurs.example")
    with nothing_changes(simulator, realm):
        answer = await someone.submit(RESULT, ticket=ticket)
    assert answer.status == 422
    assert reasons(simulator, realm) == ["code-replaced"]


@pytest.mark.rule("ACT-15")
async def test_a_ticket_waits_too_while_its_address_is_locked(
    pending: Pending, browse: Browse, simulator: Simulator, realm: Realm, let_pass: LetPass
) -> None:
    someone = await browse()
    ticket = await someone.ticket(LILA, pending.code)
    for _ in range(5):
        await someone.submit(ACTIVATION, email=LILA, code=WRONG_CODE)
    assert (await someone.submit(RESULT, ticket=ticket)).status == 422
    assert reasons(simulator, realm)[-1] == "locked-out"
    let_pass(realm, timedelta(minutes=15, seconds=1))
    assert (await someone.submit(RESULT, ticket=ticket)).leads_to == RESULT


@pytest.mark.rule("ACT-9")
async def test_of_two_browsers_with_the_right_code_the_first_activates(
    pending: Pending, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    first, second = await browse(), await browse()
    tickets = [await first.ticket(LILA, pending.code), await second.ticket(LILA, pending.code)]
    opened = await first.submit(RESULT, ticket=tickets[0])
    assert opened.leads_to == RESULT
    assert (await second.submit(RESULT, ticket=tickets[1])).status == 422
    assert (await second.get(opened.location)).refusals == ("recap-of-another",)
    assert reasons(simulator, realm)[0] == "code-used"
    assert count_of(simulator, realm, "space-activated") == 1


@pytest.mark.rule("POP-5")
async def test_reloading_the_window_neither_activates_twice_nor_fails(
    pending: Pending, browse: Browse, simulator: Simulator, realm: Realm, let_pass: LetPass
) -> None:
    someone = await browse()
    ticket = await someone.ticket(LILA, pending.code)
    opened = await someone.submit(RESULT, ticket=ticket)
    first = await someone.get(opened.location)
    let_pass(realm, timedelta(minutes=10))
    with nothing_changes(simulator, realm):
        for _ in range(3):
            assert (await someone.submit(RESULT, ticket=ticket)).location == opened.location
            again = await someone.get(opened.location)
            assert (again.status, again.page.text()) == (200, first.page.text())
    assert count_of(simulator, realm, "space-activated") == 1


@pytest.mark.rule("ACT-9")
async def test_a_used_code_activates_nothing_more(
    pending: Pending, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    someone, another = await browse(), await browse()
    await someone.activate(LILA, pending.code)
    answer = await another.submit(ACTIVATION, email=LILA, code=pending.code)
    assert (answer.status, answer.refusals) == (422, ("activation-refused",))
    assert reasons(simulator, realm) == ["code-used"]


@pytest.mark.rule("POP-5", "ACT-9")
async def test_the_browser_that_activated_may_type_the_code_again_and_sees_the_same_result(
    pending: Pending, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    someone = await browse()
    opened = await someone.activate(LILA, pending.code)
    with nothing_changes(simulator, realm):
        again = await someone.activate(LILA, pending.code)
    assert again.location == opened.location
    assert count_of(simulator, realm, "space-activated") == 1


@pytest.mark.rule("ACT-15")
@pytest.mark.parametrize(
    ("email", "code", "refusal"), [(LILA, " ", "code-missing"), (" ", "x", "email-missing")]
)
async def test_a_field_left_empty_is_no_try(
    pending: Pending, browse: Browse, email: str, code: str, refusal: str
) -> None:
    someone = await browse()
    for _ in range(6):
        assert (await someone.submit(ACTIVATION, email=email, code=code)).refusals == (refusal,)
    assert (await someone.submit(ACTIVATION, email=LILA, code=pending.code)).refusals == ()


# Whose result it is


@pytest.mark.rule("REG-1")
@pytest.mark.rule("REG-2")
async def test_the_browser_that_activated_gets_the_registration_and_its_recap(
    pending: Pending, browse: Browse, realm: Realm
) -> None:
    someone = await browse()
    opened = await someone.activate(LILA, pending.code)
    page, recap = await someone.get(opened.location), await someone.get(recap_of(opened))
    assert str(page.page.find_target("Sauvegardez ou imprimez votre formulaire").get("href")).endswith(
        recap_of(opened)
    )
    assert f"sous le numéro {NUMBER}" in page.page.text()
    assert recap.headers["Content-Type"] == "application/pdf"
    assert f'filename="recapitulatif-{NUMBER}.pdf"' in recap.headers["Content-Disposition"]
    text = recap_text(recap)
    assert all(each in text for each in (NUMBER, LILA, QUESTIONS[0], ANSWER))


def recap_text(answer: Answer) -> str:
    return PdfReader(BytesIO(answer.body)).pages[0].extract_text()


@pytest.mark.rule("REG-5")
async def test_no_other_browser_gets_the_result(
    pending: Pending, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    opened = await (await browse()).activate(LILA, pending.code)
    for other in (await browse(), pending.browser):
        for path in (RESULT, RESULT_RECAP, opened.location, recap_of(opened)):
            with nothing_changes(simulator, realm):
                answer = await other.get(path, door="portal")
            assert (answer.status, answer.refusals) == (403, ("recap-of-another",))
            assert NUMBER not in answer.body.decode()


@pytest.mark.rule("REG-5")
@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 200), (1, 403)])
async def test_the_result_stays_for_30_minutes(
    seconds: int,
    status: int,
    pending: Pending,
    browse: Browse,
    realm: Realm,
    let_pass: LetPass,
) -> None:
    let_pass(realm, timedelta(0))  # from here on the clock stands still
    someone = await browse()
    ticket = await someone.ticket(LILA, pending.code)
    opened = await someone.submit(RESULT, ticket=ticket)
    let_pass(realm, timedelta(minutes=30, seconds=seconds))
    for path in (opened.location, recap_of(opened)):
        assert (await someone.get(path)).status == status
    assert (await someone.submit(RESULT, ticket=ticket)).status == (303 if status == 200 else 422)


@pytest.mark.rule("REG-5")
async def test_after_logging_out_no_browser_gets_the_recap(
    pending: Pending, browse: Browse, realm: Realm
) -> None:
    someone = await browse()
    opened = await someone.activate(LILA, pending.code)
    await someone.log_in(LILA)
    assert NUMBER in recap_text(await someone.get("/espace/recapitulatif"))
    await someone.submit("/espace/quitter")
    assert (await someone.get("/espace/recapitulatif")).location == "/mon-espace"
    for path in (opened.location, recap_of(opened)):
        assert (await someone.get(path)).status == 403


@pytest.mark.rule("REG-4")
@pytest.mark.rule("REG-5")
async def test_in_a_session_the_recap_is_always_that_of_its_own_space(
    pending: Pending, browse: Browse, realm: Realm
) -> None:
    await (await browse()).activate(LILA, pending.code)
    clemence = await browse()
    await clemence.log_in(CLEMENCE, HER_PASSWORD)
    for query in ("", f"?numero={NUMBER}", f"?dossier={NUMBER}"):
        text = recap_text(await clemence.get(f"/espace/recapitulatif{query}"))
        assert "20090290000512" in text
        assert NUMBER not in text


# Sessions


@pytest.mark.rule("SES-1")
async def test_activation_ends_every_open_session_of_the_space_and_no_other(
    pending: Pending, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    elsewhere, gaelle = await browse("lila"), await browse("gaelle")
    await elsewhere.enter()
    await elsewhere.choose("lila@ailleurs.example")
    await gaelle.enter()
    await (await browse()).activate(LILA, pending.code)
    for browser in (pending.browser, elsewhere):
        answer = await browser.get("/espace")
        assert (answer.status, answer.screen, answer.refusals) == (403, "session-ended", ("session-ended",))
    question = await elsewhere.get(QUESTION)
    assert (question.status, question.location) == (303, "/mon-espace")
    assert (await gaelle.get("/espace")).status == 200


@pytest.mark.rule("SES-2")
@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 200), (1, 403)])
async def test_a_session_ends_after_30_idle_minutes_and_says_so(
    seconds: int, status: int, browse: Browse, simulator: Simulator, realm: Realm, let_pass: LetPass
) -> None:
    let_pass(realm, timedelta(0))
    lila = await browse("lila")
    await lila.enter()
    let_pass(realm, timedelta(minutes=20))
    await lila.get("/espace")
    let_pass(realm, timedelta(minutes=30, seconds=seconds))
    answer = await lila.get("/espace")
    assert answer.status == status
    if status == 403:
        assert answer.refusals == ("session-ended",)
        assert "Vous pouvez accéder de nouveau à votre espace" in answer.page.text()
        assert lila.cookie("session") is None
        assert (await lila.get("/espace")).location == "/mon-espace"
        await lila.enter()


@pytest.mark.rule("SES-2")
async def test_a_form_sent_after_the_session_ended_changes_nothing(
    browse: Browse, simulator: Simulator, realm: Realm, let_pass: LetPass
) -> None:
    lila = await browse("lila")
    await lila.enter()
    await lila.choose(LILA)
    token = await lila.csrf(QUESTION)
    let_pass(realm, timedelta(minutes=30, seconds=1))
    answer = await lila.post(QUESTION, {"question": QUESTIONS[0], "answer": ANSWER, "csrf": token})
    assert (answer.status, answer.screen) == (403, "session-ended")
    kept = state_of(simulator, realm)
    assert (kept["options"], kept["outbox"], kept["sessions"]) == ([], [], [])


@pytest.mark.rule("SES-1")
async def test_quitter_ends_the_session_in_the_browser_and_on_the_server(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    lila = await browse("lila")
    await lila.enter()
    left = await lila.submit("/espace/quitter")
    assert left.location == "/"
    assert lila.cookie("session") is None
    assert state_of(simulator, realm)["sessions"] == []
    assert (await lila.get("/espace")).location == "/mon-espace"


# The form


@pytest.mark.rule("ACT-11")
@pytest.mark.rule("ACT-12")
@pytest.mark.parametrize("mode", ["mode simplifié", "mode expert"])
async def test_both_modes_lead_to_the_activation_without_certificate_or_session(
    mode: str, visit: Visit
) -> None:
    person = await visit()
    await to_activation(person, within=mode)
    assert await person.screen() == "activation"


@pytest.mark.rule("ACT-11")
async def test_the_link_at_the_end_of_step_2_and_ok_lead_on(pending: Pending, realm: Realm) -> None:
    page = (await pending.browser.get("/espace/attente")).page
    link = page.find_target("Activez votre espace abonné").get("href")
    assert link == f"{realm.portal}/activation"
    assert page.find_target("OK").get("href") == f"{realm.portal}/"


@pytest.mark.rule("ACT-13")
async def test_effacer_empties_the_form_also_after_a_refusal(visit: Visit) -> None:
    person = await visit()
    await to_activation(person)
    await validate(person, WRONG_CODE)
    assert await person.refusals() == ("activation-refused",)
    await person.click("Effacer")
    assert (await person.screen(), await person.refusals()) == ("activation", ())


@pytest.mark.rule("ACT-13")
async def test_effacer_is_a_form_of_its_own_that_asks_for_the_empty_page(browse: Browse) -> None:
    someone = await browse()
    refused = await someone.submit(ACTIVATION, email=LILA, code=WRONG_CODE)
    values = "//form[.//input[@name='code']]//input[@type='text']/@value"
    assert refused.page.document.xpath(values) == [LILA, WRONG_CODE]
    button = refused.page.find_target("Effacer")
    form = refused.page.form_of(button)
    assert (form.get("method"), list(form.iter("input"))) == ("get", [])
    assert (await someone.get(ACTIVATION)).page.document.xpath(values) == ["", ""]


@pytest.mark.rule("ACT-14")
async def test_every_wrong_pair_gets_the_same_sentence_and_the_journal_the_real_reason(
    pending: Pending, browse: Browse, simulator: Simulator, realm: Realm, set_clock: SetClock
) -> None:
    someone = await browse()

    async def try_pair(email: str, code: str) -> tuple[int, tuple[str, ...], str]:
        return said(await someone.submit(ACTIVATION, email=email, code=code))

    sentences = {
        await try_pair("personne@courriel.example", WRONG_CODE),
        await try_pair(LILA, WRONG_CODE),
        await try_pair(CLEMENCE, WRONG_CODE),
        await try_pair("x" * 5000, "y" * 5000),
    }
    set_clock(realm, (pending.last_second + timedelta(seconds=1)).isoformat())
    sentences.add(await try_pair(LILA, pending.code))
    for _ in range(5):
        sentences.add(await try_pair(LILA, WRONG_CODE))
    sentences.add(await try_pair(LILA, pending.code))
    ((status, codes, text),) = sentences
    assert (status, codes) == (422, ("activation-refused",))
    assert (
        "L'adresse électronique ou le code d'activation est incorrect, ou le délai d'activation est dépassé."
        in text
    )
    assert set(reasons(simulator, realm)) == {"address-unknown", "code-wrong", "code-expired", "locked-out"}


@pytest.mark.rule("ACT-15")
@pytest.mark.parametrize("address", [LILA, "personne@courriel.example"])
async def test_five_wrong_tries_lock_an_address_that_exists_or_not_for_15_minutes(
    address: str, pending: Pending, browse: Browse, simulator: Simulator, realm: Realm, let_pass: LetPass
) -> None:
    let_pass(realm, timedelta(0))
    someone = await browse()
    for typed in (address, address.upper(), f" {address} ", address.title(), address):
        await someone.submit(ACTIVATION, email=typed, code=WRONG_CODE)
    assert "locked-out" not in reasons(simulator, realm)
    await (await browse()).submit(ACTIVATION, email=address, code=pending.code)
    assert reasons(simulator, realm)[-1] == "locked-out"
    let_pass(realm, timedelta(minutes=15) - timedelta(seconds=1))
    assert (await someone.submit(ACTIVATION, email=address, code=pending.code)).status == 422
    assert reasons(simulator, realm)[-1] == "locked-out"
    let_pass(realm, timedelta(seconds=1))
    again = await someone.submit(ACTIVATION, email=address, code=pending.code)
    assert again.status == (200 if address == LILA else 422)


@pytest.mark.rule("ACT-16")
async def test_blanks_around_either_and_the_case_of_the_address_do_not_count(
    pending: Pending, browse: Browse
) -> None:
    someone = await browse()
    for email, code in (
        (f"  {LILA}\u00a0", f"\t{pending.code}\r\n"),
        (LILA.upper(), pending.code),
        ("Lila.Rosemonde@Courriel.Example", f"\u2009{pending.code} "),
    ):
        answer = await someone.submit(ACTIVATION, email=email, code=code)
        assert (answer.status, answer.refusals) == (200, ())


@pytest.mark.rule("ACT-16")
async def test_the_case_of_the_code_counts_and_blanks_inside_it_too(pending: Pending, browse: Browse) -> None:
    someone, code = await browse(), pending.code
    for wrong in (code.swapcase(), f"{code[:6]} {code[6:]}", code[:-1], f"{code}x"):
        assert (await someone.submit(ACTIVATION, email=LILA, code=wrong)).status == 422


@pytest.mark.rule("ACT-16")
async def test_under_exact_match_the_case_of_the_address_counts(browse: Browse, simulator: Simulator) -> None:
    realm = await simulator.realm(policy={"email.match": "exact"})
    lila = await opted(browse, simulator, realm)
    someone = await browse(at=realm)
    assert (await someone.submit(ACTIVATION, email=LILA.title(), code=lila.code)).status == 422
    assert (await someone.submit(ACTIVATION, email=LILA, code=lila.code)).status == 200


@pytest.mark.rule("ACT-10")
async def test_code_and_password_are_refused_in_each_others_place(
    pending: Pending, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    someone = await browse()
    assert (await someone.submit(ACTIVATION, email=LILA, code=PASSWORD)).status == 422
    await someone.activate(LILA, pending.code)
    assert (await someone.log_in(LILA, pending.code)).refusals == ("login-refused",)


# Logging in


@pytest.mark.rule("PWD-1")
@pytest.mark.rule("ACC-12")
async def test_e_mail_and_password_open_the_same_space_with_the_same_services(
    pending: Pending, browse: Browse, visit: Visit, realm: Realm
) -> None:
    services = (await pending.browser.get("/espace")).page.text(within="MES SERVICES")
    await (await browse()).activate(LILA, pending.code)
    person = await visit()
    await person.click("Professionnel")
    await person.fill("Adresse électronique", LILA.upper())
    await person.fill("Mot de passe", PASSWORD)
    await person.click("Valider")
    assert await person.screen() == "space"
    assert await person.text(within="MES SERVICES") == services
    text = await person.text()
    assert "SARL MARTIN DISTRIBUTION" in text
    assert "Date de validité du certificat" not in text
    assert "Opter pour l'accès sans certificat" not in text
    await person.click("Gérer mes services")
    assert f"N° d'abonné {NUMBER}" in await person.text()


@pytest.mark.rule("PWD-2")
async def test_a_wrong_pair_is_refused_without_saying_which_of_the_two_was_wrong(
    pending: Pending, browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    someone = await browse()
    sentences = {
        said(await someone.log_in("personne@courriel.example", HER_PASSWORD)),
        said(await someone.log_in(CLEMENCE, HER_PASSWORD.lower())),
        said(await someone.log_in(LILA, PASSWORD)),
        said(await someone.log_in(CLEMENCE, f"{HER_PASSWORD} ")),
    }
    assert len(sentences) == 1
    assert set(reasons(simulator, realm)) == {"address-unknown", "password-wrong", "space-pending"}
    assert (await someone.log_in(CLEMENCE, "")).refusals == ("password-missing",)
    assert (await someone.log_in("", HER_PASSWORD)).refusals == ("email-missing",)
    assert someone.cookie("session") is None


@pytest.mark.rule("PWD-2")
async def test_five_wrong_passwords_lock_the_address_for_15_minutes(
    browse: Browse, simulator: Simulator, realm: Realm, let_pass: LetPass
) -> None:
    let_pass(realm, timedelta(0))
    someone = await browse()
    for _ in range(5):
        await someone.log_in(CLEMENCE, "Rien2011")
    assert (await someone.log_in(CLEMENCE, HER_PASSWORD)).refusals == ("login-refused",)
    assert reasons(simulator, realm)[-1] == "locked-out"
    let_pass(realm, timedelta(minutes=15) - timedelta(seconds=1))
    assert (await someone.log_in(CLEMENCE, HER_PASSWORD)).status == 422
    let_pass(realm, timedelta(seconds=1))
    assert (await someone.log_in(CLEMENCE, HER_PASSWORD)).location == "/espace"


# Double clicks and the back button


async def at_once(post: Callable[[], Awaitable[Answer]], times: int = 5) -> set[tuple[int, str, str]]:
    """The responses to the same request, sent several times at once."""
    answers = await asyncio.gather(*(post() for _ in range(times)))
    return {(each.status, each.leads_to, each.screen if each.body else "") for each in answers}


async def test_double_clicks_at_every_step_do_no_harm(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    lila = await browse("lila")
    await lila.enter()
    token = await lila.csrf("/espace")
    steps: list[tuple[str, dict[str, str], str]] = [
        ("/espace/option", {}, CREDENTIALS),
        (CREDENTIALS, credentials(LILA), QUESTION),
        (QUESTION, {"question": QUESTIONS[0], "answer": ANSWER}, "/espace/attente"),
    ]
    for path, fields, there in steps:
        body = {**fields, "csrf": token}
        assert await at_once(lambda path=path, body=body: lila.post(path, body)) == {(303, there, "")}
    code = await code_sent_to(simulator, realm, LILA)
    kept = state_of(simulator, realm)
    assert (len(kept["options"]), len(kept["mailbox"]), kept["outbox"]) == (1, 1, [])

    someone = await browse()
    outside = await someone.csrf(ACTIVATION)
    typed = {"email": LILA, "code": code, "csrf": outside}
    assert await at_once(lambda: someone.post(ACTIVATION, typed)) == {(200, "", "activation")}
    ticket = await someone.ticket(LILA, code)
    window = {"ticket": ticket, "csrf": outside}
    assert await at_once(lambda: someone.post(RESULT, window)) == {(303, RESULT, "")}
    assert count_of(simulator, realm, "space-activated") == 1

    login = {"email": LILA, "password": PASSWORD, "csrf": outside}
    assert await at_once(lambda: someone.post("/mon-espace", login)) == {(303, "/espace", "")}
    leaving = {"csrf": await someone.csrf("/espace")}
    assert await at_once(lambda: someone.post("/espace/quitter", leaving)) == {(303, "/", "")}
    assert journal_of(simulator, realm, kind="refused") == []


async def test_a_double_click_on_a_form_that_is_refused_shows_the_same_page_twice(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    lila = await browse("lila")
    await lila.enter()
    await lila.submit("/espace/option")
    body = {**credentials(LILA, "court1"), "csrf": await lila.csrf("/espace")}
    with nothing_changes(simulator, realm):
        assert await at_once(lambda: lila.post(CREDENTIALS, body)) == {(422, "", "credentials")}


async def test_the_same_person_in_two_windows_gets_one_option(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    windows = [await browse("lila") for _ in range(4)]
    for window in windows:
        await window.enter()
        await window.choose(LILA)
    answers = await asyncio.gather(
        *(window.submit(QUESTION, question=QUESTIONS[0], answer=ANSWER) for window in windows)
    )
    assert sorted(answer.status for answer in answers) == [303, 422, 422, 422]
    assert {answer.refusals for answer in answers if answer.status == 422} == {("email-awaiting-activation",)}
    await code_sent_to(simulator, realm, LILA)
    kept = state_of(simulator, realm)
    assert (len(kept["options"]), len(kept["mailbox"])) == (1, 1)


async def test_forms_sent_again_from_the_back_button_change_nothing(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    lila = await browse("lila")
    await lila.enter()
    token = await lila.csrf("/espace")
    await lila.opt(LILA)
    code = await code_sent_to(simulator, realm, LILA)
    with nothing_changes(simulator, realm):
        for path, fields in (
            (QUESTION, {"question": QUESTIONS[0], "answer": ANSWER}),
            (CREDENTIALS, credentials("autre@courriel.example")),
            (QUESTION, {"question": QUESTIONS[1], "answer": "Autre"}),
        ):
            again = await lila.post(path, {**fields, "csrf": token})
            assert (again.status, again.location) == (303, "/espace/attente")

    someone = await browse()
    outside = await someone.csrf(ACTIVATION)
    opened = await someone.activate(LILA, code)
    typed = await someone.post(ACTIVATION, {"email": LILA, "code": code, "csrf": outside})
    assert (typed.status, typed.refusals) == (200, ())  # the window would show the same result again
    assert (await someone.get(opened.location)).status == 200
    again = await lila.post(QUESTION, {"question": QUESTIONS[0], "answer": ANSWER, "csrf": token})
    assert (again.status, again.screen) == (403, "session-ended")
    assert await state(simulator, realm) == "password"


@pytest.mark.rule("CRED-11")
async def test_retour_keeps_the_address_and_never_the_password(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    lila = await browse("lila")
    await lila.enter()
    await lila.choose("lila@ailleurs.example")
    question = await lila.get(QUESTION)
    assert question.page.find_target("Retour").get("href").endswith(CREDENTIALS)
    back = await lila.get(CREDENTIALS)
    assert back.page.document.xpath("//input[@id='email']/@value") == ["lila@ailleurs.example"]
    assert back.page.document.xpath("//input[@type='password']/@value") == []
    assert back.page.find_target("Retour").get("href").endswith("/espace/option")
    assert (await lila.get("/espace/option")).page.find_target("Retour").get("href").endswith("/espace")
