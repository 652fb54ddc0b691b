"""Five wrong tries for one address shut it for 15 minutes, whether it exists or not."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "password-lockout",
    "Cinq mots de passe faux : l'adresse est bloquée 15 minutes",
    "Five wrong passwords: the address is locked for 15 minutes",
    rules=("PWD-2",),
    sections=("2",),
    people=("clemence",),
)
async def password_lockout(story: Story) -> None:
    clemence = await story.person("clemence", certificate=None)
    clemence.password = "Reliure2011"

    story.chapter(
        "Quelqu'un essaie cinq mots de passe : ensuite, même le bon est refusé",
        "Somebody tries five passwords: after that even the right one is refused",
    )
    await clemence.opens_the_access_page()
    for number in range(1, 6):
        await clemence.is_refused_with_password("password-wrong", password=f"Essai2011{number}")
    await clemence.is_refused_with_password("locked-out")

    story.chapter("Au bout de 15 minutes, pas avant", "After 15 minutes, and not before")
    await story.clock_moves("PT14M59S")
    await clemence.is_refused_with_password("locked-out")
    await story.clock_moves("PT1S")
    await clemence.enters_with_password()
    await clemence.clicks("Quitter", then="home")

    story.chapter(
        "Une adresse inconnue est bloquée de même : rien n'apprend lesquelles existent",
        "An unknown address is locked alike: nothing tells which addresses exist",
    )
    await clemence.opens_the_access_page()
    for _ in range(5):
        await clemence.is_refused_with_password("address-unknown", email="personne@courriel.example")
    await clemence.is_refused_with_password("locked-out", email="personne@courriel.example")
