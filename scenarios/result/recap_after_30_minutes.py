"""From the result's window the recap is there for 30 minutes; later only the space has it."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "recap-after-30-minutes",
    "Le récapitulatif, 30 minutes après le résultat",
    "The recap, 30 minutes after the result",
    rules=("REG-5",),
    sections=("4.2", "5"),
)
async def recap_after_30_minutes(story: Story) -> None:
    lila = await story.person("lila")
    await lila.changes_to_password_access()
    recap = await lila.copies_the_address("Sauvegardez ou imprimez votre formulaire")

    story.chapter(
        "Elle laisse la fenêtre ouverte : au bout de 30 minutes, le formulaire est encore là",
        "She leaves the window open: after 30 minutes the form is still there",
    )
    await story.clock_moves("PT30M")
    await lila.saves_the_recap()

    story.chapter(
        "Une seconde plus tard, il faut entrer dans l'espace : un poste laissé ouvert ne montre plus rien",
        "A second later she has to enter the space: a computer left alone shows nothing any more",
    )
    await story.clock_moves("PT1S")
    await lila.types_the_address(recap, then="refused", refused="recap-of-another")
    await lila.closes_the_window()
    await lila.opens_the_access_page()
    await lila.enters_with_password()
    await lila.clicks("Gérer mes services", then="coordinates")
    await lila.saves_the_recap("Récapitulatif")
