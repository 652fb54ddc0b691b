"""An address that opens somebody else's password space already is refused, whatever its capitals."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "email-already-used",
    "L'adresse ouvre déjà l'espace sans certificat de quelqu'un d'autre",
    "The address opens somebody else's password space already",
    rules=("CRED-4",),
    sections=("1.3", "3"),
)
async def email_already_used(story: Story) -> None:
    story.chapter(
        "Une adresse n'ouvre qu'un seul espace : Lila ne peut pas prendre celle de Clémence",
        "An address opens one space only: Lila cannot take Clémence's",
    )
    lila = await story.person("lila")
    own = lila.email
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials(email="clemence.hautefeuille@courriel.example", refused="email-taken")
    await lila.reads("Cette adresse électronique est déjà utilisée pour un autre espace")

    story.chapter(
        "Des majuscules n'en font pas une autre adresse ; la sienne propre est libre",
        "Capitals do not make it another address; her own is free",
    )
    await lila.chooses_credentials(email="Clemence.Hautefeuille@COURRIEL.example", refused="email-taken")
    await lila.chooses_credentials(email=own)
