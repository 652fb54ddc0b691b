"""What is typed is no e-mail address: the code could not be sent there."""

from maquette.scenarios.story import Story, scenario

NO_ADDRESSES = (
    "lila.rosemonde",
    "lila.rosemonde@",
    "@courriel.example",
    "lila rosemonde@courriel.example",
    "lila@rosemonde@courriel.example",
    "lila.rosemonde@courriel",
)


@scenario(
    "email-malformed",
    "Ce qui est saisi n'est pas une adresse électronique",
    "What is typed is no e-mail address",
    rules=("CRED-3",),
    sections=("3",),
)
async def email_malformed(story: Story) -> None:
    story.chapter(
        "Le code part par courriel : il faut une adresse où il puisse arriver",
        "The code is sent by e-mail: it needs an address at which it can arrive",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials(email="", refused="email-missing")
    for text in NO_ADDRESSES:
        await lila.chooses_credentials(email=text, refused="email-malformed")
    await lila.reads("L'adresse électronique n'est pas valide.")

    story.chapter("Une véritable adresse est acceptée", "A true address is accepted")
    await lila.chooses_credentials(email="lila.rosemonde@courriel.example")
