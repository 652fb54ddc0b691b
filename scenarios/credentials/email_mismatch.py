"""The address is typed differently the second time: a slip of the pen is caught before the code is sent."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "email-mismatch",
    "Les deux saisies de l'adresse diffèrent",
    "The address is typed differently the second time",
    rules=("CRED-2",),
    sections=("3",),
)
async def email_mismatch(story: Story) -> None:
    story.chapter(
        "Lila oublie une lettre la seconde fois : le code serait parti chez quelqu'un d'autre",
        "Lila leaves a letter out the second time: the code would have gone to somebody else",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials(
        email="lila@courriel.example", email_again="lil@courriel.example", refused="email-mismatch"
    )
    await lila.reads("Les deux adresses électroniques saisies sont différentes.")
    await lila.chooses_credentials(
        email="lil@courriel.example", email_again="lila@courriel.example", refused="email-mismatch"
    )
    await lila.chooses_credentials(
        email="lila@courriel.example", email_again="Lila@courriel.example", refused="email-mismatch"
    )

    story.chapter("Deux saisies égales sont acceptées", "Typed alike twice, it is accepted")
    await lila.chooses_credentials(email="lila@courriel.example")
