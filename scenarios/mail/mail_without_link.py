"""The letter holds no link and no logo, as it says itself: whatever has one is a false letter."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "mail-without-link",
    "Ni lien ni logo dans le courriel, comme il le promet",
    "No link and no logo in the mail, as it promises itself",
    rules=("MAIL-2",),
    sections=("3",),
)
async def mail_without_link(story: Story) -> None:
    story.chapter(
        "L'administration n'envoie jamais de lien : un courriel qui en contient un est un piège",
        "The administration never sends a link: a mail that has one is a trap",
    )
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    await lila.reads_the_mail()
    await lila.finds_in_the_mail(
        "Pour votre sécurité, l'administration fiscale ne vous adresse jamais de messages contenant un logo "
        "ou un lien renvoyant sur un site Internet. Si vous recevez un tel message, merci de ne pas utiliser "
        "ce lien."
    )
    await lila.finds_no_link_in_the_mail()
