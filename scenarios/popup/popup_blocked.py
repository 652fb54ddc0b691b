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
    await lila.enters_with_certificate()
    await lila.opts()
    await lila.chooses_credentials()
    await lila.answers_the_question()
    code = await lila.reads_the_mail()

    # The window is blocked: she is stuck on the activation screen (§4.2)
    await lila.follows_the_activation_link()
    await lila.activates_in_vain(code)
    await lila.reads(
        'Si vous restez bloqué sur la page ci-dessus après avoir cliqué sur le bouton "Valider", '
        "la création de votre espace n'a pas abouti",
        "Bloquer les fenêtres publicitaires intempestives",
    )

    # Nothing has happened: the certificate still opens the space, the code is still good
    await lila.has_a_space("pending")
    await lila.enters_with_certificate()
    await lila.reads("en attente d'activation")

    # The way out: allow the site, close everything, go in again from the home page (§4.2, §4.1)
    await lila.allows_popups()
    await lila.closes_all_windows()
    await lila.finds_the_activation_from_home()
    await lila.activates(code)
    await lila.reads("Votre espace avec certificat a bien été transformé en espace sans certificat.")
    await lila.has_a_space("password")

    # Closing the result's window undoes nothing
    await lila.closes_the_window()
    await lila.opens_home()
    await lila.clicks("Professionnel", then="access")
    await lila.enters_with_password()
