"""Valider came in time, the window after the 48 hours: its own request is judged again, and refused."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "window-opened-after-48-hours",
    "« Valider » à temps, la fenêtre une seconde trop tard : tout est vérifié de nouveau",
    "« Valider » in time, the window a second too late: everything is checked again",
    rules=("ACT-5", "POP-3"),
    sections=("4.2",),
)
async def window_opened_after_48_hours(story: Story) -> None:
    await story.policy(popup_mode="click")
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    code = await lila.reads_the_mail()

    story.chapter(
        "Elle valide à la dernière seconde : le code est accepté, mais « Valider » seul ne change rien",
        "She clicks at the last second: the code is accepted, but « Valider » alone changes nothing",
    )
    await story.clock_moves_to("just-before:code-expiry", "lila")
    await lila.follows_the_activation_link()
    await lila.has_the_code_accepted(code)
    await lila.has_a_space("pending")

    story.chapter(
        "Quand elle ouvre la fenêtre, les 48 heures sont passées : c'est elle qui active, et elle refuse",
        "As she opens the window, the 48 hours are over: it is the window that activates, and it refuses",
    )
    await story.clock_moves("PT1S")
    await lila.opens_the_result_too_late("code-expired")
    await lila.has_a_space("certificate")
