"""The recap is there at any time from the space, long after the registration."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "recap-from-the-space",
    "Retrouver le récapitulatif plus tard, depuis l'espace",
    "Finding the recap again later, from the space",
    rules=("REG-4",),
    sections=("5",),
    people=("clemence",),
)
async def recap_from_the_space(story: Story) -> None:
    story.chapter(
        "Clémence a converti son espace il y a longtemps, et n'a plus le formulaire",
        "Clémence converted her space long ago, and no longer has the form",
    )
    clemence = await story.person("clemence", certificate=None)
    clemence.password, clemence.answer = "Reliure2011", "Clém"
    await story.clock_moves("P400D")
    await clemence.opens_the_access_page()
    await clemence.enters_with_password()

    story.chapter(
        "« Gérer mes services », puis « Gérer vos coordonnées » : il y est toujours",
        "« Gérer mes services », then « Gérer vos coordonnées »: it is still there",
    )
    await clemence.clicks("Gérer mes services", then="coordinates")
    await clemence.clicks("Gérer vos coordonnées", then="coordinates")
    recap = await clemence.saves_the_recap("Récapitulatif")
    await clemence.finds_in_the_recap(recap, "Nom : Hautefeuille", "Inscription réalisée le 12 mai 2011")
