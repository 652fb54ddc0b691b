"""A forgotten password is replaced with what the recap says: address, number and the question's answer."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "forgotten-password",
    "Mot de passe oublié : la question de confiance et le récapitulatif",
    "A forgotten password: the security question and the recap",
    rules=("PWD-3", "PWD-4"),
    sections=("3", "5"),
    people=("clemence",),
)
async def forgotten_password(story: Story) -> None:
    story.chapter(
        "Clémence a oublié son mot de passe, que personne ne peut lui redire ; elle a gardé son formulaire",
        "Clémence has forgotten her password, and nobody can tell her; she has kept her form",
    )
    clemence = await story.person("clemence", certificate=None)
    await clemence.opens_the_access_page()
    await clemence.clicks("Mot de passe oublié ?", then="forgotten")

    story.chapter(
        "Sa réponse était « Clém » : ni la casse, ni l'accent, ni les blancs ne comptent",
        "Her answer was « Clém »: neither case, nor accent, nor blanks count",
    )
    await clemence.identifies_without_password(answer=" c LEM")

    story.chapter(
        "Elle choisit un nouveau mot de passe : il ouvre l'espace, l'ancien n'ouvre plus rien",
        "She chooses a new password: it opens the space, the old one opens nothing any more",
    )
    await clemence.chooses_a_new_password("Papyrus2012")
    await clemence.reads("Votre nouveau mot de passe est enregistré.")
    await clemence.clicks("Accédez à votre espace abonné", then="access")
    await clemence.is_refused_with_password("password-wrong", password="Reliure2011")
    await clemence.enters_with_password()
    await clemence.reads("SARL HAUTEFEUILLE RELIURE")
