"""Stuck on the same screen for two reasons: the journal tells a window that never came from a wrong code."""

from maquette.fixtures.visitor import Popups
from maquette.scenarios.story import Story, scenario


@scenario(
    "popup-or-wrong-code",
    "Fenêtre bloquée ou code faux ? Le journal les distingue",
    "A blocked window or a wrong code? The journal tells which",
    rules=("ACT-14", "POP-6"),
    sections=("4.2",),
)
async def popup_or_wrong_code(story: Story) -> None:
    lila = await story.person("lila", popups=Popups.BLOCKED)
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()

    story.chapter(
        "Un code faux : l'écran le refuse, le journal en note la raison",
        "A wrong code: the screen refuses it, the journal notes the reason",
    )
    await lila.follows_the_activation_link()
    await lila.is_refused_at_activation(code[::-1], "code-wrong")
    await lila.does_not_read("Bloquer les fenêtres publicitaires intempestives")
    await story.journal_counts("window-blocked", 0)

    story.chapter(
        "Le bon code, et une fenêtre bloquée : le journal note que le code était bon",
        "The right code, and a blocked window: the journal notes that the code was right",
    )
    await lila.activates_in_vain(code)
    await story.journal_says("code-accepted", email=lila.email)
    await story.journal_counts("window-fetched", 0)

    story.chapter(
        "L'écran nomme le bloqueur de fenêtres et, s'il n'y est pour rien, l'assistance",
        "The screen names the pop-up blocker and, where it is not to blame, the helpdesk",
    )
    await lila.reads(
        'veuillez vérifier si l\'option "Bloquer les fenêtres publicitaires intempestives" de votre '
        "navigateur internet est activée",
        "Si non, contactez l'assistance",
    )
    await lila.clicks("l'assistance", then="helpdesk")
