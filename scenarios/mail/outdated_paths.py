"""The ways to the activation that screen 8 and the letter give lead nowhere; the menus have another."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "outdated-paths",
    "Les chemins indiqués par l'écran et par le courriel ne mènent nulle part",
    "The ways that the screen and the mail give lead nowhere",
    rules=("ACT-11", "MAIL-3"),
    sections=("3", "4.1"),
)
async def outdated_paths(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()

    story.chapter(
        "Elle note le chemin que donne l'écran, puis celui du courriel",
        "She notes the way that the screen gives, then the mail's",
    )
    await lila.reads(
        'Vous pouvez retrouver ce lien sur le site impots.gouv.fr en cliquant sur : "Professionnels", puis '
        'sur "Créer mon espace abonné" et dans "2ème partie : activation de l\'espace abonné" sur '
        '"Activez votre espace abonné".'
    )
    code = await lila.reads_the_mail()
    await lila.finds_in_the_mail(
        '"Professionnels" puis sur "Création Espace Abonné"',
        '"Création d\'espace abonné sans certificat / 2ème partie : Activez votre espace sans certificat"',
    )

    story.chapter(
        "Elle les suit : les menus du site ont changé depuis, rien n'y porte ces noms",
        "She follows them: the site's menus have changed since, nothing there bears these names",
    )
    await lila.clicks("OK", then="home")
    await lila.does_not_read("Créer mon espace abonné", "Création Espace Abonné", "2ème partie")
    await lila.clicks("Professionnels", then="professionals")
    await lila.does_not_read("Créer mon espace abonné", "Création Espace Abonné", "2ème partie")

    story.chapter(
        "Le vrai chemin part de l'accueil : « Créer mon espace / adhérer aux services en ligne »",
        "The real way starts at home: « Créer mon espace / adhérer aux services en ligne »",
    )
    await lila.finds_the_activation_from_home()
    await lila.activates(code)
