"""Sends mail into a realm by SMTP, as a mail server outside does."""

import aiohttp
from aiosmtplib import send

from maquette.simulator.server.assembly import Realm, Simulator

LILA = "lila@courriel.example"
LETTER = b"From: someone@shop.example\r\nTo: lila@courriel.example\r\nSubject: Bonjour\r\n\r\nUn mot.\r\n"


def about(subject: str) -> bytes:
    """Return the letter with another subject."""
    return LETTER.replace(b"Bonjour", subject.encode())


async def post(simulator: Simulator, realm: Realm, letter: bytes = LETTER, *, to: str = LILA) -> None:
    """Send a letter. The letter has arrived on return, unless a delivery rule holds it back."""
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
    """The number of calls that wait for a mail, from the metrics."""
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{simulator.doors.console}/metrics") as answer,
    ):
        lines = (await answer.text()).splitlines()
    (line,) = (line for line in lines if line.startswith("maquette_open_waits "))
    return float(line.split()[-1])
