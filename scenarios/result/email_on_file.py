"""The chosen address becomes the one on file at activation, and not before."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "email-on-file",
    "L'adresse choisie n'est enregistrée qu'à l'activation",
    "The chosen e-mail is on file from the activation on only",
    rules=("ACC-12", "CRED-1"),
    sections=("3", "4.2"),
)
async def email_on_file(story: Story) -> None:
    lila = await story.person("lila")
    old, new = lila.email, "direction@martin-distribution.example"

    story.chapter(
        "Elle choisit une autre adresse : tant que rien n'est activé, l'ancienne reste enregistrée",
        "She chooses another address: as long as nothing is activated, the old one stays on file",
    )
    await lila.asks_for_password_access(email=new)
    await lila.has_on_file(old)
    await lila.enters_with_certificate()
    await lila.clicks("Gérer mes services", then="coordinates")
    await lila.reads(f"Adresse électronique {old}")

    story.chapter("L'activation enregistre la nouvelle", "The activation puts the new one on file")
    code = await lila.reads_the_mail()
    await lila.finds_the_activation_from_home()
    await lila.activates(code)
    await lila.has_on_file(new)
    await lila.clicks("Accédez à votre espace abonné", then="access")
    await lila.enters_with_password()
    await lila.clicks("Gérer mes services", then="coordinates")
    await lila.reads(f"Adresse électronique {new}")
