"""Another address than the one on file is chosen: the code goes there, and it is on file once activated."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "email-changed",
    "Choisir une autre adresse que celle qui est enregistrée",
    "Choosing another address than the one on file",
    rules=("CRED-1", "ACT-1"),
    sections=("3", "4.2"),
)
async def email_changed(story: Story) -> None:
    story.chapter(
        "L'adresse connue du site s'affiche d'elle-même ; Lila la remplace par celle de son bureau",
        "The address on file is shown at once; Lila replaces it by the one of her office",
    )
    lila = await story.person("lila")
    on_file, chosen = lila.email, "lila.rosemonde@martin-distribution.example"
    await lila.goes_to_the_credentials()
    await lila.finds_typed("Votre adresse électronique", on_file)
    await lila.chooses_credentials(email=chosen)
    await lila.answers_the_question()

    story.chapter(
        "Le code part à la nouvelle adresse ; mais le site n'en change qu'à l'activation",
        "The code goes to the new address; but the site takes it over at the activation only",
    )
    code = await lila.reads_the_mail()
    await lila.has_on_file(on_file)
    await lila.follows_the_activation_link()
    await lila.activates(code)
    await lila.has_on_file(chosen)
