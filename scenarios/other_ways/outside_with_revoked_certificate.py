"""The certificate was revoked: the option is asked for HORS espace."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "outside-with-revoked-certificate",
    "Certificat révoqué : opter HORS espace",
    "Revoked certificate: opting HORS espace",
    rules=("ACC-5", "OUT-1"),
    sections=("1.1", "2"),
    people=("herve",),
)
async def outside_with_revoked_certificate(story: Story) -> None:
    story.chapter(
        "Son certificat est révoqué : il n'entre plus, mais peut encore opter",
        "His certificate is revoked: he does not get in, but can still opt",
    )
    herve = await story.person("herve")
    await herve.opens_the_access_page()
    await herve.is_refused_with_certificate("certificate-revoked")
    await herve.finds_the_way_outside_the_space()
    await herve.identifies_outside()
    await herve.clicks("Opter pour l'accès sans certificat", then="credentials")
    await herve.chooses_credentials()
    await herve.answers_the_question()
    await herve.has_a_space("pending")
