"""The fiche disagrees with itself: are letters alone a password? The policy decides, and both are played."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "password-of-letters-or-digits-alone",
    "Mot de passe de lettres seules, ou de chiffres seuls : les deux lectures de la fiche",
    "A password of letters alone, or of digits alone: both readings of the fiche",
    rules=("CRED-7",),
    sections=("3",),
)
async def password_of_letters_or_digits_alone(story: Story) -> None:
    story.chapter(
        "« Les chiffres et les lettres sont autorisés » : d'ordinaire, aucun n'est exigé",
        "« Les chiffres et les lettres sont autorisés »: usually neither is demanded",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials(password="Garonnaise")
    await lila.goes_back(then="credentials")
    await lila.chooses_credentials(password="2011201120")
    await lila.goes_back(then="credentials")

    story.chapter(
        "« une série de chiffres et de lettres » : le site peut être réglé pour exiger les deux",
        "« une série de chiffres et de lettres »: the site can be set to demand both",
    )
    await story.policy(password_requires_both=True)
    await lila.chooses_credentials(password="Garonnaise", refused="password-needs-both")
    await lila.chooses_credentials(password="2011201120", refused="password-needs-both")
    await lila.chooses_credentials(password="Garonne201")
