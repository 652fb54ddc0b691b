"""The result is reloaded and read again: it is the same, and nothing is activated twice."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "window-reloaded",
    "La fenêtre du résultat est rechargée",
    "The result's window is reloaded",
    rules=("POP-5",),
    sections=("4.2",),
)
async def window_reloaded(story: Story) -> None:
    lila = await story.person("lila")
    await lila.changes_to_password_access()

    story.chapter(
        "Elle recharge le résultat, plus tard aussi : il est le même, rien ne s'active une seconde fois",
        "She reloads the result, later too: it is the same, and nothing is activated a second time",
    )
    result = f"Votre inscription a été réalisée le 9 juin 2011 sous le numéro {lila.subscriber_number}"
    await lila.reloads(then="registration")
    await lila.reads(result)
    await story.clock_moves("PT20M")
    await lila.reloads(then="registration")
    await lila.reads(result)
    await story.journal_counts("space-activated", 1)
    await lila.has_a_space("password")
