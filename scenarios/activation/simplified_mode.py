"""The second step of either mode leads to the same screen."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "simplified-mode",
    "L'activation par la 2ème étape du mode simplifié",
    "The activation by the second step of the simplified mode",
    rules=("ACT-11",),
    sections=("4.1",),
)
async def simplified_mode(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()

    story.chapter(
        "La fiche nomme le mode expert ; la 2ème étape du mode simplifié mène au même écran",
        "The fiche names the expert mode; the second step of the simplified mode leads to the same screen",
    )
    await lila.clicks("OK", then="home")
    await lila.finds_the_activation_from_home("mode simplifié")
    await lila.activates(code)
