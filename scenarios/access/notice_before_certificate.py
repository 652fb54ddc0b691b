"""`gate.notice`: where it is set, a notice with « OK » stands before the browser's certificate store."""

from maquette.scenarios.story import Story, scenario

NOTICE = "Choisissez votre certificat dans la liste, puis validez."


@scenario(
    "notice-before-certificate",
    "Un avis avec « OK » avant le magasin de certificats",
    "A notice with « OK » before the certificate store",
    rules=("ACC-7",),
    sections=("2",),
)
async def notice_before_certificate(story: Story) -> None:
    story.chapter(
        "Dans certaines configurations, un avis s'affiche d'abord : rien n'est demandé avant « OK »",
        "In some configurations a notice comes first: nothing is asked for before « OK »",
    )
    await story.policy(gate_notice=NOTICE)
    lila = await story.person("lila")
    await lila.opens_the_access_page()
    await lila.clicks("Accéder avec mon certificat", then="notice")
    await lila.reads(NOTICE)
    await story.journal_counts("certificate-judged", 0)
    await lila.clicks("OK", then="space")
    await lila.clicks("Quitter", then="home")

    story.chapter(
        "Sans cet avis, le certificat est demandé aussitôt",
        "Without the notice the certificate is asked for at once",
    )
    await story.policy(gate_notice="off")
    await lila.enters_with_certificate()
