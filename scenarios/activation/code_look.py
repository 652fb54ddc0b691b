"""Letters and digits, none of which is mistaken for another, and no two codes alike."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "code-look",
    "À quoi ressemble un code d'activation",
    "What an activation code looks like",
    rules=("ACT-2", "ACT-3"),
    sections=("3", "4.2"),
    people=("lila", "theo"),
)
async def code_look(story: Story) -> None:
    story.chapter("Lila et Théo reçoivent chacun un code", "Lila and Théo get a code each")
    codes = []
    for persona in ("lila", "theo"):
        person = await story.person(persona)
        await person.asks_for_password_access()
        codes.append(await person.reads_the_mail())

    story.chapter(
        "Le bon nombre de caractères, sans 0, O, 1, l ni I, et différents d'une personne à l'autre",
        "The right number of characters, without 0, O, 1, l and I, and different for each person",
    )
    await story.codes_are_well_drawn(*codes)
