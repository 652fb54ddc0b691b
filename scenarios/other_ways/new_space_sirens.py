"""Both modes ask for SIREN that hold together: one in the simplified mode, one or more in the expert mode."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "new-space-sirens",
    "Nouvel espace : le ou les SIREN concernés",
    "A new space: the SIREN concerned",
    rules=("NEW-1", "NEW-2"),
    sections=("4.1",),
    people=("zoe",),
)
async def new_space_sirens(story: Story) -> None:
    zoe = await story.person("zoe", certificate=None)

    story.chapter(
        "Sans SIREN, ou avec un SIREN mal recopié, rien ne commence",
        "Without a SIREN, or with one that was copied wrong, nothing begins",
    )
    await zoe.opens_the_access_page()
    await zoe.clicks("Je crée mon espace professionnel", then="creation")
    await zoe.reads(
        "Quelle que soit la procédure choisie, vous devrez mentionner une adresse électronique ainsi que le "
        "ou les SIREN concernés."
    )
    await zoe.applies_for_a_space("mode simplifié", "", refused="siren-missing")
    await zoe.reads("un nouvel espace ne reprend ni les dossiers ni les services d'un autre")
    await zoe.applies_for_a_space("mode simplifié", "123456789", refused="siren-invalid")

    story.chapter(
        "Le mode simplifié est pour sa propre entreprise : deux SIREN sont refusés",
        "The simplified mode is for one's own company: two SIREN are refused",
    )
    await zoe.applies_for_a_space("mode simplifié", "150231140,167402551", refused="siren-not-single")

    story.chapter(
        "Le mode expert en accepte plusieurs, tous valides",
        "The expert mode takes several, all of them valid",
    )
    await zoe.applies_for_a_space("mode expert", "150231140", "123456789", refused="siren-invalid")
    await zoe.applies_for_a_space("mode expert", "150231140", "167402551")
