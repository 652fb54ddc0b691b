"""The second welcome screen: one company, and its services under the fiche's four headings."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "welcome-with-one-company",
    "Deuxième écran d'accueil : une entreprise et ses services",
    "Second welcome screen: one company and its services",
    rules=("HOME-1", "HOME-4"),
    sections=("2",),
)
async def welcome_with_one_company(story: Story) -> None:
    story.chapter(
        "Lila n'a qu'une entreprise : son dossier est ouvert d'emblée, avec tous les services de la fiche",
        "Lila has one company: its file is open from the start, with all services of the fiche",
    )
    lila = await story.person("lila")
    await lila.enters_with_certificate()
    await lila.reads(
        "DOSSIER COURANT SIREN 123456782 SARL MARTIN DISTRIBUTION",
        "Consulter Compte fiscal",
        "Déclarer T.V.A. Impôt sur les sociétés Taxe sur les salaires C.V.A.E.",
        "Payer T.V.A. Impôt sur les sociétés Taxe sur les salaires C.V.A.E. Autres impôts",
        "Démarches Effectuer une démarche Suivre mes démarches",
    )
    await lila.does_not_read("Choisissez un dossier", "Je souhaite adhérer")

    story.chapter(
        "Comme sur les deux autres, son nom, la fin de son certificat, et l'option",
        "As on the two others: her name, her certificate's end, and the option",
    )
    await lila.reads("Mme Lila ROSEMONDE", "Date de validité du certificat 27/11/2016")
    await lila.clicks("Opter pour l'accès sans certificat", then="irrevocable")
