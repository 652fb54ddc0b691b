"""An expired certificate is refused with its own reason, and the page names HORS espace as the way out."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "certificate-expired",
    "Certificat expiré : refusé, et la page indique l'issue",
    "Expired certificate: refused, and the page names the way out",
    rules=("ACC-3", "ACC-4", "ACC-5"),
    sections=("1.1", "1.5", "2"),
    people=("francois",),
)
async def certificate_expired(story: Story) -> None:
    story.chapter(
        "Le certificat de François est périmé depuis une semaine : il n'ouvre plus son espace",
        "François's certificate ended a week ago: it does not open his space any more",
    )
    francois = await story.person("francois")
    await francois.opens_the_access_page()
    await francois.is_refused_with_certificate("certificate-expired")
    await francois.reads("La date de validité de votre certificat est dépassée.")
    await story.journal_says("certificate-judged", verdict="certificate-expired")
    await story.journal_says("refused", refusal="certificate-expired")

    story.chapter(
        "L'issue que donne la fiche : opter HORS espace, sans certificat",
        "The way out that the fiche gives: to opt HORS espace, without a certificate",
    )
    await francois.finds_the_way_outside_the_space()
