"""Links that lead outside the procedure open one honest page: substitution and delegation among them."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "out-of-scope",
    "Les liens qui sortent de la démarche mènent à une page honnête",
    "Links that lead outside the procedure open an honest page",
    rules=("NEW-2",),
    sections=("2",),
)
async def out_of_scope(story: Story) -> None:
    lila = await story.person("lila")

    story.chapter(
        "« Je paye en ligne » existe sur le vrai site ; ici, une page dit qu'elle n'y est pas reproduite",
        "« Je paye en ligne » is there on the real site; here a page says that it is not reproduced",
    )
    await lila.opens_the_access_page()
    await lila.clicks("Je paye en ligne", then="out-of-scope")
    await lila.reads("Ce lien mène à une page hors du champ du simulateur")
    await lila.clicks("Retour à l'accueil", then="home")

    story.chapter(
        "Il en va de même de l'accueil et des services de l'espace",
        "So it is with the home page, and with the services of the space",
    )
    await lila.clicks("Particuliers", then="out-of-scope")
    await lila.goes_back(then="home")
    await lila.clicks("Professionnels", then="professionals")
    await lila.clicks("Demander à remplacer le titulaire d'un service (substitution)", then="out-of-scope")
    await lila.enters_with_certificate()
    await lila.clicks("Compte fiscal", then="out-of-scope")
    await lila.goes_back(then="space")
