"""A session that a certificate opened lasts no longer than the certificate, whatever time is left to it."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "session-ends-with-certificate",
    "La session se termine avec le certificat qui l'a ouverte",
    "The session ends with the certificate that opened it",
    rules=("ACC-3", "SES-3"),
    sections=("1.5",),
    people=("gaelle",),
)
async def session_ends_with_certificate(story: Story) -> None:
    story.chapter(
        "Gaëlle entre à la dernière seconde de validité de son certificat",
        "Gaëlle enters at the last second of her certificate's validity",
    )
    await story.clock_moves_to("certificate-expiry", "gaelle")
    await story.clock_moves("-PT1S")
    gaelle = await story.person("gaelle")
    await gaelle.enters_with_certificate()

    story.chapter(
        "Une seconde plus tard il est périmé, et la session avec lui",
        "A second later it has ended, and the session with it",
    )
    await story.clock_moves("PT1S")
    await gaelle.clicks("Gérer mes services", then="session-ended", refused="session-ended")
