"""The last second of the 48 hours still counts, and page and mail say so beforehand."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "code-at-the-last-second",
    "Le code à la dernière seconde des 48 heures",
    "The code at the last second of the 48 hours",
    rules=("ACT-4", "ACT-5"),
    sections=("3", "4.2"),
)
async def code_at_the_last_second(story: Story) -> None:
    story.chapter(
        "L'écran et le courriel annoncent un délai de 48 heures, et quand il prend fin",
        "Screen and mail announce a delay of 48 hours, and when it ends",
    )
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    await lila.reads("Vous disposez d'un délai de 48h", "Fin du délai : 11 juin 2011 à 09:00:00")
    code = await lila.reads_the_mail()

    story.chapter(
        "Deux jours plus tard, à la dernière seconde, le code fonctionne",
        "Two days later, at the last second, the code works",
    )
    await story.clock_moves_to("just-before:code-expiry", "lila")
    await lila.finds_the_activation_from_home()
    await lila.activates(code)
    await lila.has_a_space("password")
