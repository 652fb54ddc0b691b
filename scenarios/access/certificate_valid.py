"""A certificate that ends within 30 days opens the space to its last second, and not a second longer."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "certificate-valid",
    "Un certificat ouvre l'espace jusqu'à sa dernière seconde, et pas une de plus",
    "A certificate opens the space to its last second, and not one more",
    rules=("ACC-2", "ACC-3", "HOME-4"),
    sections=("1.5", "2"),
    people=("gaelle",),
)
async def certificate_valid(story: Story) -> None:
    story.chapter(
        "Le certificat de Gaëlle se termine dans vingt jours : il est valide, et l'espace en affiche la fin",
        "Gaëlle's certificate ends in twenty days: it is valid, and the space shows when it ends",
    )
    gaelle = await story.person("gaelle")
    await gaelle.enters_with_certificate()
    await gaelle.reads("Mme Gaëlle TRÉMEUR", "Date de validité du certificat 29/06/2011")
    await gaelle.clicks("Quitter", then="home")

    story.chapter(
        "À la dernière seconde de sa validité, il ouvre encore",
        "In the last second of its validity it still opens",
    )
    await story.clock_shows("2011-06-29T09:00:00+02:00")
    await gaelle.enters_with_certificate()
    await gaelle.clicks("Quitter", then="home")

    story.chapter("Une seconde plus tard, il n'ouvre plus rien", "A second later it opens nothing any more")
    await story.clock_moves("PT1S")
    await gaelle.opens_the_access_page()
    await gaelle.is_refused_with_certificate("certificate-expired")
