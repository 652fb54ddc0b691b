"""A session ends when nothing has come for 30 minutes; the person is told so, and may enter again."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "session-idle",
    "Session interrompue en chemin : trente minutes, pas une seconde de plus",
    "A session ended midway: thirty minutes, and not a second more",
    rules=("SES-2",),
    sections=("2", "3"),
)
async def session_idle(story: Story) -> None:
    story.chapter(
        "Lila s'absente trente minutes juste, deux fois : chaque page demandée relance le délai",
        "Lila is away for thirty minutes exactly, twice: each page that she asks for starts the time anew",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    await story.clock_moves("PT30M")
    await lila.chooses_credentials()
    await story.clock_moves("PT30M")
    await lila.clicks("Retour", then="credentials")
    await lila.clicks("Retour", then="irrevocable")

    story.chapter(
        "Une seconde de plus, et la session a pris fin : la page le dit",
        "One second more, and the session has ended: the page says so",
    )
    await story.clock_moves("PT30M1S")
    await lila.clicks("Opter pour l'accès sans certificat", then="session-ended", refused="session-ended")
    await lila.reads("Votre session a pris fin. Vous pouvez accéder de nouveau à votre espace.")

    story.chapter(
        "Rien n'est perdu que ce qui était en cours : elle entre de nouveau, et peut recommencer",
        "Nothing is lost but what was under way: she enters again, and may start over",
    )
    await lila.clicks("Mon espace Professionnel", then="access")
    await lila.clicks("Accéder avec mon certificat", then="space")
    await lila.opts()
    await lila.has_a_space("certificate")
