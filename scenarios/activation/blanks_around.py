"""What a copy out of a mail brings along around address and code does not count."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "blanks-around",
    "Des blancs collés autour de l'adresse et du code",
    "Blanks pasted around address and code",
    rules=("ACT-16",),
    sections=("4.2",),
)
async def blanks_around(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()

    story.chapter(
        "Lila copie le code du courriel, avec les blancs qui l'entourent : ils ne comptent pas",
        "Lila copies the code out of the mail, with blanks around it: they do not count",
    )
    await lila.follows_the_activation_link()
    await lila.activates(f" {code}  ", email=f"  {lila.email} ")
