"""The code works with its own address only, and the refusal does not say which of the two was wrong."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "wrong-address-at-activation",
    "Le bon code avec une autre adresse",
    "The right code with another address",
    rules=("ACT-14",),
    sections=("4.2",),
)
async def wrong_address_at_activation(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access(email="lila.bureau@courriel.example")
    code = await lila.reads_the_mail()

    story.chapter(
        "Lila saisit par habitude son ancienne adresse : le code n'y répond pas",
        "Out of habit Lila types her former address: the code does not answer to it",
    )
    await lila.follows_the_activation_link()
    await lila.is_refused_at_activation(code, "address-unknown", email="lila.rosemonde@courriel.example")
    await lila.activates(code)
