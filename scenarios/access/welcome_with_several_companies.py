"""The third welcome screen: choose a file among several, page by page, then see its services."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "welcome-with-several-companies",
    "Troisième écran d'accueil : choisir un dossier parmi plusieurs",
    "Third welcome screen: choose a file among several",
    rules=("HOME-N", "HOME-4"),
    sections=("2",),
    people=("berengere",),
)
async def welcome_with_several_companies(story: Story) -> None:
    story.chapter(
        "Bérengère a treize dossiers : dix sur la première page, trois sur la seconde",
        "Bérengère has thirteen files: ten on the first page, three on the second",
    )
    berengere = await story.person("berengere")
    first, tenth, eleventh, last = (berengere.companies[each].name for each in (0, 9, 10, 12))
    await berengere.enters_with_certificate()
    await berengere.reads("Mme Bérengère D'AUBRÉCOURT", "Date de validité du certificat 08/06/2014")
    await berengere.reads("Opter pour l'accès sans certificat")
    await berengere.reads("Choisissez un dossier pour voir ses services.", "Page 1 sur 2", first, tenth)
    await berengere.does_not_read(eleventh, "DOSSIER COURANT")
    await berengere.clicks("Page suivante >", then="space")
    await berengere.reads("Page 2 sur 2", eleventh, last)
    await berengere.does_not_read(tenth)

    story.chapter(
        "Chaque dossier choisi montre ses propres services, et eux seuls",
        "Each file, once chosen, shows its own services, and only those",
    )
    await berengere.clicks(eleventh, then="space")
    await berengere.reads(
        f"DOSSIER COURANT SIREN {berengere.companies[10].siren} {eleventh}",
        "Déclarer T.V.A. Impôt sur les sociétés Payer T.V.A. Impôt sur les sociétés",
    )
    await berengere.clicks("Choisir un autre dossier", then="space")
    await berengere.clicks("SCI LES QUATRE PLATANES", then="space")
    await berengere.reads("MES SERVICES Consulter Compte fiscal Payer Autres impôts MA PAGE PERSONNALISÉE")

    story.chapter(
        "Le nombre de dossiers par page est un réglage : cinq, et il faut trois pages",
        "How many files a page holds is a policy: five, and it takes three pages",
    )
    await story.policy(home_files_per_page=5)
    await berengere.clicks("Choisir un autre dossier", then="space")
    await berengere.reads("Page 1 sur 3")
    await berengere.does_not_read(tenth)
