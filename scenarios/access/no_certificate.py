"""Nothing but a certificate passes the certificate's door: a browser that presents none is turned away."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "no-certificate",
    "Aucun certificat présenté : rien d'autre n'ouvre la porte du certificat",
    "No certificate presented: nothing else opens the certificate's door",
    rules=("ACC-2", "ACC-4", "ACC-5"),
    sections=("1.1", "1.5", "2"),
)
async def no_certificate(story: Story) -> None:
    story.chapter(
        "Lila est devant un ordinateur où son certificat n'est pas installé",
        "Lila sits at a computer on which her certificate is not installed",
    )
    lila = await story.person("lila", certificate=None)
    await lila.opens_the_access_page()
    await lila.is_refused_with_certificate("certificate-missing")
    await lila.reads("Aucun certificat électronique n'a été présenté par votre navigateur.")
    await story.journal_says("certificate-judged", verdict="certificate-missing")
    await story.journal_says("refused", refusal="certificate-missing")

    story.chapter(
        "Certificat perdu : l'issue que donne la fiche est d'opter HORS espace",
        "A lost certificate: the way out that the fiche gives is to opt HORS espace",
    )
    await lila.finds_the_way_outside_the_space()
