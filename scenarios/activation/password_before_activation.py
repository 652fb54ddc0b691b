"""While the option is pending, the password that was chosen opens nothing yet."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "password-before-activation",
    "Le mot de passe avant l'activation",
    "The password before the activation",
    rules=("ACC-9",),
    sections=("3",),
)
async def password_before_activation(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()

    story.chapter(
        "Lila essaie son nouveau mot de passe avant d'avoir activé son espace : refusé",
        "Lila tries her new password before she has activated her space: refused",
    )
    await lila.opens_the_access_page()
    await lila.is_refused_with_password("space-pending")

    story.chapter("Son certificat l'ouvre toujours", "Her certificate still opens it")
    await lila.clicks("Accéder avec mon certificat", then="space")
