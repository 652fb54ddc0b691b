"""The mail server takes the letter a minute late: the 48 hours begin then."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "delay-from-the-sending",
    "Les 48 heures comptées de l'envoi du courriel, non de l'option",
    "The 48 hours counted from the mail, not from the option",
    rules=("ACT-4",),
    sections=("3",),
)
async def delay_from_the_sending(story: Story) -> None:
    story.chapter(
        "Le serveur de messagerie refuse d'abord le courriel : il part une minute après l'option",
        "The mail server refuses the mail at first: it leaves a minute after the option",
    )
    lila = await story.person("lila")
    await story.mail_goes({"to": lila.email, "refuse_times": 1})
    await lila.asks_for_password_access()
    await lila.waits_in_vain_for_the_mail("retrying")
    await story.clock_moves("PT1M")
    code = await lila.reads_the_mail()

    story.chapter(
        "48 heures après l'envoi, donc plus tard que 48 heures après l'option, le code fonctionne encore",
        "48 hours after the sending, later than 48 hours after the option, the code still works",
    )
    await story.clock_moves("PT48H")
    await lila.finds_the_activation_from_home()
    await lila.activates(code)
