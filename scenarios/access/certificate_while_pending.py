"""While the option waits for its activation, the certificate opens the space, and nothing else does."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "certificate-while-pending",
    "En attente d'activation : le certificat, et lui seul, ouvre l'espace",
    "While waiting for activation: the certificate, and only it, opens the space",
    rules=("ACC-1", "ACC-9"),
    sections=("1.1", "3"),
)
async def certificate_while_pending(story: Story) -> None:
    story.chapter(
        "Lila a opté ; son espace attend l'activation", "Lila has opted; her space waits for its activation"
    )
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    await lila.clicks("Quitter", then="home")

    story.chapter(
        "Son mot de passe est choisi, mais n'ouvre encore rien",
        "Her password is chosen, but opens nothing yet",
    )
    await lila.clicks("Professionnel", then="access")
    await lila.is_refused_with_password("space-pending")

    story.chapter(
        "Son certificat ouvre toujours l'espace, qui le lui rappelle ; jusqu'à la dernière seconde du délai",
        "Her certificate still opens the space, which reminds her; to the last second of the time",
    )
    await lila.clicks("Accéder avec mon certificat", then="space")
    await lila.reads(
        "Tant que cette transformation n'aura pas été activée, seul le certificat que vous utilisez "
        "jusqu'à présent vous permettra l'accès à votre espace."
    )
    await story.clock_moves_to("just-before:code-expiry")
    await lila.enters_with_certificate()
    await lila.has_a_space("pending")
