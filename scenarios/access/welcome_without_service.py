"""The first welcome screen: a space that was just created, with no service in it yet."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "welcome-without-service",
    "Premier écran d'accueil : aucun service",
    "First welcome screen: no service",
    rules=("HOME-0", "HOME-4"),
    sections=("2",),
    people=("theo",),
)
async def welcome_without_service(story: Story) -> None:
    story.chapter(
        "L'espace de Théo vient d'être créé : l'écran l'invite à adhérer aux services",
        "Théo's space has just been created: the screen invites him to take services",
    )
    theo = await story.person("theo")
    await theo.enters_with_certificate()
    await theo.reads(
        "Bienvenue,",
        "Vous avez créé votre espace abonné, vous pouvez maintenant adhérer aux services en ligne dont vous "
        "avez besoin : déclarer, payer vos impôts professionnels, consulter votre compte fiscal, effectuer "
        "et suivre une démarche.",
        "0 message",
        "Je souhaite adhérer",
    )
    await theo.does_not_read("DOSSIER COURANT", "Choisissez un dossier")

    story.chapter(
        "Comme sur les deux autres, son nom, la fin de son certificat, et l'option",
        "As on the two others: his name, his certificate's end, and the option",
    )
    await theo.reads("M. Théo LŒVENBRUCK", "Date de validité du certificat 08/06/2014")
    await theo.clicks("Opter pour l'accès sans certificat", then="irrevocable")
