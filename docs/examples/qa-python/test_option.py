"""A team's own tests against Maquette: plain ones and asynchronous ones, with the plugin's fixtures alone."""

from fixtures import team_password
from maquette.fixtures.walk import CODE

EMAIL = "lila.rosemonde@courriel.example"


def opt(lila):
    """From the home page to the waiting for the code."""
    lila.open_home()
    lila.click("Professionnel")
    lila.click("Accéder avec mon certificat")
    lila.click("Opter pour l'accès sans certificat")
    lila.click("Opter pour l'accès sans certificat")
    lila.fill("Confirmez votre nouvelle adresse électronique :", EMAIL)
    lila.fill("Votre mot de passe :", team_password())
    lila.fill("Confirmez votre nouveau mot de passe :", team_password())
    lila.click("Valider")
    lila.choose("Sélectionnez une question de confiance :", "Quel est votre surnom ?")
    lila.fill("Saisissez la réponse à la question de confiance :", "Lilou")
    lila.click("Valider")


def activate(lila, code):
    """From the page that waits for the code to its answer."""
    lila.click("Activez votre espace abonné")
    lila.fill("Saisissez votre adresse électronique", EMAIL)
    lila.fill(CODE, code)
    lila.click("Valider")


def test_the_code_works_at_its_last_second(visitor, mailbox, clock):
    lila = visitor("lila")
    opt(lila)
    code = mailbox.code(EMAIL)
    clock.freeze()
    clock.advance_to("just-before:code-expiry", "lila")
    activate(lila, code)
    lila.turn_to_new_window()
    assert lila.screen() == "registration"


async def test_the_code_is_dead_a_second_later(visitor, mailbox, clock):
    lila = visitor("lila")
    opt(lila)
    code = mailbox.code(EMAIL)
    clock.freeze()
    clock.advance_to("code-expiry", "lila")
    lila.open_home()
    lila.click("Créer mon espace / adhérer aux services en ligne")
    lila.click("Activez votre espace", within="expert")
    lila.fill("Saisissez votre adresse électronique", EMAIL)
    lila.fill(CODE, code)
    lila.click("Valider")
    assert lila.refusals() == ("activation-refused",)


def test_every_test_has_a_realm_of_its_own(persona, mailbox, realm):
    assert persona("lila").subscriber_number == "20111710000303"
    assert realm.name.startswith("realm-")


def test_a_realm_is_given_back_as_it_was(simulator, maquette_control, visitor, mailbox):
    lila = visitor("lila")
    opt(lila)
    code = mailbox.code(EMAIL)
    pending = maquette_control.snapshot("waiting for the activation")
    activate(lila, code)
    lila.turn_to_new_window()
    assert lila.screen() == "registration"
    maquette_control.restore(pending)
    assert maquette_control.space("20111710000303").state == "pending"
    copy = simulator.realm(from_snapshot=pending.id)
    assert copy.name != pending.name


def test_a_realm_begins_at_a_named_point(simulator):
    realm = simulator.realm(at="last-second", personas=["lila", "theo"])
    assert realm.portal.endswith(f"/r/{realm.name}")


def test_a_late_mail_comes_with_the_realms_time(visitor, mailbox, clock):
    mailbox.set_delivery({"to": EMAIL, "delay": "PT2H"})
    lila = visitor("lila")
    opt(lila)
    clock.freeze()
    clock.advance("PT2H")
    activate(lila, mailbox.code(EMAIL))
    lila.turn_to_new_window()
    assert lila.screen() == "registration"
