"""HORS espace is reachable without a certificate: from the access page, and it opens no space."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "outside-without-certificate",
    "Sans certificat du tout : opter HORS espace depuis la page d'accès",
    "With no certificate at all: opting HORS espace from the access page",
    rules=("OUT-1", "OUT-2"),
    sections=("1.1", "2"),
    people=("berengere",),
)
async def outside_without_certificate(story: Story) -> None:
    story.chapter(
        "Son certificat était sur un ordinateur perdu : le chemin part de la page d'accès",
        "Her certificate was on a computer that is lost: the way starts at the access page",
    )
    berengere = await story.person("berengere", certificate=None)
    await berengere.opens_the_access_page()
    await berengere.clicks("J'opte pour l'accès avec un mot de passe", then="outside")

    story.chapter(
        "Elle a treize entreprises : le SIREN de n'importe laquelle convient, blancs compris",
        "She has thirteen companies: any one's SIREN will do, blanks and all",
    )
    await berengere.identifies_outside(siren="141 936 302")

    story.chapter(
        "Tant que rien n'est confirmé, rien n'a changé ; puis le courriel part comme d'ordinaire",
        "As long as nothing is confirmed, nothing has changed; then the mail leaves as usual",
    )
    await berengere.has_a_space("certificate")
    await berengere.clicks("Opter pour l'accès sans certificat", then="credentials")
    await berengere.chooses_credentials()
    await berengere.answers_the_question()
    await berengere.has_a_space("pending")
    await berengere.reads_the_mail()
