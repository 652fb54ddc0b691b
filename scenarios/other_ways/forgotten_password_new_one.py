"""The new password is typed twice, and obeys the same rules as the first; sessions of the old one end."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "forgotten-password-new-one",
    "Le nouveau mot de passe suit les mêmes règles que le premier",
    "The new password obeys the same rules as the first",
    rules=("CRED-6", "PWD-4"),
    sections=("3", "5"),
    people=("clemence",),
)
async def forgotten_password_new_one(story: Story) -> None:
    clemence = await story.person("clemence", certificate=None)
    clemence.answer = "Clém"
    await clemence.opens_the_access_page()
    await clemence.clicks("Mot de passe oublié ?", then="forgotten")
    await clemence.identifies_without_password()

    story.chapter(
        "Trop court, trop long, un accent, deux saisies différentes : il n'est pas changé",
        "Too short, too long, an accent, two that differ: it is not changed",
    )
    await clemence.chooses_a_new_password("Papyr12", refused="password-too-short")
    await clemence.chooses_a_new_password("Papyrus2012Papyrus201", refused="password-too-long")
    await clemence.chooses_a_new_password("Papyrus é2012", refused="password-characters")
    await clemence.chooses_a_new_password("Papyrus2012", again="Papyrus2013", refused="password-mismatch")

    story.chapter("8 caractères suffisent", "8 characters are enough")
    await clemence.chooses_a_new_password("Papyru12")
    await clemence.clicks("Accédez à votre espace abonné", then="access")
    await clemence.enters_with_password()
