"""One second after the 48 hours the code is dead, the option void, and the address free again."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "code-a-second-late",
    "Le code une seconde trop tard, puis tout à recommencer",
    "The code a second too late, then all over again",
    rules=("ACT-5", "ACT-6"),
    sections=("3", "4.2"),
)
async def code_a_second_late(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    late = await lila.reads_the_mail()

    story.chapter(
        "48 heures et une seconde après l'envoi, le code ne vaut plus rien",
        "48 hours and a second after the sending the code is worth nothing",
    )
    await story.clock_moves_to("code-expiry", "lila")
    await lila.finds_the_activation_from_home()
    await lila.is_refused_at_activation(late, "code-expired")
    await lila.has_a_space("certificate")
    await story.journal_says("option-lapsed")

    story.chapter(
        "Elle recommence depuis le début, avec la même adresse : elle est libre de nouveau",
        "She starts over, with the same address: it is free again",
    )
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()
    await lila.follows_the_activation_link()
    await lila.is_refused_at_activation(late, "code-wrong")
    await lila.activates(code)
    await lila.has_a_space("password")
