"""The certificate ends between the option and the activation: the code still activates."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "certificate-ends-while-pending",
    "Le certificat se termine avant l'activation : l'activation marche encore",
    "The certificate ends before the activation: the activation still works",
    rules=("ACC-3", "ACC-13", "ACT-12"),
    sections=("1.5", "4.1"),
    people=("gaelle",),
)
async def certificate_ends_while_pending(story: Story) -> None:
    story.chapter(
        "Gaëlle opte la veille de la fin de son certificat", "Gaëlle opts the day before her certificate ends"
    )
    gaelle = await story.person("gaelle")
    await story.clock_shows("2011-06-28T12:00:00+02:00")
    await gaelle.asks_for_password_access()
    code = await gaelle.reads_the_mail()

    story.chapter(
        "Le lendemain son certificat est périmé, et n'ouvre plus l'espace",
        "The next day her certificate has ended, and opens the space no more",
    )
    await story.clock_moves_to("certificate-expiry", "gaelle")
    await gaelle.opens_the_access_page()
    await gaelle.is_refused_with_certificate("certificate-expired")

    story.chapter(
        "L'activation ne demande pas de certificat : dans les 48 heures, le code suffit",
        "Activation asks for no certificate: within the 48 hours the code is enough",
    )
    await gaelle.finds_the_activation_from_home()
    await gaelle.activates(code)
    await gaelle.has_a_space("password")
    await gaelle.clicks("Accédez à votre espace abonné", then="access")
    await gaelle.enters_with_password()
