"""The letter is lost on its way: the option runs on, and lapses after 48 hours."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "mail-lost",
    "Le courriel se perd : l'option court, puis tombe",
    "The mail is lost: the option runs on, then lapses",
    rules=("ACT-6", "ACT-7", "MAIL-5"),
    sections=("3",),
)
async def mail_lost(story: Story) -> None:
    story.chapter(
        "Le courriel est parti et n'arrivera jamais ; l'option n'en sait rien",
        "The mail has left and will never come; the option knows nothing of it",
    )
    lila = await story.person("lila")
    await story.mail_goes({"to": lila.email, "lose": True})
    await lila.asks_for_password_access()
    await lila.waits_in_vain_for_the_mail("lost")
    await lila.has_a_space("pending")

    story.chapter(
        "Avec la même adresse, il faut attendre la fin des 48 heures",
        "With the same address, she has to wait until the 48 hours are over",
    )
    await story.mail_goes()
    await lila.goes_to_the_credentials()
    await lila.chooses_credentials(refused="email-awaiting-activation")
    await story.clock_moves_to("code-expiry", "lila")
    await lila.has_a_space("certificate")

    story.chapter("Puis elle recommence tout, et le code arrive", "Then she starts over, and the code comes")
    await lila.changes_to_password_access()
