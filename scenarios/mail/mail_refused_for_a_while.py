"""The mail server refuses the letter for a while: it is sent again, and the 48 hours count from then."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "mail-refused-for-a-while",
    "Le serveur de messagerie refuse d'abord le courriel : il est renvoyé, et le délai part de là",
    "The mail server refuses the mail at first: it is sent again, and the time runs from there",
    rules=("ACT-4", "ACT-5", "MAIL-5"),
    sections=("3",),
)
async def mail_refused_for_a_while(story: Story) -> None:
    story.chapter(
        "Le serveur de messagerie est débordé : le courriel est présenté de nouveau une minute plus tard, "
        "puis deux",
        "The mail server is overloaded: the mail is offered again a minute later, then two",
    )
    lila = await story.person("lila")
    await story.mail_goes({"to": lila.email, "refuse_times": 2})
    await lila.asks_for_password_access()
    await lila.waits_in_vain_for_the_mail("retrying")
    await lila.has_a_space("pending")
    await story.clock_moves("PT1M")
    await lila.waits_in_vain_for_the_mail("retrying", patience=1)
    await story.clock_moves("PT2M")
    code = await lila.reads_the_mail()
    await lila.has_mails(1)

    story.chapter(
        "Les 48 heures comptent depuis l'envoi réussi, trois minutes après la demande",
        "The 48 hours count from the sending that succeeded, three minutes after the demand",
    )
    await story.clock_moves("PT48H")
    await lila.finds_the_activation_from_home()
    await lila.activates(code)
