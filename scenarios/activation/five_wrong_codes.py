"""Five wrong tries lock the address for fifteen minutes: the right code is refused as well."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "five-wrong-codes",
    "Cinq codes faux, puis le bon",
    "Five wrong codes, then the right one",
    rules=("ACT-14", "ACT-15"),
    sections=("4.2",),
)
async def five_wrong_codes(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()

    story.chapter(
        "Cinq essais faux : chaque fois la même phrase, qui n'apprend rien",
        "Five wrong tries: the same sentence each time, which teaches nothing",
    )
    await lila.follows_the_activation_link()
    for _ in range(5):
        await lila.is_refused_at_activation("abcdefgh2345", "code-wrong")

    story.chapter(
        "Le bon code est refusé à son tour, jusqu'à la fin des quinze minutes",
        "The right code is refused as well, until the fifteen minutes are over",
    )
    await lila.is_refused_at_activation(code, "locked-out")
    await story.clock_moves("PT14M59S")
    await lila.is_refused_at_activation(code, "locked-out")
    await story.clock_moves("PT1S")
    await lila.activates(code)
