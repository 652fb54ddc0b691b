"""« Retour » on every screen of the option: one screen back, what may be kept is kept, the password never."""

from maquette.scenarios.story import Story, scenario

OTHER = "lila@martin-distribution.example"


@scenario(
    "back-at-every-step",
    "« Retour » à chaque étape : l'adresse est gardée, le mot de passe jamais",
    "« Retour » at every step: the address is kept, the password never",
    rules=("CRED-11",),
    sections=("2", "3"),
)
async def back_at_every_step(story: Story) -> None:
    story.chapter(
        "Lila revient en arrière depuis l'avertissement, puis depuis le choix des identifiants",
        "Lila goes back from the warning, then from the choice of credentials",
    )
    lila = await story.person("lila")
    await lila.enters_with_certificate()
    await lila.clicks("Gérer mes services", then="coordinates")
    await lila.clicks("Retour", then="space")
    await lila.clicks("Opter pour l'accès sans certificat", then="irrevocable")
    await lila.clicks("Retour", then="space")
    await lila.opts()
    await lila.clicks("Retour", then="irrevocable")
    await lila.clicks("Opter pour l'accès sans certificat", then="credentials")

    story.chapter(
        "Depuis la question : l'adresse choisie est toujours là, le mot de passe est à retaper",
        "From the question: the chosen address is still there, the password has to be typed again",
    )
    await lila.chooses_credentials(email=OTHER)
    await lila.clicks("Retour", then="credentials")
    await lila.finds_typed("Votre adresse électronique", OTHER)
    await lila.finds_typed("Confirmez votre nouvelle adresse électronique", OTHER)
    await lila.finds_typed("Votre mot de passe", "")
    await lila.finds_typed("Confirmez votre nouveau mot de passe", "")
    await lila.clicks("Retour", then="irrevocable")
    await lila.clicks("Retour", then="space")

    story.chapter(
        "Jusque-là rien n'a changé, et l'on reprend où l'on veut : la demande n'est faite qu'à la fin",
        "Nothing has changed so far, and one goes on where one likes: only the end makes the demand",
    )
    await lila.has_a_space("certificate")
    await lila.opts()
    await lila.finds_typed("Votre adresse électronique", OTHER)
    await lila.chooses_credentials(email=OTHER, password="court", refused="password-too-short")
    await lila.finds_typed("Votre adresse électronique", OTHER)
    await lila.finds_typed("Votre mot de passe", "")
    await lila.chooses_credentials(email=OTHER)
    await lila.answers_the_question()
    await lila.has_a_space("pending")
