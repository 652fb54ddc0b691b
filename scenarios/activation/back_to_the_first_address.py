"""Who has opted with two addresses in a row comes back to the first one only when its 48 hours are over."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "back-to-the-first-address",
    "De retour à la première adresse pendant ses 48 heures",
    "Back to the first address within its 48 hours",
    rules=("ACT-7", "ACT-8"),
    sections=("3",),
)
async def back_to_the_first_address(story: Story) -> None:
    lila = await story.person("lila")
    first_address = lila.email
    await lila.asks_for_password_access()
    await story.clock_moves("PT1H")
    await lila.asks_for_password_access(email="lila.bureau@courriel.example")

    story.chapter(
        "La première adresse est bloquée jusqu'à la fin de ses propres 48 heures, pour Lila aussi",
        "The first address is blocked to the end of its own 48 hours, for Lila too",
    )
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials(email=first_address, refused="email-awaiting-activation")

    story.chapter("Ensuite, elle peut y revenir", "Afterwards she may come back to it")
    await story.clock_moves("PT47H1S")
    await lila.asks_for_password_access(email=first_address)
