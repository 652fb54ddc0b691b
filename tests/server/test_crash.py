"""A server that is killed at any point continues at the person's step and loses no mail (MAIL-6)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from visitor_walks import type_code

from maquette.fixtures import walk
from maquette.fixtures.control import Control, ControlError
from maquette.fixtures.installation import Installation
from maquette.fixtures.own_server import OwnServer, same_every_time
from maquette.fixtures.visitor import HttpVisitor
from maquette.fixtures.walk import go_to_question

LILA, NUMBER = "lila.rosemonde@courriel.example", "20111710000303"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[OwnServer]:
    async with OwnServer(tmp_path, *same_every_time(tmp_path)) as server:
        yield server


def control_of(server: OwnServer) -> Control:
    return Control(f"{server.console}/api/realms/default", server.token)


@pytest.fixture
async def visitor(server: OwnServer) -> AsyncIterator[HttpVisitor]:
    """Lila's visitor."""
    async with control_of(server) as control:
        certificate = await control.certificate("lila")
    async with Installation(server.console, server.token) as installation:
        doors = installation.doors
        async with HttpVisitor(
            portal=doors.portal, gate=doors.gate, ca=doors.ca, certificate=certificate
        ) as visitor:
            yield visitor


@pytest.mark.timeout(240)
@pytest.mark.rule("MAIL-6", "POP-3")
@pytest.mark.slow
async def test_killed_between_each_two_steps_the_procedure_goes_on(
    server: OwnServer, visitor: HttpVisitor
) -> None:
    await walk.enter(visitor)
    steps: list[tuple[str, Callable[[], Awaitable[object]]]] = [
        ("space", lambda: walk.follow(visitor, walk.OPT)),
        ("irrevocable", lambda: walk.follow(visitor, walk.OPT_FOR_GOOD)),
        ("credentials", lambda: walk.choose_credentials(visitor, LILA)),
        ("question", lambda: answer_the_question(visitor)),
        ("pending", lambda: walk.follow(visitor, walk.ACTIVATION)),
    ]
    for screen, step in steps:
        assert await visitor.screen() == screen
        await server.kill_and_start()
        await step()
    async with control_of(server) as control:
        mail = await control.next_mail(LILA)
    await walk.fill(visitor, walk.activation_form(LILA, mail.code or ""))
    await server.kill_and_start()
    await visitor.click(walk.SEND)
    await visitor.turn_to_new_window()
    assert await visitor.screen() == "registration"
    await server.kill_and_start()
    recap = await visitor.download(walk.RECAP)
    assert recap.content.startswith(b"%PDF")
    async with control_of(server) as control:
        assert (await control.space(NUMBER)).state == "password"


async def answer_the_question(visitor: HttpVisitor) -> None:
    await walk.fill_question(visitor)
    await visitor.click(walk.SEND)


@pytest.mark.timeout(240)
@pytest.mark.rule("MAIL-6")
@pytest.mark.parametrize(
    "moment", [0.02, *(pytest.param(each, marks=pytest.mark.slow) for each in (0.0, 0.01, 0.04, 0.08))]
)
async def test_every_option_that_was_answered_for_has_its_mail_once(
    server: OwnServer, visitor: HttpVisitor, moment: float
) -> None:
    """The server dies just after the last form: with or without a response, option and mail agree."""
    await go_to_question(visitor, LILA)
    sending = asyncio.create_task(visitor.click(walk.SEND))
    await asyncio.wait({sending}, timeout=moment)
    await server.kill()
    (outcome,) = await asyncio.gather(sending, return_exceptions=True)
    await server.start()
    async with control_of(server) as control:
        space = await control.space(NUMBER)
        if outcome is None:
            assert space.state == "pending"
        if space.state == "certificate":
            with pytest.raises(ControlError):
                await control.next_mail(LILA, timeout=0)
            return
        mail = await control.next_mail(LILA)
        assert mail.code is not None
        await control.advance("PT1M")  # which ends once every letter that was due has been sent
        with pytest.raises(ControlError):
            await control.next_mail(LILA, after=mail.cursor, timeout=0)
    await type_code(visitor, mail.code)
    await visitor.turn_to_new_window()
    assert await visitor.screen() == "registration"
