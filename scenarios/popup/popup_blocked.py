"""The browser blocks the result's window: nothing has happened, and the way out of it works."""

from maquette.fixtures.visitor import Popups
from maquette.scenarios.story import Story, scenario


@scenario(
    "popup-blocked",
    "La fenêtre du résultat est bloquée, puis autorisée",
    "The result's window is blocked, then allowed",
    rules=("ACC-9", "ACT-9", "ACT-11", "POP-1", "POP-2", "POP-3", "POP-5", "POP-6"),
    sections=("4.1", "4.2"),
)
async def popup_blocked(story: Story) -> None:
    lila = await story.person("lila", popups=Popups.BLOCKED)
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()

    story.chapter(
        "Son navigateur bloque la fenêtre : elle reste bloquée sur l'écran d'activation, qui dit pourquoi",
        "Her browser blocks the window: she is stuck on the activation screen, which says why",
    )
    await lila.follows_the_activation_link()
    await lila.activates_in_vain(code)
    await lila.reads(
        'Si vous restez bloqué sur la page ci-dessus après avoir cliqué sur le bouton "Valider", '
        "la création de votre espace n'a pas abouti",
        "Bloquer les fenêtres publicitaires intempestives",
    )

    story.chapter(
        "Rien n'est perdu : le certificat ouvre encore l'espace, le code reste bon",
        "Nothing is lost: the certificate still opens the space, the code is still good",
    )
    await lila.has_a_space("pending")
    await lila.enters_with_certificate()
    await lila.reads("en attente d'activation")

    story.chapter(
        "L'issue : autoriser le site, fermer toutes les fenêtres, revenir par la page d'accueil",
        "The way out: allow the site, close all windows, go in again from the home page",
    )
    await lila.allows_popups()
    await lila.closes_all_windows()
    await lila.finds_the_activation_from_home()
    await lila.activates(code)
    await lila.reads("Votre espace avec certificat a bien été transformé en espace sans certificat.")
    await lila.has_a_space("password")

    story.chapter("Fermer la fenêtre ne défait rien", "Closing the window undoes nothing")
    await lila.closes_the_window()
    await lila.opens_the_access_page()
    await lila.enters_with_password()
