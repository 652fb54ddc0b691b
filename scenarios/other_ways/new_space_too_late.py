"""A new space that is not activated in 48 hours never comes to be; its address is free again."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "new-space-too-late",
    "Nouvel espace non activé dans les 48 heures : il n'existe pas",
    "A new space not activated in 48 hours: it does not exist",
    rules=("ACT-6", "NEW-2"),
    sections=("3", "4.1"),
    people=("zoe",),
)
async def new_space_too_late(story: Story) -> None:
    zoe = await story.person("zoe", certificate=None)
    address = "zoe.lacheze@courriel.example"
    await zoe.applies_for_a_space("mode simplifié", "150231140")
    await zoe.chooses_credentials(email=address)
    await zoe.answers_the_question()
    code = await zoe.reads_the_mail()

    story.chapter(
        "Le délai est le même pour tous : une seconde de trop, et il n'y a pas d'espace",
        "The time is the same for all: a second too late, and there is no space",
    )
    await story.clock_moves("PT48H1S")
    await zoe.finds_the_activation_from_home("mode simplifié")
    await zoe.is_refused_at_activation(code, "code-expired")
    await story.journal_counts("space-activated", 0)

    story.chapter(
        "Elle recommence tout, avec la même adresse : la dernière seconde passe",
        "She starts over with the same address: the last second gets through",
    )
    await zoe.applies_for_a_space("mode simplifié", "150231140")
    await zoe.chooses_credentials(email=address)
    await zoe.answers_the_question()
    code = await zoe.reads_the_mail()
    await story.clock_moves("PT48H")
    await zoe.finds_the_activation_from_home("mode simplifié")
    await zoe.activates(code)
