"""A new password ends every session of the space: whoever had come in with the old one is out."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "forgotten-password-ends-sessions",
    "Un nouveau mot de passe met fin aux sessions ouvertes avec l'ancien",
    "A new password ends the sessions that the old one had opened",
    rules=("PWD-4",),
    sections=("5",),
    people=("clemence",),
)
async def forgotten_password_ends_sessions(story: Story) -> None:
    story.chapter(
        "Son espace est resté ouvert sur un autre ordinateur", "Her space was left open at another computer"
    )
    elsewhere = await story.person("clemence", certificate=None)
    elsewhere.password = "Reliure2011"
    await elsewhere.opens_the_access_page()
    await elsewhere.enters_with_password()

    story.chapter("Elle change son mot de passe d'ici", "From here, she changes her password")
    clemence = await story.person("clemence", certificate=None)
    clemence.answer = "Clém"
    await clemence.opens_the_access_page()
    await clemence.clicks("Mot de passe oublié ?", then="forgotten")
    await clemence.identifies_without_password()
    await clemence.chooses_a_new_password("Papyrus2012")

    story.chapter("Là-bas, la session a pris fin", "Over there, the session is over")
    await elsewhere.reloads(then="session-ended", refused="session-ended")
