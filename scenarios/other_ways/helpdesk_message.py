"""A message left with the helpdesk's form can be read at the console; an empty one is not sent."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "helpdesk-message",
    "Écrire à l'assistance par le formulaire",
    "Writing to the helpdesk by its form",
    rules=("HELP-1", "HELP-2"),
    sections=("6",),
)
async def helpdesk_message(story: Story) -> None:
    lila = await story.person("lila", certificate=None)
    await lila.opens_the_helpdesk()

    story.chapter(
        "Elle envoie d'abord le formulaire vide : il lui est rendu",
        "She first sends the form empty: it is given back to her",
    )
    await lila.types("Votre nom", "Lila Rosemonde")
    await lila.types("Votre adresse électronique", lila.email)
    await lila.clicks("Envoyer", then="helpdesk", refused="message-missing")

    story.chapter(
        "Puis elle écrit son message : le formateur le lit à la console",
        "Then she writes her message: the trainer reads it at the console",
    )
    message = "La fenêtre ne s'ouvre pas, et je n'ai pas de bloqueur."
    await lila.types("Votre message", message)
    await lila.clicks("Envoyer", then="helpdesk")
    await lila.reads("Votre message a été transmis à l'assistance.")
    await story.helpdesk_has(message, email=lila.email)
