"""Sessions at each door, and the host name of links."""

import pytest
from raw_browser import Browse, credentials

from maquette.fixtures.control import Control
from maquette.simulator.server.assembly import Realm, Simulator

LILA = "lila.rosemonde@courriel.example"


@pytest.mark.rule("SES-3")
async def test_a_session_that_a_password_opened_shows_nothing_under_a_certificate(
    browse: Browse, simulator: Simulator, realm: Realm
) -> None:
    noemie = await browse("noemie")
    email = await email_of(simulator, realm, "clemence")
    await noemie.log_in(email, "Reliure2011")
    at_the_portal = await noemie.get("/espace", door="portal")
    at_the_gate = await noemie.get("/espace", door="gate")
    assert (at_the_portal.status, at_the_portal.screen) == (200, "space")
    assert (at_the_gate.status, at_the_gate.refusals) == (403, ("session-of-another-certificate",))


@pytest.mark.rule("SES-1")
async def test_entering_again_takes_the_place_of_the_session_before(browse: Browse) -> None:
    lila = await browse("lila")
    await lila.enter()
    cookie = lila.cookie("session")
    assert cookie is not None
    first = str(cookie.value)
    await lila.enter()
    lila.forget_cookies()
    lila.put_cookie("session", first)
    assert (await lila.get("/espace")).screen == "session-ended"


@pytest.mark.rule("ACT-8")
async def test_a_second_option_says_that_the_first_code_is_void(browse: Browse) -> None:
    lila = await browse("lila")
    await lila.enter()
    before = (await lila.get("/espace/option")).page.text()
    await lila.opt(LILA)
    after = (await lila.get("/espace/option")).page.text()
    assert "en attente d'activation" not in before
    assert f"en attente d'activation avec l'adresse électronique {LILA}" in after
    assert "le code d'activation déjà envoyé ne fonctionnera plus" in after


@pytest.mark.rule("CRED-11")
async def test_retour_keeps_both_addresses_and_never_the_password(browse: Browse) -> None:
    lila = await browse("lila")
    await lila.enter()
    await lila.submit("/espace/option")
    await lila.submit("/espace/identifiants", **credentials("autre@courriel.example"))
    page = (await lila.get("/espace/identifiants")).page
    values = {
        name: page.find_field(label).get("value")
        for name, label in {
            "email": "Votre adresse électronique :",
            "email_confirmation": "Confirmez votre nouvelle adresse électronique :",
            "password": "Votre mot de passe :",
            "password_confirmation": "Confirmez votre nouveau mot de passe :",
        }.items()
    }
    assert values == {
        "email": "autre@courriel.example",
        "email_confirmation": "autre@courriel.example",
        "password": None,
        "password_confirmation": None,
    }


async def test_links_stay_under_the_name_by_which_the_browser_came(browse: Browse) -> None:
    nobody = await browse()
    port = nobody.url("/").port
    for name in ("localhost", "127.0.0.1"):
        answer = await nobody.request("GET", "/certificat", headers={"Host": f"{name}:{port}"})
        assert answer.headers["Location"].startswith(f"https://{name}:")
        assert f"form-action 'self' https://{name}:{port} " in answer.headers["Content-Security-Policy"]


async def email_of(simulator: Simulator, realm: Realm, persona: str) -> str:
    async with Control(realm.api, simulator.doors.token) as control:
        return (await control.persona(persona)).email or ""
