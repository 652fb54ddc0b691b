"""Address and code are enough: neither the certificate nor the session is asked for."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "activation-elsewhere",
    "L'activation depuis un autre ordinateur, sans certificat",
    "The activation from another computer, without certificate",
    rules=("ACT-12",),
    sections=("4.1",),
)
async def activation_elsewhere(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()

    story.chapter(
        "Chez elle, sans certificat ni session, l'adresse et le code suffisent",
        "At home, with neither certificate nor session, address and code are enough",
    )
    at_home = await story.person("lila", certificate=None)
    await at_home.finds_the_activation_from_home()
    await at_home.activates(code)
    await lila.has_a_space("password")
