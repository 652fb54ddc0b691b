"""The helpdesk is found from the home page: its number, its price, its hours, and a form."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "helpdesk-page",
    "Trouver l'assistance : téléphone, horaires et formulaire",
    "Finding the helpdesk: telephone, hours and form",
    rules=("HELP-1",),
    sections=("6",),
)
async def helpdesk_page(story: Story) -> None:
    story.chapter(
        "Elle est bloquée : par l'onglet « Professionnels », elle trouve qui peut l'aider",
        "She is stuck: by the tab « Professionnels » she finds who can help",
    )
    lila = await story.person("lila", certificate=None)
    await lila.opens_the_helpdesk()
    await lila.reads(
        "l'assistance aux usagers des téléprocédures est joignable de 8h00 à 19h30 du lundi au vendredi, "
        "selon deux canaux :",
        "le téléphone (prix d'un appel local) via le n° 0 810 006 882.",
        "le formulaire électronique ci-dessous.",
        "Votre message :",
    )
