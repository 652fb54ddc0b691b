"""Code and password in each other's place are refused, as the screens warn."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "code-is-no-password",
    "Le code n'est pas le mot de passe",
    "The code is not the password",
    rules=("ACT-10",),
    sections=("2", "4.2"),
)
async def code_is_no_password(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()

    story.chapter(
        "À l'activation, Lila tape son mot de passe à la place du code",
        "At the activation Lila types her password in the code's place",
    )
    await lila.follows_the_activation_link()
    await lila.is_refused_at_activation(lila.password, "code-wrong")
    await lila.activates(code)

    story.chapter(
        "À l'accès, elle tape le code à la place du mot de passe, malgré le rappel de l'écran",
        "At the access she types the code in the password's place, in spite of the screen's reminder",
    )
    await lila.clicks("Accédez à votre espace abonné", then="access")
    await lila.reads("il ne s'agit pas du code d'activation mais du mot de passe")
    await lila.is_refused_with_password("password-wrong", password=code)
    await lila.enters_with_password()
