"""The whole procedure as the fiche tells it, with no trouble on the way."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "happy-path",
    "Opter pour l'accès sans certificat, du certificat au récapitulatif",
    "Opting for access without certificate, from the certificate to the recap",
    rules=(
        "ACC-1", "ACC-2", "ACC-10", "ACC-12", "HOME-1", "HOME-4", "HOME-5", "OPT-1", "CRED-1", "CRED-2",
        "CRED-9", "ACT-1", "ACT-2", "ACT-11", "ACT-12", "POP-1", "REG-1", "REG-2", "REG-3", "REG-4",
        "PWD-1", "MAIL-1",
    ),
    sections=("2", "3", "4.2", "5"),
)  # fmt: skip
async def happy_path(story: Story) -> None:
    lila = await story.person("lila")

    # 1st step: into the space with the certificate, and the demand (§2)
    await lila.enters_with_certificate()
    await lila.reads("Mme Lila ROSEMONDE", "27/11/2016", "SARL MARTIN DISTRIBUTION")
    before = await lila.notes_number_and_services()
    await lila.opts()

    # 2nd step: credentials, question, code (§3)
    await lila.chooses_credentials()
    await lila.answers_the_question()
    await lila.reads("Madame Rosemonde Lila", "Vous disposez d'un délai de 48h")
    await lila.has_a_space("pending")
    code = await lila.reads_the_mail()

    # 3rd step: activation, in the new window (§4.2)
    await lila.follows_the_activation_link()
    await lila.activates(code)
    await lila.reads(
        "Votre espace avec certificat a bien été transformé en espace sans certificat.",
        "Vous conservez le même numéro d'abonné.",
        f"Votre inscription a été réalisée le 9 juin 2011 sous le numéro {lila.subscriber_number}",
        "Ce numéro d'abonné vous est personnel et doit le rester.",
    )
    await lila.has_a_space("password")

    # 4th step: the recap (§5)
    await lila.saves_the_recap()

    # Afterwards: the certificate is refused, address and password open the same space
    await lila.clicks("Accédez à votre espace abonné", then="access")
    await lila.is_refused_with_certificate("space-converted")
    await lila.clicks("Mon espace Professionnel", then="access")
    await lila.enters_with_password()
    await lila.finds_again(before)
    await lila.clicks("Gérer mes services", then="coordinates")
    await lila.saves_the_recap("Récapitulatif")
    await lila.clicks("Quitter", then="home")
