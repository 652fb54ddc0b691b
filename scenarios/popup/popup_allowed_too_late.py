"""Valider came in time, its window was blocked; the way out is taken after the 48 hours, in vain."""

from maquette.fixtures.visitor import Popups
from maquette.scenarios.story import Story, scenario


@scenario(
    "popup-allowed-too-late",
    "La fenêtre bloquée est autorisée trop tard : les 48 heures sont passées",
    "The blocked window is allowed too late: the 48 hours are over",
    rules=("ACT-5", "ACT-6", "POP-1", "POP-3"),
    sections=("4.2",),
)
async def popup_allowed_too_late(story: Story) -> None:
    lila = await story.person("lila", popups=Popups.BLOCKED)
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()

    story.chapter(
        "À la dernière seconde des 48 heures, le code est encore bon, mais la fenêtre est bloquée",
        "At the last second of the 48 hours the code is still good, but the window is blocked",
    )
    await story.clock_moves_to("just-before:code-expiry", "lila")
    await lila.finds_the_activation_from_home()
    await lila.activates_in_vain(code)
    await lila.has_a_space("pending")

    story.chapter(
        "Une seconde plus tard, avoir validé à temps ne sert à rien : rien n'était activé",
        "A second later, to have clicked in time is of no use: nothing was activated",
    )
    await story.clock_moves("PT1S")
    await lila.allows_popups()
    await lila.closes_all_windows()
    await lila.finds_the_activation_from_home()
    await lila.is_refused_at_activation(code, "code-expired")
    await lila.has_a_space("certificate")
