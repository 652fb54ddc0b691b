"""The button empties both fields, after a refusal too."""

from maquette.fixtures.walk import CODE
from maquette.scenarios.story import Story, scenario


@scenario(
    "form-emptied",
    "« Effacer » vide le formulaire d'activation",
    "« Effacer » empties the activation form",
    rules=("ACT-13",),
    sections=("4.2",),
)
async def form_emptied(story: Story) -> None:
    lila = await story.person("lila", certificate=None)
    await lila.finds_the_activation_from_home()
    await lila.is_refused_at_activation("abcdefgh2345", "address-unknown")

    story.chapter(
        "Après un refus, l'adresse et le code sont restés : « Effacer » les enlève",
        "After a refusal address and code have stayed: « Effacer » takes them away",
    )
    await lila.finds_typed("Saisissez votre adresse électronique", lila.email)
    await lila.clicks("Effacer", then="activation")
    await lila.finds_typed("Saisissez votre adresse électronique", "")
    await lila.finds_typed(CODE, "")
