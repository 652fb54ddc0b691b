"""« Quitter » ends the session for good: neither Back nor the typed address shows the space again."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "session-left",
    "« Quitter » met fin à la session",
    "« Quitter » ends the session",
    rules=("SES-1",),
    sections=("3",),
)
async def session_left(story: Story) -> None:
    story.chapter(
        "Lila quitte son espace sur un poste partagé", "Lila leaves her space, at a shared computer"
    )
    lila = await story.person("lila")
    await lila.enters_with_certificate()
    await lila.clicks("Gérer mes services", then="coordinates")
    address = await lila.copies_the_address()
    await lila.clicks("Quitter", then="home")

    story.chapter(
        "Qui revient en arrière dans le navigateur, ou tape l'adresse d'une page, ne voit plus l'espace",
        "Whoever goes back in the browser, or types a page's address, sees the space no more",
    )
    await lila.goes_back(then="access")
    await lila.types_the_address(address, then="access")
    await story.journal_says("session-ended", why="left")
