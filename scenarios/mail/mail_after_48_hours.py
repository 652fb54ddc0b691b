"""The letter comes after the 48 hours: its code is dead on arrival, and everything starts over."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "mail-after-48-hours",
    "Le courriel arrive après les 48 heures : le code est déjà inopérant",
    "The mail comes after the 48 hours: its code is dead already",
    rules=("ACT-4", "ACT-6", "MAIL-5"),
    sections=("3",),
)
async def mail_after_48_hours(story: Story) -> None:
    story.chapter(
        "Le courriel est retenu 48 heures et une seconde : le délai court, courriel ou pas",
        "The mail is held back for 48 hours and a second: the time runs, with or without it",
    )
    lila = await story.person("lila")
    await story.mail_goes({"to": lila.email, "delay": "PT48H1S"})
    await lila.asks_for_password_access()
    await lila.waits_in_vain_for_the_mail("delayed-until")
    await story.clock_moves("PT48H")
    await lila.has_mails(0)
    await story.clock_moves("PT1S")
    code = await lila.reads_the_mail()

    story.chapter(
        "Le code est arrivé mort : le certificat reste son seul accès, et il faut tout recommencer",
        "The code has come dead: the certificate is still her only access, and all starts over",
    )
    await lila.finds_the_activation_from_home()
    await lila.is_refused_at_activation(code, "code-expired")
    await lila.has_a_space("certificate")
    await story.mail_goes()
    await lila.asks_for_password_access()
    await lila.reads_the_mail()
