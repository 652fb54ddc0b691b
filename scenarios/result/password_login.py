"""E-mail and password on the access page open the space, with no certificate in the browser."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "password-login",
    "Entrer avec l'adresse électronique et le mot de passe",
    "Entering with e-mail and password",
    rules=("PWD-1",),
    sections=("2",),
    people=("clemence",),
)
async def password_login(story: Story) -> None:
    story.chapter(
        "D'un ordinateur sans certificat, Clémence entre dans son espace",
        "At a computer without a certificate, Clémence enters her space",
    )
    clemence = await story.person("clemence", certificate=None)
    clemence.password = "Reliure2011"
    await clemence.opens_the_access_page()
    await clemence.reads(
        "J'accède avec mon mot de passe",
        "Rappel : il ne s'agit pas du code d'activation mais du mot de passe que vous avez choisi lors de "
        "votre inscription",
    )
    await clemence.enters_with_password()
    await clemence.reads("Mme Clémence HAUTEFEUILLE", "SARL HAUTEFEUILLE RELIURE")
