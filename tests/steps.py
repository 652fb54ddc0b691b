"""The steps of the procedure that many tests take on their way to what they are about."""

from maquette.fixtures.visitor import HttpVisitor

EMAIL, PASSWORD = "lila.rosemonde@courriel.example", "Colibri2011"


async def enter(visitor: HttpVisitor) -> None:
    """From home into the space, with the certificate."""
    await visitor.open_home()
    await visitor.click("Professionnel")
    await visitor.click("Accéder avec mon certificat")


async def go_to_the_question(visitor: HttpVisitor, email: str) -> None:
    """From home to the last form of the option: all is typed there, and nothing sent."""
    await enter(visitor)
    await visitor.click("Opter pour l'accès sans certificat")
    await visitor.click("Opter pour l'accès sans certificat")
    await visitor.fill("Votre adresse électronique :", email)
    await visitor.fill("Confirmez votre nouvelle adresse électronique :", email)
    await visitor.fill("Votre mot de passe :", PASSWORD)
    await visitor.fill("Confirmez votre nouveau mot de passe :", PASSWORD)
    await visitor.click("Valider")
    await visitor.choose("Sélectionnez une question de confiance :", "Quel est votre surnom ?")
    await visitor.fill("Saisissez la réponse à la question de confiance :", "Lilou")


async def opt(visitor: HttpVisitor, email: str) -> None:
    """From home to the waiting for the code."""
    await go_to_the_question(visitor, email)
    await visitor.click("Valider")


async def type_code(visitor: HttpVisitor, code: str) -> None:
    """From home to the answer to Lila's code, by the way that needs no session."""
    await visitor.open_home()
    await visitor.click("Créer mon espace / adhérer aux services en ligne")
    await visitor.click("Activez votre espace", within="expert")
    await visitor.fill("Saisissez votre adresse électronique", EMAIL)
    await visitor.fill("Entrez le code d'activation (12 caractères)", code)
    await visitor.click("Valider")
