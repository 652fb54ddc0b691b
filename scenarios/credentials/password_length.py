"""A password has 8 to 20 characters: 7 and 21 are refused, 8 and 20 accepted."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "password-length",
    "Mot de passe de 7, 8, 20 et 21 caractères",
    "Passwords of 7, 8, 20 and 21 characters",
    rules=("CRED-6",),
    sections=("3",),
)
async def password_length(story: Story) -> None:
    story.chapter(
        "Trop court ou trop long d'un seul caractère : refusé",
        "Too short or too long by a single character: refused",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials(password="Garonn7", refused="password-too-short")
    await lila.chooses_credentials(password="Garonne2011Garonne201", refused="password-too-long")

    story.chapter(
        "Huit caractères suffisent, vingt sont permis", "Eight characters are enough, twenty are allowed"
    )
    await lila.chooses_credentials(password="Garonne8")
    await lila.clicks("Retour", then="credentials")
    await lila.chooses_credentials(password="Garonne2011Garonne20")
