"""The password is typed differently the second time: nobody could enter with what they believe they chose."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "password-mismatch",
    "Les deux saisies du mot de passe diffèrent",
    "The password is typed differently the second time",
    rules=("CRED-2",),
    sections=("3",),
)
async def password_mismatch(story: Story) -> None:
    story.chapter(
        "Le mot de passe ne se voit pas : seule la seconde saisie révèle une faute de frappe",
        "A password is not seen: only typing it again shows a slip",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials(
        password="Garonne2011", password_again="Garonne2012", refused="password-mismatch"
    )
    await lila.reads("Les deux mots de passe saisis sont différents.")
    await lila.chooses_credentials(
        password="Garonne2011", password_again="garonne2011", refused="password-mismatch"
    )
    await lila.chooses_credentials(password="Garonne2011", password_again="", refused="password-mismatch")

    story.chapter("Deux saisies égales sont acceptées", "Typed alike twice, it is accepted")
    await lila.chooses_credentials(password="Garonne2011")
