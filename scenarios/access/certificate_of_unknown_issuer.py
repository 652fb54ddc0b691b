"""A certificate that names a space's holder, but comes from an authority nobody knows, opens nothing."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "certificate-of-unknown-issuer",
    "Certificat d'une autorité inconnue : refusé, quel que soit le nom qu'il porte",
    "Certificate of an unknown authority: refused, whatever name it bears",
    rules=("ACC-4", "ACC-5"),
    sections=("1.1", "1.5", "2"),
    people=("oceane",),
)
async def certificate_of_unknown_issuer(story: Story) -> None:
    story.chapter(
        "Le certificat d'Océane porte son nom, ses dates sont bonnes, mais son émetteur est inconnu",
        "Océane's certificate bears her name and its dates are good, but nobody knows who issued it",
    )
    oceane = await story.person("oceane")
    await oceane.opens_the_access_page()
    await oceane.is_refused_with_certificate("certificate-unknown-issuer")
    await oceane.reads("Votre certificat n'a pas été émis par une autorité reconnue.")
    await story.journal_says("certificate-judged", verdict="certificate-unknown-issuer")
    await story.journal_says("refused", refusal="certificate-unknown-issuer")

    story.chapter(
        "Ce n'est ni une perte ni une révocation : il lui faut présenter le bon certificat",
        "It is neither lost nor revoked: she has to present the right certificate",
    )
    await oceane.does_not_read("vous devez opter pour l'accès avec un mot de passe")
    await oceane.reads(
        "vous devez choisir celui qui est associé à votre espace",
        "votre navigateur conserve son choix de certificat jusqu'à sa fermeture",
    )
