"""From the home page to the space with password without a mouse: Tab, Enter, and what is typed.

Only a browser knows what has the focus and what a key does with it: there is no such thing over HTTP.
"""

from maquette.fixtures.walk import CODE
from maquette.scenarios.narration import Driver
from maquette.scenarios.story import Story, scenario


@scenario(
    "keyboard-only",
    "Toute la procédure au clavier seul",
    "The whole procedure with the keyboard alone",
    rules=("ACT-11", "POP-1", "PWD-1"),
    sections=("2", "3", "4.2"),
    drivers=(Driver.BROWSER,),
)
async def keyboard_only(story: Story) -> None:
    story.chapter(
        "Lila ne se sert pas de la souris : elle atteint chaque lien et chaque champ avec la touche Tab",
        "Lila uses no mouse: she reaches every link and every field with the Tab key",
    )
    lila = await story.person("lila")
    await lila.opens_home()
    await lila.follows_by_keyboard("Professionnel", then="access")
    await lila.follows_by_keyboard("Accéder avec mon certificat", then="space")
    await lila.follows_by_keyboard("Opter pour l'accès sans certificat", then="irrevocable")
    await lila.follows_by_keyboard("Opter pour l'accès sans certificat", then="credentials")
    await lila.types_by_keyboard("Confirmez votre nouvelle adresse électronique", lila.email)
    await lila.types_by_keyboard("Votre mot de passe", lila.password)
    await lila.types_by_keyboard("Confirmez votre nouveau mot de passe", lila.password)
    await lila.follows_by_keyboard("Valider", then="question")
    await lila.types_by_keyboard("Sélectionnez une question de confiance", lila.question)
    await lila.finds_typed("Sélectionnez une question de confiance", lila.question)
    await lila.types_by_keyboard("Saisissez la réponse à la question de confiance", lila.answer)
    await lila.follows_by_keyboard("Valider", then="pending")
    code = await lila.reads_the_mail()

    story.chapter(
        "L'activation et sa nouvelle fenêtre, toujours au clavier",
        "The activation and its new window, by keyboard still",
    )
    await lila.follows_by_keyboard("Activez votre espace abonné", then="activation")
    await lila.types_by_keyboard("Saisissez votre adresse électronique", lila.email)
    await lila.types_by_keyboard(CODE, code)
    await lila.activates_by_keyboard()
    await lila.has_a_space("password")

    story.chapter(
        "Elle entre avec son mot de passe, puis quitte son espace",
        "She enters with her password, then leaves her space",
    )
    await lila.follows_by_keyboard("Accédez à votre espace abonné", then="access")
    await lila.types_by_keyboard("Adresse électronique", lila.email)
    await lila.types_by_keyboard("Mot de passe", lila.password)
    await lila.follows_by_keyboard("Valider", then="space")
    await lila.follows_by_keyboard("Quitter", then="home")
