"""The letter is filed as spam: screen 8 says where to look, and the code is as good as any."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "mail-in-spam",
    "Le courriel est rangé dans le courrier indésirable",
    "The mail is filed as spam",
    rules=("MAIL-5",),
    sections=("3",),
)
async def mail_in_spam(story: Story) -> None:
    story.chapter(
        "Rien dans la boîte de réception, et pourtant le délai court",
        "Nothing in the inbox, and yet the time runs",
    )
    lila = await story.person("lila")
    await story.mail_goes({"to": lila.email, "spam": True})
    await lila.asks_for_password_access()
    await lila.waits_in_vain_for_the_mail("in-spam")
    await lila.has_mails(0)

    story.chapter("L'écran dit où chercher : elle l'y trouve", "The screen says where to look: there it is")
    await lila.reads(
        f"Si vous ne le recevez pas, vérifiez que l'adresse que vous avez saisie ({lila.email}) est "
        'correcte, et consultez la rubrique "Courrier indésirable" ou "Spam" de votre messagerie personnelle.'
    )
    code = await lila.finds_the_mail_in_spam()
    await lila.follows_the_activation_link()
    await lila.activates(code)
