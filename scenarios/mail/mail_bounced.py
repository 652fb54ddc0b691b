"""The letter bounces off an address that does not exist; the person never hears of it."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "mail-bounced",
    "L'adresse saisie n'existe pas : le courriel revient à l'expéditeur",
    "The typed address does not exist: the mail goes back to its sender",
    rules=("ACT-8", "MAIL-5"),
    sections=("3",),
)
async def mail_bounced(story: Story) -> None:
    story.chapter(
        "Une lettre oubliée, deux fois : l'adresse n'existe pas, le courriel est renvoyé à son expéditeur",
        "A letter left out, twice: there is no such address, and the mail goes back to its sender",
    )
    lila = await story.person("lila")
    right, wrong = lila.email, lila.email.replace("rosemonde", "rosemond")
    await story.mail_goes({"to": wrong, "bounce": True})
    await lila.asks_for_password_access(email=wrong)
    await lila.waits_in_vain_for_the_mail("bounced")
    await story.journal_says("mail-bounced", to=[wrong])
    await lila.has_a_space("pending")

    story.chapter(
        "L'écran lui montre son erreur : elle recommence aussitôt, avec la bonne adresse",
        "The screen shows her the mistake: she starts over at once, with the right address",
    )
    await lila.reads(f"vérifiez que l'adresse que vous avez saisie ({wrong}) est correcte")
    await lila.changes_to_password_access(email=right)
