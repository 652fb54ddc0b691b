"""A server that is killed at any point goes on where the person was, and loses no mail (MAIL-6)."""

import asyncio
import json
import random
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest
from steps import PASSWORD, go_to_the_question

from maquette.fixtures.control import Control, ControlError
from maquette.fixtures.visitor import HttpVisitor

LILA, NUMBER = "lila.rosemonde@courriel.example", "20111710000303"


def free_ports(count: int) -> list[int]:
    """Ports that are free now, and that no client is given: a server that starts again needs the same."""
    ports: list[int] = []
    while len(ports) < count:
        port = random.randint(15_000, 30_000)  # noqa: S311 - any will do
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            ports.append(port)
    return ports


class Server:
    """`maquette serve` in a process of its own, on one data folder and the same ports each time."""

    def __init__(self, folder: Path) -> None:
        self._ready = folder / "ready.json"
        doors = zip(("portal", "gate", "console", "smtp"), free_ports(4), strict=True)
        ports = [argument for door, port in doors for argument in (f"--{door}-port", str(port))]
        self._command = [
            *(sys.executable, "-m", "maquette.simulator", "serve"),
            *("--data", str(folder / "data"), "--ready-file", str(self._ready), *ports),
        ]
        self._process: asyncio.subprocess.Process | None = None
        self.doors: dict[str, str] = {}

    async def start(self) -> None:
        self._ready.unlink(missing_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdout=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(30):
            while not self._ready.exists():
                assert self._process.returncode is None, "the server could not start"
                await asyncio.sleep(0.02)
        self.doors = json.loads(self._ready.read_text())

    async def kill(self) -> None:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    async def kill_and_start(self) -> None:
        await self.kill()
        await self.start()

    def control(self) -> Control:
        return Control(f"{self.doors['console']}/api/realms/default", self.doors["token"])


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    server = Server(tmp_path)
    await server.start()
    yield server
    await server.kill()


@pytest.fixture
async def visitor(server: Server) -> AsyncIterator[HttpVisitor]:
    """Lila at her browser."""
    async with server.control() as control:
        certificate = await control.certificate("lila")
    doors = server.doors
    async with HttpVisitor(
        portal=doors["portal"], gate=doors["gate"], ca=Path(doors["ca"]), certificate=certificate
    ) as visitor:
        yield visitor


@pytest.mark.timeout(240)
@pytest.mark.rule("MAIL-6", "POP-3")
async def test_killed_between_each_two_steps_the_procedure_goes_on(
    server: Server, visitor: HttpVisitor
) -> None:
    await visitor.open_home()
    await visitor.click("Professionnel")
    await visitor.click("Accéder avec mon certificat")
    steps: list[tuple[str, Callable[[], Awaitable[None]]]] = [
        ("space", lambda: visitor.click("Opter pour l'accès sans certificat")),
        ("irrevocable", lambda: visitor.click("Opter pour l'accès sans certificat")),
        ("credentials", lambda: choose_credentials(visitor)),
        ("question", lambda: answer_the_question(visitor)),
        ("pending", lambda: visitor.click("Activez votre espace abonné")),
    ]
    for screen, step in steps:
        assert await visitor.screen() == screen
        await server.kill_and_start()
        await step()
    async with server.control() as control:
        mail = await control.next_mail(LILA)
    await visitor.fill("Saisissez votre adresse électronique", LILA)
    await visitor.fill("Entrez le code d'activation (12 caractères)", mail.code or "")
    await server.kill_and_start()
    await visitor.click("Valider")
    await visitor.turn_to_new_window()
    assert await visitor.screen() == "registration"
    await server.kill_and_start()
    recap = await visitor.download("Sauvegardez ou imprimez votre formulaire")
    assert recap.content.startswith(b"%PDF")
    async with server.control() as control:
        assert (await control.space(NUMBER)).state == "password"


async def choose_credentials(visitor: HttpVisitor) -> None:
    await visitor.fill("Confirmez votre nouvelle adresse électronique :", LILA)
    await visitor.fill("Votre mot de passe :", PASSWORD)
    await visitor.fill("Confirmez votre nouveau mot de passe :", PASSWORD)
    await visitor.click("Valider")


async def answer_the_question(visitor: HttpVisitor) -> None:
    await visitor.choose("Sélectionnez une question de confiance :", "Quel est votre surnom ?")
    await visitor.fill("Saisissez la réponse à la question de confiance :", "Rosette")
    await visitor.click("Valider")


@pytest.mark.timeout(240)
@pytest.mark.rule("MAIL-6")
@pytest.mark.parametrize("moment", [0.0, 0.01, 0.02, 0.04, 0.08])
async def test_every_option_that_was_answered_for_has_its_mail_once(
    server: Server, visitor: HttpVisitor, moment: float
) -> None:
    """The server dies a moment after the last form was sent: answered or not, option and mail agree."""
    await go_to_the_question(visitor, LILA)
    sending = asyncio.create_task(visitor.click("Valider"))
    await asyncio.wait({sending}, timeout=moment)
    await server.kill()
    (outcome,) = await asyncio.gather(sending, return_exceptions=True)
    await server.start()
    async with server.control() as control:
        space = await control.space(NUMBER)
        if outcome is None:
            assert space.state == "pending"
        if space.state == "certificate":
            with pytest.raises(ControlError):
                await control.next_mail(LILA, timeout=0)
            return
        mail = await control.next_mail(LILA)
        assert mail.code is not None
        await control.wait_for_line("mail-sent")
        with pytest.raises(ControlError):
            await control.next_mail(LILA, after=mail.cursor, timeout=0)
    await visitor.open_home()
    await visitor.click("Créer mon espace / adhérer aux services en ligne")
    await visitor.click("Activez votre espace", within="expert")
    await visitor.fill("Saisissez votre adresse électronique", LILA)
    await visitor.fill("Entrez le code d'activation (12 caractères)", mail.code)
    await visitor.click("Valider")
    await visitor.turn_to_new_window()
    assert await visitor.screen() == "registration"
