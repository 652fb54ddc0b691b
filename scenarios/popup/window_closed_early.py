"""The result's window is closed as soon as it has come: the activation stands."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "window-closed-early",
    "La fenêtre du résultat est fermée aussitôt ouverte",
    "The result's window is closed as soon as it opens",
    rules=("POP-5",),
    sections=("4.2",),
)
async def window_closed_early(story: Story) -> None:
    story.chapter(
        "Elle prend la fenêtre pour une publicité, et la ferme sans la lire",
        "She takes the window for an advertisement, and closes it unread",
    )
    lila = await story.person("lila")
    await lila.changes_to_password_access()
    await lila.closes_the_window()

    story.chapter(
        "Fermer ne défait rien : l'espace est converti, le mot de passe l'ouvre",
        "Closing undoes nothing: the space is converted, the password opens it",
    )
    await lila.has_a_space("password")
    await lila.opens_the_access_page()
    await lila.enters_with_password()
