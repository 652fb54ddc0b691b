"""The cost of a message at the mail catcher: its rate over that of a bare aiosmtpd.

On a kept connection, as the simulator's own sender has one, and on a fresh one for each message. The floor's
mail server answers and forgets.
"""

from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP as ON_THE_WIRE
from functools import partial
from itertools import count

import aiosmtplib

from maquette.load.bench.figures import Better, Figure
from maquette.load.bench.floor import floor
from maquette.load.bench.rounds import Side, costs, in_turn, ratio
from maquette.load.bench.server import private_folder, served

ROUNDS, SHARE_SECONDS = 10, 8.0
MESSAGES = 20
"""How many of them a round has, on each side."""

GOAL = 0.6

_SENDER, _RECIPIENT = "expediteur@courriel.example", "destinataire@courriel.example"
_LINES = 30
"""About as many as the activation mail has, its HTML with it."""


async def measure_catcher(*, rounds: int = ROUNDS, each: int = MESSAGES) -> list[Figure]:
    """`each` messages a round, from a stranger; every one has its own Message-ID, or it would be dropped."""
    figures: list[Figure] = []
    letters = _letters()
    with private_folder() as folder, private_folder() as beside:
        async with (
            served("--data=data", folder=folder) as server,
            floor([], None, server.doors, beside) as below,
        ):
            for what, send in (("kept", _send_kept), ("fresh", _send_fresh)):
                sides = [
                    Side(pid, partial(send, smtp, letters, each))
                    for pid, smtp in ((server.pid, server.doors.smtp), (below.pid, below.doors.smtp))
                ]
                ours, its = await in_turn(sides, rounds=rounds, share=SHARE_SECONDS)
                figures += [
                    costs("catcher", f"{what} connection", ours, each, unit="µs"),
                    costs("catcher", f"{what} connection, bare", its, each, unit="µs"),
                    ratio("catcher", f"{what}: rate over bare", its, ours, goal=GOAL, better=Better.MORE),
                ]
    return figures


async def _send_kept(door: str, letters: Iterator[bytes], some: int) -> None:
    async with _client(door) as smtp:
        for _ in range(some):
            await smtp.sendmail(_SENDER, [_RECIPIENT], next(letters))


async def _send_fresh(door: str, letters: Iterator[bytes], some: int) -> None:
    for _ in range(some):
        await _send_kept(door, letters, 1)


def _client(door: str) -> aiosmtplib.SMTP:
    host, _, port = door.rpartition(":")
    # A name given saves a question to the name server on each connection.
    return aiosmtplib.SMTP(
        hostname=host, port=int(port), local_hostname="localhost", use_tls=False, start_tls=False
    )


def _letters() -> Iterator[bytes]:
    for number in count():
        letter = EmailMessage(policy=ON_THE_WIRE)
        letter["From"], letter["To"], letter["Subject"] = _SENDER, _RECIPIENT, "Essai"
        letter["Message-ID"] = f"<{number}@courriel.example>"
        letter.set_content("Une ligne comme il y en a dans un courriel.\n" * _LINES)
        yield letter.as_bytes()
