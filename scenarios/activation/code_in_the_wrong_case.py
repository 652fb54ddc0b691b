"""Capitals and small letters of the code are not the same."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "code-in-the-wrong-case",
    "Le code saisi sans respecter majuscules et minuscules",
    "The code typed without regard to capitals",
    rules=("ACT-2",),
    sections=("4.2",),
)
async def code_in_the_wrong_case(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()

    story.chapter(
        "L'écran demande de respecter les majuscules et les minuscules : inversées, le code est refusé",
        "The screen asks for care with capitals: exchanged, the code is refused",
    )
    await lila.follows_the_activation_link()
    await lila.reads("en respectant les majuscules et les minuscules")
    await lila.is_refused_at_activation(code.swapcase(), "code-wrong")

    story.chapter("Tel qu'il a été reçu, il active l'espace", "As it came, it activates the space")
    await lila.activates(code)
