"""A good certificate that is tied to no space is refused: being known is not having a space."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "certificate-without-space",
    "Certificat valide, mais associé à aucun espace : refusé",
    "Valid certificate, tied to no space: refused",
    rules=("ACC-3", "ACC-4", "ACC-5"),
    sections=("1.1", "1.5", "2"),
    people=("zoe",),
)
async def certificate_without_space(story: Story) -> None:
    story.chapter(
        "Le certificat de Zoé est valide, mais elle n'a pas encore d'espace",
        "Zoé's certificate is valid, but she has no space yet",
    )
    zoe = await story.person("zoe")
    await zoe.opens_the_access_page()
    await zoe.is_refused_with_certificate("certificate-without-space")
    await zoe.reads("Votre certificat n'est associé à aucun espace abonné.")
    await story.journal_says("certificate-judged", verdict="certificate-without-space")
    await story.journal_says("refused", refusal="certificate-without-space")

    story.chapter(
        "La page dit quoi faire : choisir le certificat de son espace, après avoir fermé le navigateur",
        "The page says what to do: choose the certificate of one's space, having closed the browser",
    )
    await zoe.does_not_read("vous devez opter pour l'accès avec un mot de passe")
    await zoe.reads(
        "vous devez choisir celui qui est associé à votre espace",
        "votre navigateur conserve son choix de certificat jusqu'à sa fermeture",
    )
    await zoe.clicks("Mon espace Professionnel", then="access")
