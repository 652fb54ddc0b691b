"""Two certificates in one store: the wrong one leads to another space, never to the one that was meant."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "wrong-certificate-of-two",
    "Deux certificats dans le même navigateur : le mauvais mène à l'autre espace",
    "Two certificates in one browser: the wrong one leads to the other space",
    rules=("ACC-2", "ACC-8"),
    sections=("2",),
    people=("noemie", "noemie-sci"),
)
async def wrong_certificate_of_two(story: Story) -> None:
    story.chapter(
        "Noémie veut ouvrir l'espace de sa boutique, mais choisit le certificat de sa société immobilière",
        "Noémie wants her shop's space, but picks the certificate of her property company",
    )
    noemie = await story.person("noemie", certificate="noemie-sci")
    await noemie.enters_with_certificate()
    await noemie.reads("SCI LES EMBRUNS")
    await noemie.does_not_read("EURL LA BOÎTE À LAINE")

    story.chapter(
        "Se déconnecter ne suffit pas : le navigateur garde son choix jusqu'à sa fermeture",
        "Leaving is not enough: the browser keeps its choice until it is closed",
    )
    await noemie.clicks("Quitter", then="home")
    await noemie.enters_with_certificate()
    await noemie.reads("SCI LES EMBRUNS")

    story.chapter(
        "Navigateur fermé puis rouvert, elle choisit le bon certificat et trouve sa boutique",
        "The browser closed and opened again, she picks the right one and finds her shop",
    )
    await noemie.closes_all_windows()
    noemie = await story.person("noemie")
    await noemie.enters_with_certificate()
    await noemie.reads("EURL LA BOÎTE À LAINE")
    await noemie.does_not_read("SCI LES EMBRUNS")
