"""The certificate has expired: the option is asked for HORS espace, and the space is the same afterwards."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "outside-with-expired-certificate",
    "Certificat expiré : opter HORS espace, jusqu'au bout",
    "Expired certificate: opting HORS espace, from start to end",
    rules=("ACC-5", "OUT-1", "OUT-2"),
    sections=("1.1", "2"),
    people=("francois",),
)
async def outside_with_expired_certificate(story: Story) -> None:
    story.chapter(
        "Son certificat a expiré : la page du refus lui montre l'autre chemin",
        "His certificate has expired: the page that refuses it shows him the other way",
    )
    francois = await story.person("francois")
    await francois.opens_the_access_page()
    await francois.is_refused_with_certificate("certificate-expired")
    await francois.finds_the_way_outside_the_space()
    await francois.reads("Les informations demandées sur cette page sont donc les siennes")

    story.chapter(
        "Sans entrer dans son espace, il dit qui il est ; la suite est celle de tout le monde",
        "Without going into his space he says who he is; what follows is everybody's way",
    )
    await francois.identifies_outside()
    await francois.clicks("Opter pour l'accès sans certificat", then="credentials")
    await francois.chooses_credentials()
    await francois.answers_the_question()
    await francois.has_a_space("pending")

    story.chapter(
        "Le code active son espace : même numéro, et le mot de passe l'ouvre",
        "The code activates his space: the same number, and the password opens it",
    )
    await francois.activates_from_the_mail()
    await francois.reads(f"sous le numéro {francois.subscriber_number}")
    await francois.clicks("Accédez à votre espace abonné", then="access")
    await francois.enters_with_password()
    await francois.reads("SA VIGNOBLES BEAUMÂCHE")
