"""The recap of a foreign company says that it is one; names and addresses keep their letters."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "recap-of-a-foreign-company",
    "Le récapitulatif d'une entreprise étrangère",
    "The recap of a foreign company",
    rules=("REG-2", "REG-3"),
    sections=("5",),
    people=("ulrike",),
)
async def recap_of_a_foreign_company(story: Story) -> None:
    ulrike = await story.person("ulrike")
    await ulrike.changes_to_password_access()

    story.chapter(
        "Son entreprise est allemande : le récapitulatif le dit, et écrit les noms sans les abîmer",
        "Her company is German: the recap says so, and writes the names unharmed",
    )
    recap = await ulrike.saves_the_recap()
    await ulrike.finds_one_a4_page(recap)
    await ulrike.finds_in_the_recap(
        recap,
        "Nom : Schönfließ",
        "Drei-Birken-Straße 27 80999 Altmühlingen ALLEMAGNE",
        "Entreprise étrangère : oui",
        "SIRET ou équivalent : 14831496600018",
        "Dénomination : LINDENBRÜCK WERKZEUGBAU GMBH & CO. KG",
    )
