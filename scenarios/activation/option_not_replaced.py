"""With option.replace off a pending option cannot be replaced: the warning's page says so."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "option-not-replaced",
    "Le réglage qui interdit une seconde option",
    "The setting that forbids a second option",
    rules=("ACT-8",),
    sections=("3",),
)
async def option_not_replaced(story: Story) -> None:
    await story.policy(option_replace=False)
    lila = await story.person("lila")
    await lila.asks_for_password_access()

    story.chapter(
        "Une option attend déjà son activation : une autre est refusée, avant toute saisie",
        "An option waits for its activation already: another is refused before anything is typed",
    )
    await lila.enters_with_certificate()
    await lila.clicks("Opter pour l'accès sans certificat", then="irrevocable")
    await lila.clicks("Opter pour l'accès sans certificat", then="irrevocable", refused="option-pending")
