"""The letter is late, and still comes inside the 48 hours: they have run since it was sent."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "mail-late",
    "Le courriel arrive tard, mais dans les 48 heures",
    "The mail comes late, but inside the 48 hours",
    rules=("ACT-1", "ACT-4", "MAIL-5"),
    sections=("3",),
)
async def mail_late(story: Story) -> None:
    story.chapter(
        "La messagerie de Lila retient le courriel 47 heures ; le délai court depuis l'envoi",
        "Lila's mail provider holds the mail back for 47 hours; the 48 hours run since it was sent",
    )
    lila = await story.person("lila")
    await story.mail_goes({"to": lila.email, "delay": "PT47H"})
    await lila.asks_for_password_access()
    await lila.waits_in_vain_for_the_mail("delayed-until")
    await lila.has_a_space("pending")

    story.chapter(
        "Il arrive enfin : une heure reste, et la dernière seconde compte encore",
        "At last it comes: an hour is left, and its last second still counts",
    )
    await story.clock_moves("PT46H59M59S")
    await lila.has_mails(0)
    await story.clock_moves("PT1S")
    code = await lila.reads_the_mail()
    await story.clock_moves("PT1H")
    await lila.finds_the_activation_from_home()
    await lila.activates(code)
