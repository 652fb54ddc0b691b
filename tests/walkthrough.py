"""One person's way through the procedure over HTTP, slips included, and the secrets typed or sent on it."""

from pathlib import Path

from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor

EMAIL = "lila.rosemonde@courriel.example"
PASSWORD, WRONG_PASSWORD = "Garonne2011", "Dordogne2011"
ANSWER = "Zibeline des Carpates"
WRONG_CODE = "abcdefghijkm"


async def walk_to_the_question(visitor: HttpVisitor) -> None:
    """From the home page to the answer, typed and not yet sent; the first password is too short."""
    await visitor.open_home()
    await visitor.click("accéder à Mon espace", within="Professionnels")
    await visitor.click("Accéder avec mon certificat")
    await visitor.click("Opter pour l'accès sans certificat")
    await visitor.click("Opter pour l'accès sans certificat")
    for password in ("court", PASSWORD):
        await visitor.fill("Confirmez votre nouvelle adresse électronique", EMAIL)
        await visitor.fill("Votre mot de passe", password)
        await visitor.fill("Confirmez votre nouveau mot de passe", password)
        await visitor.click("Valider")
    await visitor.choose("Sélectionnez une question de confiance", "Quel est votre surnom ?")
    await visitor.fill("Saisissez la réponse à la question de confiance", ANSWER)


async def walk(*, portal: str, gate: str, ca: Path, api: str, token: str) -> tuple[str, ...]:
    """The whole way, as Lila: activated at the second try, entered at the second try; all the secrets."""
    async with (
        Control(api, token) as control,
        HttpVisitor(portal=portal, gate=gate, ca=ca, certificate=await control.certificate("lila")) as lila,
    ):
        await walk_to_the_question(lila)
        await lila.click("Valider")
        code = (await control.next_mail(EMAIL)).code or ""
        assert len(code) == 12
        await lila.click("Activez votre espace abonné")
        for typed in (WRONG_CODE, code):
            await lila.fill("Saisissez votre adresse électronique", EMAIL)
            await lila.fill("Entrez le code d'activation (12 caractères)", typed)
            await lila.click("Valider")
        await lila.turn_to_new_window()
        await lila.download("Sauvegardez ou imprimez votre formulaire")
        await lila.click("Accédez à votre espace abonné")
        for password in (WRONG_PASSWORD, PASSWORD):
            await lila.fill("Adresse électronique", EMAIL)
            await lila.fill("Mot de passe", password)
            await lila.click("Valider")
        assert await lila.screen() == "space"
    return PASSWORD, WRONG_PASSWORD, ANSWER, code, WRONG_CODE, token
