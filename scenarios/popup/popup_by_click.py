"""The window that opens from the person's own click: blockers let it through (the policy's `click` mode)."""

from maquette.fixtures.visitor import Popups
from maquette.scenarios.story import Story, scenario


@scenario(
    "popup-by-click",
    "La fenêtre s'ouvre au clic : aucun navigateur ne la bloque",
    "The window opens from a click: no browser blocks it",
    rules=("POP-3", "POP-4"),
    sections=("4.2",),
)
async def popup_by_click(story: Story) -> None:
    story.chapter(
        "Le formateur règle le site pour que la fenêtre s'ouvre au clic ; Lila bloque les fenêtres",
        "The trainer has the site open its window from a click; Lila's browser blocks pop-ups",
    )
    await story.policy(popup_mode="click")
    lila = await story.person("lila", popups=Popups.BLOCKED)
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()
    await lila.follows_the_activation_link()

    story.chapter(
        "« Valider » accepte le code, et rien ne s'active : la page attend son clic",
        "« Valider » accepts the code, and nothing is activated: the page waits for her click",
    )
    await lila.has_the_code_accepted(code)
    await lila.reads("L'activation sera faite quand votre inscription s'ouvrira dans une nouvelle fenêtre")
    await lila.has_a_space("pending")

    story.chapter("Elle clique : la fenêtre passe", "She clicks: the window gets through")
    await lila.opens_the_result_by_click()
    await lila.has_a_space("password")
