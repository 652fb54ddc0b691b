"""A revoked certificate is refused although its dates are good, and HORS espace is the way out."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "certificate-revoked",
    "Certificat révoqué : refusé bien que ses dates soient bonnes",
    "Revoked certificate: refused although its dates are good",
    rules=("ACC-4", "ACC-5"),
    sections=("1.1", "1.5", "2"),
    people=("herve",),
)
async def certificate_revoked(story: Story) -> None:
    story.chapter(
        "Hervé a fait révoquer son certificat : personne ne doit plus entrer avec",
        "Hervé has had his certificate revoked: nobody is to enter with it any more",
    )
    herve = await story.person("herve")
    await herve.opens_the_access_page()
    await herve.is_refused_with_certificate("certificate-revoked")
    await herve.reads("Votre certificat a été révoqué.")
    await story.journal_says("certificate-judged", verdict="certificate-revoked")
    await story.journal_says("refused", refusal="certificate-revoked")

    story.chapter(
        "L'issue que donne la fiche : opter HORS espace, sans certificat",
        "The way out that the fiche gives: to opt HORS espace, without a certificate",
    )
    await herve.finds_the_way_outside_the_space()
