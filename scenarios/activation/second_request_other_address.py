"""Another address replaces the option: the earlier code dies, its address stays blocked for a while."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "second-request-other-address",
    "Une seconde demande avec une autre adresse pendant les 48 heures",
    "A second request with another address within the 48 hours",
    rules=("ACT-7", "ACT-8"),
    sections=("3",),
    people=("lila", "theo"),
)
async def second_request_other_address(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    first_address, first_code = lila.email, await lila.reads_the_mail()

    story.chapter(
        "Lila change d'avis : elle opte de nouveau, avec une autre adresse",
        "Lila changes her mind: she opts again, with another address",
    )
    await lila.asks_for_password_access(email="lila.bureau@courriel.example")
    second_code = await lila.reads_the_mail()

    story.chapter(
        "Le premier code est mort, mais sa première adresse reste réservée jusqu'à la fin de ses 48 heures",
        "The first code is dead, but its address stays blocked to the end of its own 48 hours",
    )
    await lila.follows_the_activation_link()
    await lila.is_refused_at_activation(first_code, "code-replaced", email=first_address)
    theo = await story.person("theo")
    await theo.goes_to_the_credentials()
    await theo.chooses_credentials(email=first_address, refused="email-awaiting-activation")

    story.chapter("Le second code active l'espace", "The second code activates the space")
    await lila.activates(second_code)
    await lila.has_a_space("password")
