"""A space entered by password speaks of no certificate, and offers no option."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "password-space",
    "L'espace avec mot de passe n'affiche ni certificat ni option",
    "A password space shows neither certificate nor option",
    rules=("HOME-5", "PWD-1"),
    sections=("2",),
    people=("clemence",),
)
async def password_space(story: Story) -> None:
    story.chapter(
        "Clémence entre avec son mot de passe et trouve son espace comme avant",
        "Clémence enters with her password, and finds her space as before",
    )
    clemence = await story.person("clemence", certificate=None)
    clemence.password = "Reliure2011"
    await clemence.opens_the_access_page()
    await clemence.enters_with_password()
    await clemence.reads("Mme Clémence HAUTEFEUILLE", "SARL HAUTEFEUILLE RELIURE")

    story.chapter(
        "Il n'y est plus question de certificat, ni d'en changer",
        "There is no word any more of a certificate, nor of changing",
    )
    await clemence.does_not_read("Date de validité du certificat", "Opter pour l'accès sans certificat")
    await clemence.clicks("Gérer mes services", then="coordinates")
    await clemence.does_not_read("Date de validité du certificat", "Opter pour l'accès sans certificat")
