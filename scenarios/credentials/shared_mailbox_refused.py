"""§1.3 read to the letter (`email.shared` is `refuse`): nobody may opt with an address that several share."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "shared-mailbox-refused",
    "La boîte aux lettres d'un cabinet, lecture stricte : aucun collègue ne peut la prendre",
    "A firm's one mailbox, read to the letter: no colleague may take it",
    rules=("CRED-5",),
    sections=("1.3",),
    people=("sylvain",),
)
async def shared_mailbox_refused(story: Story) -> None:
    story.chapter(
        "Le site est réglé pour lire la fiche à la lettre : une adresse partagée n'est à personne",
        "The site is set to read the fiche to the letter: a shared address is nobody's",
    )
    await story.policy(email_shared="refuse")
    sylvain = await story.person("sylvain")
    await sylvain.goes_to_the_credentials()
    await sylvain.chooses_credentials(refused="email-shared")
    await sylvain.reads("Cette adresse électronique figure dans plusieurs espaces : choisissez-en une autre.")

    story.chapter(
        "Avec une adresse à lui seul, Sylvain peut opter", "With an address of his own Sylvain may opt"
    )
    await sylvain.chooses_credentials(email="sylvain.querouault@compta-boisfleury.example")
