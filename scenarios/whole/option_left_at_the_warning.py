"""The warning comes before anything changes: who leaves there has changed nothing."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "option-left-at-the-warning",
    "L'option abandonnée à l'avertissement : rien n'a changé",
    "The option left at the warning: nothing has changed",
    rules=("OPT-1",),
    sections=("1.3", "2"),
)
async def option_left_at_the_warning(story: Story) -> None:
    story.chapter(
        "Avant tout changement, la page avertit que l'option est irrévocable",
        "Before anything changes, the page warns that the option is irrevocable",
    )
    lila = await story.person("lila")
    await lila.enters_with_certificate()
    await lila.clicks("Opter pour l'accès sans certificat", then="irrevocable")
    await lila.reads(
        'Le passage du mode d\'accès "avec certificat" au mode d\'accès "sans certificat" est irrévocable',
        "revenir à votre espace accessible avec un certificat numérique",
    )

    story.chapter(
        "Lila hésite et revient à son espace : tout y est comme avant, aucun courriel n'est parti",
        "Lila hesitates and goes back to her space: all is as before, and no mail has left",
    )
    await lila.clicks("Retour", then="space")
    await lila.reads("Date de validité du certificat 27/11/2016", "Opter pour l'accès sans certificat")
    await lila.does_not_read("en attente d'activation")
    await lila.has_a_space("certificate")
    await story.journal_counts("option-accepted", 0)
    await lila.waits_in_vain_for_the_mail("not-sent")

    story.chapter(
        "Qui tape l'adresse de la page suivante repasse par l'avertissement : il n'est pas confirmé",
        "Whoever types the next page's address meets the warning again: it is not confirmed",
    )
    await lila.opts()
    credentials = await lila.copies_the_address()
    await lila.clicks("Quitter", then="home")
    await lila.enters_with_certificate()
    await lila.types_the_address(credentials, then="irrevocable")
    await lila.clicks("Quitter", then="home")
    await lila.has_a_space("certificate")
