"""The letter with the code says, word for word, what the fiche shows."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "mail-words",
    "Le courriel dit ce que la fiche en montre",
    "The mail says what the fiche shows of it",
    rules=("ACT-2", "MAIL-1", "MAIL-4"),
    sections=("3",),
)
async def mail_words(story: Story) -> None:
    story.chapter(
        "Elle demande l'accès sans certificat : un courriel part aussitôt",
        "She asks for access without certificate: a mail leaves at once",
    )
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()

    story.chapter(
        "Qui connaît ce courriel ne se laissera pas tromper par un faux : objet, expéditeur et texte",
        "Who knows this mail is not taken in by a false one: its subject, its sender and its text",
    )
    await lila.finds_in_the_mail(
        "ESPACE ABONNE DES PROFESSIONNELS",
        "ne.pas.repondre@dgfip.finances.example",
        "Vous avez demandé la création d'un espace abonné professionnel ou vous y avez apporté une "
        "modification. Cette demande a bien été prise en compte. Votre espace abonné sera actif lorsque vous "
        "aurez saisi le code suivant :",
        "Remarque : ce code n'est pas un mot de passe. Il ne doit être utilisé qu'une seule fois pour "
        "activer votre espace abonné.",
        "L'Administration Fiscale vous remercie de l'intérêt que vous portez à ses services.",
        "nous vous invitons à ne pas répondre à l'adresse électronique de ce message",
    )
    await lila.finds_the_code_on_its_own_line(code)

    story.chapter(
        "Ce qu'il reste à faire, et en combien de temps", "What is left to do, and in how much time"
    )
    await lila.finds_in_the_mail(
        "1. connectez vous sur le site impots.gouv.fr",
        '2. cliquez sur "Professionnels" puis sur "Création Espace Abonné"',
        "3. cliquez sur le lien \"Création d'espace abonné sans certificat / 2ème partie : Activez votre "
        'espace sans certificat"',
        "4. puis saisissez le code d'activation reçu ci-dessus et validez",
        "Vous disposez d'un délai de 48h pour activer votre espace abonné à compter de l'envoi de ce "
        "message.",
    )
