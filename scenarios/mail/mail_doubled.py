"""The letter comes twice: both carry one code, and it is used once."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "mail-doubled",
    "Le courriel arrive deux fois, avec un seul et même code",
    "The mail comes twice, with one and the same code",
    rules=("ACT-9", "MAIL-5"),
    sections=("3",),
)
async def mail_doubled(story: Story) -> None:
    story.chapter(
        "La messagerie livre le courriel deux fois : lequel des deux est le bon ?",
        "The mail provider delivers the mail twice: which of the two is the right one?",
    )
    lila = await story.person("lila")
    await story.mail_goes({"to": lila.email, "duplicate": True})
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()
    await lila.reads_the_mail()
    await lila.finds_in_the_mail(code)
    await lila.has_mails(2)

    story.chapter("L'un comme l'autre, et une seule fois", "Either of them, and only once")
    await lila.follows_the_activation_link()
    await lila.activates(code)
    await lila.closes_all_windows()
    await lila.finds_the_activation_from_home()
    await lila.is_refused_at_activation(code, "code-used")
