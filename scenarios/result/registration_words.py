"""The result says who was registered, when and under which number, and what to do next."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "registration-words",
    "« Votre inscription » : ce que dit le résultat",
    "« Votre inscription »: what the result says",
    rules=("REG-1",),
    sections=("4.2",),
)
async def registration_words(story: Story) -> None:
    story.chapter(
        "Elle demande l'accès le 9 juin, et active son espace le lendemain",
        "She asks for the access on 9 June, and activates her space the day after",
    )
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()
    await story.clock_moves("P1D")
    await lila.finds_the_activation_from_home()
    await lila.activates(code)

    story.chapter(
        "Le résultat porte son nom, le jour de l'activation et le même numéro",
        "The result has her name, the day of the activation and the same number",
    )
    await lila.reads(
        "Votre espace avec certificat a bien été transformé en espace sans certificat.",
        "Vous conservez le même numéro d'abonné.",
        "Madame Rosemonde Lila",
        f"Votre inscription a été réalisée le 10 juin 2011 sous le numéro {lila.subscriber_number}",
        "Ce numéro d'abonné vous est personnel et doit le rester.",
        "Il vous sera indispensable en cas de perte de votre mot de passe.",
    )

    story.chapter(
        "Et ce qu'il reste à faire : garder le formulaire, entrer dans l'espace",
        "And what is left to do: keep the form, go into the space",
    )
    await lila.saves_the_recap()
    await lila.reads("Vos services en ligne")
    await lila.clicks("Accédez à votre espace abonné", then="access")
