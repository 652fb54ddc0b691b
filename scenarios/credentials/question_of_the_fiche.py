"""« Quel est votre surnom ? » is in the list: the one question that the fiche attests."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "question-of-the-fiche",
    "La question de confiance de la fiche est dans la liste, et se retrouve sur le récapitulatif",
    "The fiche's own security question is in the list, and on the recap",
    rules=("CRED-9", "CRED-10"),
    sections=("3", "5"),
)
async def question_of_the_fiche(story: Story) -> None:
    story.chapter(
        "La fiche ne montre qu'une question ; la liste en a d'autres, que le simulateur a ajoutées",
        "The fiche shows one question only; the list has others, which the simulator has added",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials()
    await lila.reads("Quel est votre surnom ?", "Quel est le nom de votre premier animal de compagnie ?")
    await lila.answers_the_question("Quel est votre surnom ?", "La Garonnaise")

    story.chapter(
        "Question et réponse sont gardées : elles figurent sur le récapitulatif",
        "Question and answer are kept: they stand on the recap",
    )
    await lila.activates_from_the_mail()
    recap = await lila.saves_the_recap()
    await lila.finds_in_the_recap(recap, "Quel est votre surnom ?", "La Garonnaise")
