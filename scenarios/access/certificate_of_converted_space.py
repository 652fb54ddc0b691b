"""The certificate of a space that has been converted opens nothing; address and password do."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "certificate-of-converted-space",
    "Certificat d'un espace déjà transformé : refusé, seul le mot de passe ouvre",
    "Certificate of a space already converted: refused, only the password opens",
    rules=("ACC-1", "ACC-4", "ACC-10", "PWD-1"),
    sections=("1.1", "2", "4.2"),
    people=("clemence",),
)
async def certificate_of_converted_space(story: Story) -> None:
    story.chapter(
        "Clémence a opté il y a un mois ; elle essaie encore son certificat, par habitude",
        "Clémence opted a month ago; she still tries her certificate, by habit",
    )
    clemence = await story.person("clemence")
    await clemence.opens_the_access_page()
    await clemence.is_refused_with_certificate("space-converted")
    await clemence.reads(
        "Votre espace est désormais accessible sans certificat : "
        "utilisez votre adresse électronique et votre mot de passe."
    )
    await story.journal_says("certificate-judged", verdict="space-converted")
    await story.journal_says("refused", refusal="space-converted")

    story.chapter(
        "La page lui a dit quoi faire : son adresse et son mot de passe ouvrent l'espace",
        "The page has told her what to do: her address and her password open the space",
    )
    await clemence.clicks("Mon espace Professionnel", then="access")
    clemence.password = "Reliure2011"
    await clemence.enters_with_password()
    await clemence.reads("Mme Clémence HAUTEFEUILLE")
