"""After « Quitter » nobody at that computer opens the recap: not the result's, nor the space's."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "recap-after-leaving",
    "Le récapitulatif, après avoir quitté l'espace",
    "The recap, after the space was left",
    rules=("REG-5",),
    sections=("4.2", "5"),
)
async def recap_after_leaving(story: Story) -> None:
    lila = await story.person("lila")
    await lila.changes_to_password_access()

    story.chapter(
        "Sur un poste partagé, elle entre dans son espace, puis le quitte",
        "At a shared computer she enters her space, then leaves it",
    )
    of_result = await lila.copies_the_address("Sauvegardez ou imprimez votre formulaire")
    await lila.clicks("Accédez à votre espace abonné", then="access")
    await lila.enters_with_password()
    await lila.clicks("Gérer mes services", then="coordinates")
    of_space = await lila.copies_the_address("Récapitulatif")
    await lila.clicks("Quitter", then="home")

    story.chapter(
        "Le suivant retrouve les deux adresses dans l'historique : ni l'une ni l'autre n'ouvre plus rien",
        "Who comes next finds both addresses in the history: neither opens anything any more",
    )
    await lila.types_the_address(of_result, then="refused", refused="recap-of-another")
    await lila.types_the_address(of_space, then="access")
