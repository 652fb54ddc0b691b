"""The address is compared without regard to case, unless the policy says otherwise."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "address-in-another-case",
    "L'adresse saisie en majuscules à l'activation",
    "The address typed in capitals at activation",
    rules=("ACT-16",),
    sections=("4.2",),
)
async def address_in_another_case(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()

    story.chapter(
        "Si le réglage email.match est « exact », l'adresse en majuscules n'est pas reconnue",
        "With email.match at « exact » the address in capitals is not recognised",
    )
    await story.policy(email_match="exact")
    await lila.follows_the_activation_link()
    await lila.is_refused_at_activation(code, "address-unknown", email=lila.email.upper())

    story.chapter("Au réglage habituel, elle l'est", "With the usual setting it is")
    await story.policy(email_match="casefold")
    await lila.activates(code, email=lila.email.upper())
