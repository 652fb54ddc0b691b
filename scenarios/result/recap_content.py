"""The recap of a French company: everything that the fiche's picture shows, on one A4 page."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "recap-content",
    "Le récapitulatif : une page A4 avec tout ce qu'il faut garder",
    "The recap: one A4 page with everything that has to be kept",
    rules=("REG-2", "REG-3"),
    sections=("5",),
)
async def recap_content(story: Story) -> None:
    lila = await story.person("lila")
    await lila.changes_to_password_access()

    story.chapter(
        "Elle enregistre le formulaire : sans lui, un mot de passe oublié serait perdu",
        "She saves the form: without it, a forgotten password would be lost",
    )
    recap = await lila.saves_the_recap()
    await lila.has_saved_it_as(recap, f"recapitulatif-{lila.subscriber_number}.pdf")
    await lila.finds_one_a4_page(recap)

    story.chapter("Elle vérifie chaque ligne", "She checks every line")
    await lila.finds_in_the_recap(
        recap,
        "VOS COORDONNEES",
        "RÉCAPITULATIF",
        f"Inscription réalisée le 9 juin 2011 sous le numéro {lila.subscriber_number}",
        "Civilité : Madame",
        "Prénom : Lila",
        "Nom : Rosemonde",
        "Tel professionnel : 01 99 00 17 10",
        f"N° d'abonné : {lila.subscriber_number}",
        f"Adresse mail professionnelle : {lila.email}",
        "Adresse professionnelle : 12 rue des Deux-Clochers 75000 Paris FRANCE",
        "Entreprise étrangère : non",
        "SIRET ou équivalent : 12345678200010",
        "Dénomination : SARL MARTIN DISTRIBUTION",
        f"Question de confiance : {lila.question}",
        f"Réponse de confiance : {lila.answer}",
    )
