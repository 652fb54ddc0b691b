"""A new space by the expert mode: for several companies at once."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "new-space-expert",
    "Créer un nouvel espace pour plusieurs entreprises, mode expert",
    "Creating a new space for several companies, expert mode",
    rules=("NEW-1", "NEW-2"),
    sections=("1.2", "4.1"),
    people=("zoe",),
)
async def new_space_expert(story: Story) -> None:
    story.chapter(
        "Zoé représente deux entreprises : le mode expert les prend ensemble",
        "Zoé represents two companies: the expert mode takes them together",
    )
    zoe = await story.person("zoe", certificate=None)
    await zoe.applies_for_a_space("mode expert", "150231140", "167402551")
    await zoe.chooses_credentials(email="zoe.lacheze@courriel.example")
    await zoe.answers_the_question()
    code = await zoe.reads_the_mail()

    story.chapter("2ème étape du mode expert : l'espace est créé", "2nd step: the space is created")
    await zoe.finds_the_activation_from_home("mode expert")
    await zoe.activates(code)
    await zoe.reads("Votre espace a bien été créé.")
    await zoe.learns_the_new_number()
    await zoe.has_a_space("password")
    await zoe.clicks("Accédez à votre espace abonné", then="access")
    await zoe.enters_with_password()
    await zoe.clicks("Gérer mes services", then="coordinates")
    await zoe.reads("150231140", "167402551")
