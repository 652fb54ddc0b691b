"""Without the password: address, number and answer must be right; one sentence, five tries, 15 minutes."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "forgotten-password-wrong-parts",
    "Mot de passe oublié : adresse, numéro ou réponse faux, une seule et même phrase",
    "A forgotten password: a wrong address, number or answer, one and the same sentence",
    rules=("PWD-3", "PWD-4"),
    sections=("3", "5"),
    people=("clemence",),
)
async def forgotten_password_wrong_parts(story: Story) -> None:
    clemence = await story.person("clemence", certificate=None)
    clemence.answer = "Clém"
    await clemence.opens_the_access_page()
    await clemence.clicks("Mot de passe oublié ?", then="forgotten")

    story.chapter(
        "Quelqu'un devine : la phrase ne dit jamais ce qui était faux",
        "Somebody is guessing: the sentence never says what was wrong",
    )
    for wrong, reason in (
        ({"email": "personne@courriel.example"}, "address-unknown"),
        ({"email": "lila.rosemonde@courriel.example"}, "address-unknown"),
        ({"number": "20111710000303"}, "number-wrong"),
        ({"answer": "Clémentine"}, "answer-wrong"),
    ):
        await clemence.identifies_without_password(**wrong, refused="recovery-refused", reason=reason)

    story.chapter("Un champ vide n'est pas un essai", "An empty field is no try")
    await clemence.identifies_without_password(email="", refused="email-missing")
    await clemence.identifies_without_password(number="", refused="number-missing")
    await clemence.identifies_without_password(answer="", refused="answer-missing")

    story.chapter(
        "Cinq essais faux bloquent l'adresse 15 minutes, pas une seconde de moins",
        "Five wrong tries lock the address for 15 minutes, and not a second less",
    )
    for _ in range(3):
        await clemence.identifies_without_password(
            answer="Clémentine", refused="recovery-refused", reason="answer-wrong"
        )
    await clemence.identifies_without_password(refused="recovery-refused", reason="locked-out")
    await story.clock_moves("PT14M59S")
    await clemence.identifies_without_password(refused="recovery-refused", reason="locked-out")
    await story.clock_moves("PT1S")
    await clemence.identifies_without_password()
