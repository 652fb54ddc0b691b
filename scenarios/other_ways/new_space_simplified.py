"""A new space by the simplified mode: the last resort ends with a password space and a new number."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "new-space-simplified",
    "Créer un nouvel espace, mode simplifié",
    "Creating a new space, simplified mode",
    rules=("NEW-1", "NEW-2"),
    sections=("1.2", "4.1"),
    people=("zoe",),
)
async def new_space_simplified(story: Story) -> None:
    story.chapter(
        "Zoé n'a pas d'espace : 1ère étape, elle dit qui elle est et pour quelle entreprise",
        "Zoé has no space: 1st step, she says who she is and for which company",
    )
    zoe = await story.person("zoe", certificate=None)
    await zoe.applies_for_a_space("mode simplifié", "150 231 140")
    await zoe.chooses_credentials(email="zoe.lacheze@courriel.example")
    await zoe.answers_the_question()

    story.chapter(
        "2ème étape : le même courriel, le même code, la même fenêtre que pour tout espace",
        "2nd step: the same mail, the same code, the same window as for any space",
    )
    code = await zoe.reads_the_mail()
    await zoe.finds_the_activation_from_home("mode simplifié")
    await zoe.activates(code)
    await zoe.reads("Votre espace a bien été créé.")

    story.chapter(
        "Un espace vide avec un numéro neuf : elle garde son formulaire, et y entre",
        "An empty space with a new number: she keeps her form, and enters",
    )
    await zoe.learns_the_new_number()
    await zoe.has_a_space("password")
    recap = await zoe.saves_the_recap()
    await zoe.finds_in_the_recap(recap, "Prénom : Zoé", "150231140")
    await zoe.clicks("Accédez à votre espace abonné", then="access")
    await zoe.enters_with_password()
    await zoe.reads("Bienvenue,", "Je souhaite adhérer")
