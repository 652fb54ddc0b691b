"""A security question must be picked, and answered: else no option is made, nor with blanks alone."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "empty-answer",
    "Question de confiance sans réponse, réponse sans question",
    "A security question without an answer, an answer without a question",
    rules=("CRED-9",),
    sections=("3",),
)
async def empty_answer(story: Story) -> None:
    story.chapter(
        "La réponse servira en cas de perte du mot de passe : elle ne peut pas rester vide",
        "The answer will serve when the password is lost: it cannot be left empty",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials()
    await lila.answers_the_question(answer="", then="question", refused="answer-missing")
    await lila.answers_the_question(answer="   ", then="question", refused="answer-missing")
    await lila.reads("Saisissez la réponse à la question de confiance.")
    await lila.answers_the_question(
        question="Choisissez dans la liste", then="question", refused="question-unknown"
    )
    await lila.has_a_space("certificate")

    story.chapter("Question choisie, réponse donnée : la demande est acceptée", "With both it is accepted")
    await lila.answers_the_question()
