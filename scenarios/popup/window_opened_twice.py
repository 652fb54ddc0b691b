"""The same browser opens the result a second time: it is the same result, and no second activation."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "window-opened-twice",
    "La fenêtre du résultat est ouverte deux fois",
    "The result's window is opened twice",
    rules=("ACT-9", "POP-5"),
    sections=("4.2",),
)
async def window_opened_twice(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()

    story.chapter(
        "La fenêtre fermée, elle valide encore le même code : le même résultat revient",
        "With the window closed she clicks again with the same code: the same result comes back",
    )
    await lila.follows_the_activation_link()
    await lila.activates(code)
    await lila.closes_the_window()
    await lila.activates(code)
    await lila.reads(
        f"Votre inscription a été réalisée le 9 juin 2011 sous le numéro {lila.subscriber_number}"
    )
    await story.journal_counts("space-activated", 1)

    story.chapter(
        "Ce n'est permis qu'à ce navigateur : dans un navigateur rouvert, le code est usé",
        "That is for this browser only: in one that was opened anew, the code is used up",
    )
    await lila.closes_all_windows()
    await lila.finds_the_activation_from_home()
    await lila.is_refused_at_activation(code, "code-used")
