"""Walks of one visitor that several tests share: activation, and the whole procedure with mistakes."""

from pathlib import Path

from maquette.fixtures import walk
from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor, Visitor
from maquette.fixtures.walk import PASSWORD

EMAIL = "lila.rosemonde@courriel.example"
WRONG_PASSWORD = "Dordogne2011"
ANSWER = "Zibeline des Carpates"
WRONG_CODE = "abcdefghijkm"


async def type_code(visitor: Visitor, code: str, email: str = EMAIL) -> None:
    """Send the code from the activation page, which the visitor reaches from home without a session."""
    await walk.find_activation(visitor)
    await walk.send_code(visitor, email, code)


async def walk_to_the_question(visitor: HttpVisitor) -> None:
    """Walk from home to the question, and fill it in without sending it. The first password is too short."""
    await walk.go_to_credentials(visitor)
    for password in ("court", PASSWORD):
        await walk.choose_credentials(visitor, EMAIL, password)
    await walk.fill_question(visitor, answer=ANSWER)


async def walk_through(*, portal: str, gate: str, ca: Path, api: str, token: str) -> tuple[str, ...]:
    """Walk through the whole procedure as Lila, and return all secrets that were typed or sent.

    The first code and the first password are wrong.
    """
    async with (
        Control(api, token) as control,
        HttpVisitor(portal=portal, gate=gate, ca=ca, certificate=await control.certificate("lila")) as lila,
    ):
        await walk_to_the_question(lila)
        await lila.click(walk.SEND)
        code = (await control.next_mail(EMAIL)).code or ""
        assert len(code) == 12
        await walk.follow(lila, walk.ACTIVATION)
        for typed in (WRONG_CODE, code):
            await walk.send_code(lila, EMAIL, typed)
        await lila.turn_to_new_window()
        await lila.download(walk.RECAP)
        await lila.click("Accédez à votre espace abonné")
        for password in (WRONG_PASSWORD, PASSWORD):
            await walk.log_in(lila, EMAIL, password)
        assert await lila.screen() == "space"
    return PASSWORD, WRONG_PASSWORD, ANSWER, code, WRONG_CODE, token
