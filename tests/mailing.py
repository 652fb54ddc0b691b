"""Sending mail into a realm, as a stranger's mail server does."""

import aiohttp
from aiosmtplib import send

from maquette.simulator.server.assembly import Realm, Simulator

LILA = "lila@courriel.example"
LETTER = b"From: someone@shop.example\r\nTo: lila@courriel.example\r\nSubject: Bonjour\r\n\r\nUn mot.\r\n"


def about(subject: str) -> bytes:
    """The letter with another subject."""
    return LETTER.replace(b"Bonjour", subject.encode())


async def post(simulator: Simulator, realm: Realm, letter: bytes = LETTER, *, to: str = LILA) -> None:
    """Send a letter; it has arrived when this is over, unless a delivery rule has it otherwise."""
    host, port = simulator.doors.smtp.rsplit(":", 1)
    await send(
        letter,
        sender=f"ne.pas.repondre+{realm.name}@dgfip.finances.example",
        recipients=[to],
        hostname=host,
        port=int(port),
        start_tls=False,
    )


async def open_waits(simulator: Simulator) -> float:
    """How many calls wait for a mail, as the metrics tell it."""
    async with aiohttp.ClientSession() as nobody, nobody.get(f"{simulator.doors.console}/metrics") as answer:
        told = (await answer.text()).splitlines()
    (line,) = (line for line in told if line.startswith("maquette_open_waits "))
    return float(line.split()[-1])
