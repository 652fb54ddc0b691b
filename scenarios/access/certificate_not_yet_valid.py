"""A certificate whose validity has not begun is refused; from its first second on it opens the space."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "certificate-not-yet-valid",
    "Certificat pas encore valide : refusé jusqu'à sa première seconde",
    "Certificate not yet valid: refused until its first second",
    rules=("ACC-3", "ACC-4", "ACC-5"),
    sections=("1.1", "1.5", "2"),
    people=("celeste",),
)
async def certificate_not_yet_valid(story: Story) -> None:
    story.chapter(
        "Le certificat de Céleste commence dans sept jours : une seconde avant, il est encore refusé",
        "Céleste's certificate begins in seven days: a second before, it is still refused",
    )
    celeste = await story.person("celeste")
    await story.clock_shows("2011-06-16T08:59:59+02:00")
    await celeste.opens_the_access_page()
    await celeste.is_refused_with_certificate("certificate-not-yet-valid")
    await celeste.reads("Votre certificat n'est pas encore valide.")
    await story.journal_says("certificate-judged", verdict="certificate-not-yet-valid")

    story.chapter(
        "Rien n'est perdu : la page ne l'envoie pas HORS espace ; il suffit d'attendre, ou d'en changer",
        "Nothing is lost: the page does not send her HORS espace; she may wait, or choose another one",
    )
    await celeste.does_not_read("vous devez opter pour l'accès avec un mot de passe")
    await celeste.reads("vous devez choisir celui qui est associé à votre espace")
    await story.clock_moves("PT1S")
    await celeste.enters_with_certificate()
