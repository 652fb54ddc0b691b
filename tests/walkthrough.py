"""One person's way through the procedure over HTTP, slips included, and the secrets typed or sent on it."""

from pathlib import Path

from maquette.fixtures import walk
from maquette.fixtures.control import Control
from maquette.fixtures.visitor import HttpVisitor
from maquette.fixtures.walk import PASSWORD

EMAIL = "lila.rosemonde@courriel.example"
WRONG_PASSWORD = "Dordogne2011"
ANSWER = "Zibeline des Carpates"
WRONG_CODE = "abcdefghijkm"


async def walk_to_the_question(visitor: HttpVisitor) -> None:
    """From the home page to the answer, typed and not yet sent; the first password is too short."""
    await walk.go_to_credentials(visitor)
    for password in ("court", PASSWORD):
        await walk.choose_credentials(visitor, EMAIL, password)
    await walk.fill_question(visitor, answer=ANSWER)


async def walk_through(*, portal: str, gate: str, ca: Path, api: str, token: str) -> tuple[str, ...]:
    """The whole way, as Lila: activated at the second try, entered at the second try; all the secrets."""
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
