"""Irrevocable: no page, no old address and no lapse of time leads back to the certificate."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "no-way-back",
    "Irrévocable : rien ne ramène à l'accès avec certificat",
    "Irrevocable: nothing leads back to access with certificate",
    rules=("ACC-1", "ACC-10", "ACC-11", "HOME-5"),
    sections=("1.1", "1.3", "2", "4.2"),
)
async def no_way_back(story: Story) -> None:
    story.chapter(
        "Lila opte et active ; elle a noté l'adresse de la page de l'option",
        "Lila opts and activates; she has noted the address of the option's page",
    )
    lila = await story.person("lila")
    await lila.enters_with_certificate()
    await lila.clicks("Opter pour l'accès sans certificat", then="irrevocable")
    option = await lila.copies_the_address()
    await lila.clicks("Opter pour l'accès sans certificat", then="credentials")
    await lila.chooses_credentials()
    await lila.answers_the_question()
    await lila.activates_from_the_mail()

    story.chapter(
        "Dans l'espace avec mot de passe, plus rien ne parle de certificat ni d'option",
        "In the password space nothing speaks of a certificate or an option any more",
    )
    await lila.clicks("Accédez à votre espace abonné", then="access")
    await lila.enters_with_password()
    await lila.does_not_read("Date de validité du certificat", "Opter pour l'accès")
    await lila.clicks("Gérer mes services", then="coordinates")
    await lila.does_not_read("Date de validité du certificat", "Opter pour l'accès")

    story.chapter(
        "L'adresse notée ne mène nulle part non plus, par aucune des deux portes",
        "Nor does the noted address lead anywhere, by either of the two doors",
    )
    await lila.types_the_address(option, then="session-ended", refused="session-of-another-certificate")
    await lila.changes_door(then="space")

    story.chapter(
        "Les 48 heures passées, rien ne revient : le certificat reste refusé, le mot de passe ouvre",
        "Nor does anything return with the 48 hours: the certificate is refused, the password opens",
    )
    await story.clock_moves("PT48H1S")
    await lila.opens_the_access_page()
    await lila.is_refused_with_certificate("space-converted")
    await lila.clicks("Mon espace Professionnel", then="access")
    await lila.enters_with_password()
    await lila.has_a_space("password")
