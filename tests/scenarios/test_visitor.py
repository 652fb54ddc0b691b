"""The visitor without a browser, on the real site."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from maquette.fixtures import walk
from maquette.fixtures.control import Control, ControlError
from maquette.fixtures.page_reader import LabelError, VisitorError
from maquette.fixtures.visitor import HttpVisitor, Popups
from maquette.simulator.server.assembly import Realm, Simulator

OpenVisitor = Callable[..., HttpVisitor]

LILA = "lila.rosemonde@courriel.example"


@pytest.fixture
async def lila(open_visitor: OpenVisitor, control: Control) -> AsyncIterator[HttpVisitor]:
    async with open_visitor(await control.certificate("lila")) as visitor:
        yield visitor


async def come_to_the_question(visitor: HttpVisitor) -> None:
    await walk.go_to_credentials(visitor)
    await walk.choose_credentials(visitor, LILA)


async def opt(visitor: HttpVisitor, control: Control) -> str:
    """Opt as Lila and submit the code; return the code."""
    await walk.opt(visitor, LILA)
    await walk.follow(visitor, walk.ACTIVATION)
    code = (await control.next_mail(LILA)).code
    assert code is not None
    await submit(visitor, code)
    return code


async def submit(visitor: HttpVisitor, code: str) -> None:
    await walk.send_code(visitor, LILA, code)


async def test_a_link_is_followed_by_its_label(visitor: HttpVisitor) -> None:
    await visitor.open_home()
    await visitor.click("Professionnel")
    assert await visitor.screen() == "access"


async def test_a_label_that_leads_to_two_places_needs_its_section(visitor: HttpVisitor) -> None:
    await visitor.open_home()
    with pytest.raises(LabelError, match=r"more than one link or button .* « accéder à Mon espace »"):
        await visitor.click("accéder à Mon espace")
    await visitor.click("accéder à Mon espace", within="Professionnels")
    assert await visitor.screen() == "access"


async def test_a_missing_label_is_an_error_with_the_labels_of_the_page_and_changes_no_page(
    visitor: HttpVisitor,
) -> None:
    await visitor.open_home()
    with pytest.raises(LabelError, match=r"« Professionnel », .* « Nous rejoindre »"):
        await visitor.click("Se connecter")
    assert await visitor.screen() == "home"


async def test_before_the_home_page_is_open_there_is_nothing_to_click(visitor: HttpVisitor) -> None:
    with pytest.raises(VisitorError, match="open the home page first"):
        await visitor.click("Professionnel")


async def test_typed_fields_are_sent_and_the_page_s_refusals_are_read(visitor: HttpVisitor) -> None:
    await visitor.open_home()
    await visitor.click("Professionnel")
    await visitor.fill("Adresse électronique", "personne@courriel.example")
    await visitor.fill("Mot de passe", "Inconnu2011")
    await visitor.click("Valider")
    assert (await visitor.screen(), await visitor.refusals()) == ("access", ("login-refused",))


async def test_an_error_says_what_the_page_refuses(visitor: HttpVisitor) -> None:
    await visitor.open_home()
    await visitor.click("Professionnel")
    await visitor.fill("Adresse électronique", "personne@courriel.example")
    await visitor.fill("Mot de passe", "Inconnu2011")
    await visitor.click("Valider")
    refused = "; the page refuses: login-refused « "
    with pytest.raises(LabelError, match=refused):
        await visitor.click("Opter pour l'accès sans certificat")
    with pytest.raises(VisitorError, match=f"no new window has been opened{refused}"):
        await visitor.turn_to_new_window()


async def test_nothing_can_be_typed_into_a_list(lila: HttpVisitor) -> None:
    await come_to_the_question(lila)
    with pytest.raises(VisitorError, match="it is a list"):
        await lila.fill("Sélectionnez une question de confiance", "Quel est votre surnom ?")


@pytest.mark.rule("ACC-2")
async def test_the_certificate_opens_the_space_at_the_gate(lila: HttpVisitor) -> None:
    await walk.enter(lila)
    assert await lila.screen() == "space"


@pytest.mark.rule("ACC-4")
async def test_without_a_certificate_the_gate_refuses(visitor: HttpVisitor) -> None:
    await walk.enter(visitor)
    assert (await visitor.screen(), await visitor.refusals()) == ("refused", ("certificate-missing",))


async def test_the_certificate_is_presented_at_the_gates_origin_and_no_other(
    open_visitor: OpenVisitor, control: Control, realm: Realm
) -> None:
    certificate = await control.certificate("lila")
    async with open_visitor(certificate, gate=realm.portal) as elsewhere:
        await walk.enter(elsewhere)
        assert await elsewhere.refusals() == ("certificate-missing",)


async def test_the_ports_of_the_host_share_their_cookies(lila: HttpVisitor, realm: Realm) -> None:
    await walk.enter(lila)
    await lila.click("Quitter")  # a form of the gate, signed for the visitor that the portal has named
    assert await lila.screen() == "home"


@pytest.mark.rule("POP-1")
async def test_an_allowed_popup_is_a_second_window(lila: HttpVisitor, control: Control) -> None:
    await opt(lila, control)
    assert await lila.screen() == "activation"
    assert "Votre inscription est ouverte dans une nouvelle fenêtre." in await lila.text()
    await lila.turn_to_new_window()
    assert await lila.screen() == "registration"
    await lila.close_window()
    assert await lila.screen() == "activation"


@pytest.mark.rule("POP-1", "POP-6")
async def test_a_blocked_popup_is_reported_and_opens_nothing(
    open_visitor: OpenVisitor, control: Control
) -> None:
    async with open_visitor(await control.certificate("lila"), Popups.BLOCKED) as lila:
        await opt(lila, control)
        assert await lila.screen() == "activation"
        assert "Votre navigateur a bloqué l'ouverture de la nouvelle fenêtre" in await lila.text()
        with pytest.raises(VisitorError, match="no new window"):
            await lila.turn_to_new_window()
        await control.wait_for_line("window-blocked")
        assert (await control.journal(kind="space-activated")).lines == ()


@pytest.mark.rule("POP-2")
async def test_allowing_popups_holds_from_the_next_start_of_the_browser_on(
    open_visitor: OpenVisitor, control: Control
) -> None:
    async with open_visitor(await control.certificate("lila"), Popups.BLOCKED) as lila:
        code = await opt(lila, control)
        await lila.allow_popups()
        await submit(lila, code)
        with pytest.raises(VisitorError, match="no new window"):
            await lila.turn_to_new_window()
        await lila.close_all_windows()
        await lila.open_home()
        await lila.click("Créer mon espace / adhérer aux services en ligne")
        await lila.click("Activez votre espace", within="mode expert")
        await submit(lila, code)
        await lila.turn_to_new_window()
        assert await lila.screen() == "registration"


@pytest.mark.rule("POP-4")
async def test_a_popup_from_a_click_opens_in_a_browser_that_blocks_the_others(simulator: Simulator) -> None:
    realm = await simulator.realm(clock="2011-06-09T09:00:00+02:00", policy={"popup.mode": "click"})
    async with Control(realm.api, simulator.doors.token) as control:
        certificate = await control.certificate("lila")
        async with HttpVisitor(
            portal=realm.portal,
            gate=realm.gate,
            ca=simulator.doors.ca,
            certificate=certificate,
            popups=Popups.BLOCKED,
        ) as lila:
            await opt(lila, control)
            await lila.click("Ouvrir votre inscription")
            assert await lila.screen() == "activation"
            await lila.turn_to_new_window()
            assert await lila.screen() == "registration"


@pytest.mark.rule("REG-2")
async def test_a_download_has_the_name_that_the_site_gives(lila: HttpVisitor, control: Control) -> None:
    await opt(lila, control)
    await lila.turn_to_new_window()
    recap = await lila.download("Sauvegardez ou imprimez votre formulaire")
    assert recap.file_name == "recapitulatif-20111710000303.pdf"
    assert recap.content.startswith(b"%PDF-")


async def test_an_address_that_was_copied_is_typed_later(visitor: HttpVisitor) -> None:
    await visitor.open_home()
    access = await visitor.address("Professionnel")
    home = await visitor.address()
    await visitor.open_address(access)
    assert await visitor.screen() == "access"
    await visitor.open_address(home)
    assert await visitor.screen() == "home"


async def test_a_file_is_no_page_to_click_to(lila: HttpVisitor, control: Control) -> None:
    await opt(lila, control)
    await lila.turn_to_new_window()
    with pytest.raises(VisitorError, match="application/pdf: download it"):
        await lila.click("Sauvegardez ou imprimez votre formulaire")


async def test_a_closed_browser_shows_no_page(visitor: HttpVisitor) -> None:
    await visitor.open_home()
    await visitor.close_all_windows()
    with pytest.raises(VisitorError, match="open the home page first"):
        await visitor.screen()


async def test_a_page_is_kept_as_an_extract(visitor: HttpVisitor, tmp_path: Path) -> None:
    await visitor.open_home()
    file = await visitor.keep(tmp_path / "01-home")
    assert file.name == "01-home.txt"
    assert "Créer mon espace / adhérer aux services en ligne" in file.read_text("utf-8").splitlines()


async def test_a_gate_that_drops_the_connection_is_reported_as_no_answer(simulator: Simulator) -> None:
    realm = await simulator.realm(policy={"gate.refusal": "abort"})
    async with HttpVisitor(portal=realm.portal, gate=realm.gate, ca=simulator.doors.ca) as nobody:
        with pytest.raises(VisitorError, match="gives no answer"):
            await walk.enter(nobody)


async def test_the_control_client_says_what_the_console_refused(control: Control) -> None:
    with pytest.raises(ControlError, match=r"no such persona .*'personne'"):
        await control.persona("personne")


async def test_the_control_client_says_that_no_mail_came_and_why(control: Control) -> None:
    with pytest.raises(ControlError, match=r"no mail to a@b.example within 0 seconds: not-sent"):
        await control.next_mail("a@b.example", timeout=0)


async def test_the_control_client_waits_for_the_reason_why_no_mail_came(
    lila: HttpVisitor, control: Control
) -> None:
    to = "lila.rosemonde@courriel.example"
    await control.set_delivery({"lose": True})
    await come_to_the_question(lila)
    await lila.choose("Sélectionnez une question de confiance", "Quel est votre surnom ?")
    await lila.fill("Saisissez la réponse à la question de confiance", "Lilou")
    await lila.click("Valider")
    assert await control.wait_for_reason(to, "lost") == "lost"
    assert await control.wait_for_reason(to, "bounced", timeout=0.1) == "lost"


async def test_the_control_client_says_which_line_never_came(control: Control) -> None:
    with pytest.raises(ControlError, match="no line 'window-blocked'"):
        await control.wait_for_line("window-blocked", timeout=0)
