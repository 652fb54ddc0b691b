"""Nobody gets another's result or recap: not with its address, nor by a guessed number."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "recap-of-another",
    "Personne n'obtient le récapitulatif d'un autre",
    "Nobody gets another's recap",
    rules=("REG-5",),
    sections=("4.2", "5"),
    people=("lila", "clemence"),
)
async def recap_of_another(story: Story) -> None:
    lila = await story.person("lila")
    await lila.changes_to_password_access()

    story.chapter(
        "Le récapitulatif porte la question et la réponse de confiance : son adresse ne doit rien ouvrir "
        "ailleurs",
        "The recap has the security question and its answer: its address must open nothing elsewhere",
    )
    result = await lila.copies_the_address()
    recap = await lila.copies_the_address("Sauvegardez ou imprimez votre formulaire")

    story.chapter(
        "Clémence, entrée dans son propre espace, essaie ces adresses, puis un numéro d'abonné deviné",
        "Clémence, in a space of her own, tries these addresses, then a guessed subscriber number",
    )
    clemence = await story.person("clemence", certificate=None)
    clemence.password = "Reliure2011"
    await clemence.opens_the_access_page()
    await clemence.enters_with_password()
    await clemence.types_the_address(result, then="refused", refused="recap-of-another")
    await clemence.types_the_address(recap, then="refused", refused="recap-of-another")
    await clemence.types_the_address(
        recap, number=lila.subscriber_number, then="refused", refused="recap-of-another"
    )

    story.chapter("Dans le navigateur de Lila, il s'ouvre", "In Lila's browser it opens")
    await lila.saves_the_recap()
