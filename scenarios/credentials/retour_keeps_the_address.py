"""« Retour » goes back one screen: the address chosen is still there, the password must be typed again."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "retour-keeps-the-address",
    "« Retour » garde l'adresse choisie, jamais le mot de passe",
    "« Retour » keeps the address chosen, never the password",
    rules=("CRED-11",),
    sections=("3",),
)
async def retour_keeps_the_address(story: Story) -> None:
    story.chapter(
        "De la question, « Retour » ramène à l'adresse choisie ; le mot de passe est effacé",
        "From the question « Retour » leads to the address chosen; the password is gone",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials(email="lila@martin-distribution.example")
    await lila.clicks("Retour", then="credentials")
    await lila.finds_typed("Votre adresse électronique", lila.email)
    await lila.finds_typed("Confirmez votre nouvelle adresse électronique", lila.email)
    await lila.finds_typed("Votre mot de passe", "")
    await lila.finds_typed("Confirmez votre nouveau mot de passe", "")

    story.chapter(
        "Un écran de plus en arrière, et même après être sortie de la demande, l'adresse est gardée",
        "One screen further back, and even after leaving the demand, the address is kept",
    )
    await lila.clicks("Retour", then="irrevocable")
    await lila.clicks("Retour", then="space")
    await lila.opts()
    await lila.finds_typed("Votre adresse électronique", lila.email)

    story.chapter(
        "Après un refus aussi : l'adresse reste, le mot de passe est à retaper",
        "After a refusal too: the address stays, the password must be typed again",
    )
    await lila.chooses_credentials(
        email="lila@bureau.example", password="court", refused="password-too-short"
    )
    await lila.finds_typed("Votre adresse électronique", "lila@bureau.example")
    await lila.finds_typed("Votre mot de passe", "")
