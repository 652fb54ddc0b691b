"""A certificate opens its own space, whoever was in this browser before."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "certificate-after-another-session",
    "Un certificat ouvre son espace à lui, quelle que soit la session d'avant",
    "A certificate opens its own space, whatever session there was before",
    rules=("ACC-8", "SES-3"),
    sections=("2",),
    people=("clemence", "lila"),
)
async def certificate_after_another_session(story: Story) -> None:
    story.chapter(
        "Clémence est entrée avec son mot de passe, sur un poste où se trouve le certificat de Lila",
        "Clémence has entered with her password, at a computer that holds Lila's certificate",
    )
    clemence = await story.person("clemence", certificate="lila")
    clemence.password = "Reliure2011"
    await clemence.opens_the_access_page()
    await clemence.enters_with_password()
    await clemence.reads("SARL HAUTEFEUILLE RELIURE")

    story.chapter(
        "Sa session ne passe pas par la porte du certificat : personne n'y voit l'espace d'une autre",
        "Her session does not pass the certificate's door: nobody meets another's space there",
    )
    await clemence.changes_door(then="session-ended", refused="session-of-another-certificate")

    story.chapter(
        "Le certificat de Lila ouvre l'espace de Lila, jamais celui de la personne d'avant",
        "Lila's certificate opens Lila's space, never that of the person before",
    )
    await clemence.enters_with_certificate()
    await clemence.reads("Mme Lila ROSEMONDE", "SARL MARTIN DISTRIBUTION")
    await clemence.does_not_read("SARL HAUTEFEUILLE RELIURE")
