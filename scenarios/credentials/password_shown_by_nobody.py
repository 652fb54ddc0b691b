"""The password is kept hashed: no page, mail, recap, journal line or answer of the console can show it.

What is held here is what can be seen from outside: also a snapshot, which has everything that is stored.
"""

from maquette.scenarios.story import Story, scenario

PASSWORD = "Vermeil1789"


@scenario(
    "password-shown-by-nobody",
    "Personne ne peut montrer le mot de passe, pas même le site",
    "Nobody can show the password, not even the site",
    rules=("CRED-8",),
    sections=("3", "5"),
)
async def password_shown_by_nobody(story: Story) -> None:
    story.chapter(
        "Lila choisit un mot de passe ; aucune page suivante ne le répète",
        "Lila chooses a password; no page after that repeats it",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials(password=PASSWORD)
    await lila.does_not_read(PASSWORD)
    await lila.answers_the_question()
    await lila.does_not_read(PASSWORD)
    code = await lila.reads_the_mail()
    await story.nothing_shows(PASSWORD, of=lila)

    story.chapter(
        "Activé, il ouvre l'espace ; mais ni le récapitulatif ni l'espace ne le disent",
        "Once activated it opens the space; but neither the recap nor the space tells it",
    )
    await lila.follows_the_activation_link()
    await lila.activates(code)
    await lila.does_not_read(PASSWORD)
    recap = await lila.saves_the_recap()
    await lila.does_not_find_in_the_recap(recap, PASSWORD)
    await lila.clicks("Accédez à votre espace abonné", then="access")
    await lila.enters_with_password()
    await lila.clicks("Gérer mes services", then="coordinates")
    await lila.does_not_read(PASSWORD)
    await story.nothing_shows(PASSWORD, of=lila)
