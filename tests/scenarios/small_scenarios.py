"""Small scenarios that pass or fail, for tests of the runner and its reports.

Import the module, not the scenarios: pytest would collect scenarios that a test file imports by name.
"""

import asyncio

from maquette.scenarios.narration import Driver
from maquette.scenarios.story import Needs, Story, scenario

PARTIES = 3


@scenario("at-home", "À l'accueil", "At home", rules=("HOME-1", "ACC-1"), sections=("2",))
async def at_home(story: Story) -> None:
    story.chapter("Elle arrive", "She arrives")
    lila = await story.person("lila")
    await lila.opens_home()


@scenario("lost", "Perdue", "Lost", rules=("ACC-2",), sections=("2",))
async def lost(story: Story) -> None:
    lila = await story.person("lila")
    await lila.opens_home()
    await lila.clicks("Professionnel", then="space")


@scenario("broken", "Cassé", "Broken", rules=("ACC-3",), sections=("2",))
async def broken(story: Story) -> None:
    lila = await story.person("lila")
    await lila.opens_home()
    raise ZeroDivisionError("by hand")


@scenario("idle", "Rien", "Nothing", rules=("ACC-3",), sections=("2",))
async def idle(story: Story) -> None:
    story.chapter("Rien ne se passe", "Nothing happens")


@scenario("stranger", "Une inconnue", "A stranger", rules=("ACC-4",), sections=("2",), people=("theo",))
async def stranger(story: Story) -> None:
    await story.person("lila")


@scenario("a-day-later", "Un jour après", "A day later", rules=("ACT-5",), sections=("3",))
async def a_day_later(story: Story) -> None:
    lila = await story.person("lila")
    await lila.asks_for_password_access()
    await lila.reads_the_mail()
    await story.clock_moves("PT24H")


@scenario(
    "at-a-browser",
    "Au navigateur",
    "At a browser",
    rules=("ACC-5",),
    sections=("2",),
    drivers=(Driver.BROWSER,),
)
async def at_a_browser(story: Story) -> None:
    lila = await story.person("lila")
    await lila.opens_home()


@scenario(
    "killed", "Tué", "Killed", rules=("MAIL-6",), sections=("3",), needs=(Needs.OWN_SERVER,)
)  # fmt: skip
async def killed(story: Story) -> None:
    lila = await story.person("lila")
    await lila.opens_home()
    await story.server_is_killed()
    await lila.opens_home()


def scenarios_that_wait_for_each_other() -> list[object]:
    """Scenarios of which none ends before all have started."""
    meeting = asyncio.Barrier(PARTIES)

    async def meet(story: Story) -> None:
        await story.invariants_hold()
        async with asyncio.timeout(20):
            await meeting.wait()

    return [
        scenario(f"meeting-{number}", "Rencontre", "Meeting", rules=("ACC-1",), sections=("2",))(meet)
        for number in range(PARTIES)
    ]
