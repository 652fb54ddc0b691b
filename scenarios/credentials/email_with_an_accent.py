"""An address with an accent: refused as the site is usually set (`email.ascii_only`), else accepted."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "email-with-an-accent",
    "Une adresse avec un accent : refusée d'ordinaire, acceptée si le site est réglé ainsi",
    "An address with an accent: usually refused, accepted where the site is set so",
    rules=("CRED-3",),
    sections=("3",),
)
async def email_with_an_accent(story: Story) -> None:
    story.chapter(
        "En 2011, peu de messageries acheminent une adresse avec un accent : le site la refuse",
        "In 2011 few mail servers carry an address with an accent: the site refuses it",
    )
    lila = await story.person("lila")
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials(email="lila.éluard@courriel.example", refused="email-not-ascii")

    story.chapter(
        "Le site est réglé pour l'accepter, et le courriel y parvient",
        "The site is set to accept it, and the mail comes through",
    )
    await story.policy(email_ascii_only=False)
    await lila.chooses_credentials(email="lila.éluard@courriel.example")
    await lila.answers_the_question()
    await lila.reads_the_mail()
