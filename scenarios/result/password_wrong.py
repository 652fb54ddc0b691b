"""A wrong pair of e-mail and password gets one sentence, whichever of the two was wrong."""

from maquette.scenarios.story import Story, scenario

_SENTENCE = "L'adresse électronique ou le mot de passe est incorrect."


@scenario(
    "password-wrong",
    "Mauvaise adresse ou mauvais mot de passe : une seule et même phrase",
    "A wrong e-mail or a wrong password: one and the same sentence",
    rules=("PWD-2",),
    sections=("2",),
    people=("clemence",),
)
async def password_wrong(story: Story) -> None:
    story.chapter(
        "Le mot de passe est faux, puis sa casse, puis l'adresse : la phrase ne dit jamais lequel",
        "The password is wrong, then its case, then the e-mail: the sentence never says which",
    )
    clemence = await story.person("clemence", certificate=None)
    clemence.password = "Reliure2011"
    await clemence.opens_the_access_page()
    for wrong in ("Reliure2012", "reliure2011"):
        await clemence.is_refused_with_password("password-wrong", password=wrong)
        await clemence.reads(_SENTENCE)
    await clemence.is_refused_with_password("address-unknown", email="personne@courriel.example")
    await clemence.reads(_SENTENCE)

    story.chapter("La bonne paire entre", "The right pair enters")
    await clemence.enters_with_password()
