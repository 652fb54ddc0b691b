"""Activation shuts the certificate's door at once: for whoever comes, and for whoever is inside."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "certificate-after-activation",
    "Après l'activation : ni le certificat, ni la session qu'il avait ouverte",
    "After activation: neither the certificate nor the session that it had opened",
    rules=("ACC-1", "ACC-10", "ACT-12", "SES-1", "PWD-1"),
    sections=("1.1", "4.1", "4.2"),
)
async def certificate_after_activation(story: Story) -> None:
    story.chapter(
        "Au bureau, Lila a opté avec son certificat ; sa session y reste ouverte",
        "At the office Lila has opted with her certificate; her session there is left open",
    )
    office = await story.person("lila")
    await office.asks_for_password_access()
    code = await office.reads_the_mail()

    story.chapter(
        "Chez elle, sans certificat, elle active son espace avec le code",
        "At home, without the certificate, she activates her space with the code",
    )
    home = await story.person("lila", certificate=None)
    await home.finds_the_activation_from_home()
    await home.activates(code)

    story.chapter(
        "Au bureau, la session ouverte par le certificat a pris fin avec l'activation",
        "At the office, the session opened by the certificate has ended with the activation",
    )
    await office.reloads(then="session-ended", refused="session-ended")

    story.chapter(
        "Le certificat est refusé désormais ; l'adresse et le mot de passe ouvrent l'espace",
        "The certificate is refused from now on; address and password open the space",
    )
    await office.clicks("Mon espace Professionnel", then="access")
    await office.is_refused_with_certificate("space-converted")
    await office.clicks("Mon espace Professionnel", then="access")
    await office.enters_with_password()
    await office.reads("Mme Lila ROSEMONDE")
