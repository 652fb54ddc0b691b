"""Once the space is activated, the code is worth nothing to anybody else."""

from maquette.scenarios.story import Story, scenario


@scenario(
    "code-used-twice",
    "Le code utilisé deux fois",
    "The code used twice",
    rules=("ACT-9",),
    sections=("3", "4.2"),
)
async def code_used_twice(story: Story) -> None:
    lila = await story.person("lila")
    code = await lila.changes_to_password_access()

    story.chapter(
        "Quelqu'un trouve le courriel et essaie le code à son tour, sur un autre ordinateur",
        "Somebody finds the mail and tries the code as well, at another computer",
    )
    stranger = await story.person("lila", certificate=None)
    await stranger.finds_the_activation_from_home()
    await stranger.is_refused_at_activation(code, "code-used")
