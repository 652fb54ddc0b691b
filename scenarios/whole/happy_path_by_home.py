"""The whole procedure by « OK » after the option, and the activation found from the home page."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "happy-path-by-home",
    "Toute la procédure par « OK » et la page d'accueil, sans suivre le lien",
    "The whole procedure by « OK » and the home page, without following the link",
    rules=("ACC-12", "ACT-11", "ACT-12", "PWD-1"),
    sections=("2", "3", "4.1", "4.2"),
)
async def happy_path_by_home(story: Story) -> None:
    story.chapter(
        "Lila opte pour l'accès sans certificat, et clique sur « OK » sans suivre le lien d'activation",
        "Lila opts for access without certificate, and clicks « OK » without following the activation link",
    )
    lila = await story.person("lila")
    await lila.enters_with_certificate()
    before = await lila.notes_number_and_services()
    await lila.opts()
    await lila.chooses_credentials()
    await lila.answers_the_question()
    await lila.clicks("OK", then="home")
    await lila.closes_all_windows()

    story.chapter(
        "Plus tard, le code reçu, elle retrouve l'écran d'activation depuis la page d'accueil",
        "Later, with the code, she finds the activation screen from the home page",
    )
    code = await lila.reads_the_mail()
    await lila.finds_the_activation_from_home("mode expert")
    await lila.activates(code)
    await lila.reads("Votre espace avec certificat a bien été transformé en espace sans certificat.")

    story.chapter(
        "Le même espace s'ouvre avec son adresse et son mot de passe",
        "The same space opens with her address and her password",
    )
    await lila.clicks("Accédez à votre espace abonné", then="access")
    await lila.enters_with_password()
    await lila.finds_again(before)
