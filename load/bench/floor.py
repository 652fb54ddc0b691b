"""The floor: the same bytes over the same connections, from servers that decide nothing.

A separate process, which reads the responses of one real journey from a file. Portal and gate are bare
aiohttp applications, with the simulator's own certificates, and the mailbox is one over plain HTTP: every
request gets the next response, and the first again after the last. Where the simulator hashed a password,
sent a letter or drew a PDF, the floor does the same with the same libraries: the letter goes by real SMTP to
a bare aiosmtpd. Its event loop is the one that a simulator has on this machine. The code stays plain, so
that nothing in it is slow.
"""

import asyncio
import base64
import json
import re
import socket
import ssl
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import aiosmtplib
from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session
from argon2 import PasswordHasher
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from maquette.fixtures.own_server import OwnServer, ReadyFile
from maquette.fixtures.walk import PASSWORD
from maquette.load.bench.measured_visitor import Answer, Work
from maquette.simulator.server.event_loop import run

SCRIPT = "script.json"
LOOPBACK = "127.0.0.1"

_NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which the simulator's gate sets as well."""

_OF_EACH_ANSWER = frozenset({"date", "server", "content-length", "transfer-encoding"})
"""Headers that a server writes by itself."""

_TEXT_DRAWN = re.compile(rb"\((.*?[^\\]|)\) Tj")

_hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""As a realm's default policy has it (`password.hash_cost low`)."""


@dataclass(frozen=True, slots=True)
class RecordedLetter:
    """The letter that the simulator sent: sender, recipient, and the message as it was caught."""

    sender: str
    recipient: str
    message: bytes


def floor(
    answers: Sequence[Answer], letter: RecordedLetter | None, doors: ReadyFile, folder: Path
) -> OwnServer:
    """The floor of these answers, which came from those doors; `doors.ca` lies beside the server's keys."""
    script = {
        "answers": [
            {
                "work": each.work.value,
                "status": each.status,
                "headers": each.headers,
                "body": base64.b64encode(each.body).decode(),
            }
            for each in answers
        ],
        "letter": letter
        and {
            "sender": letter.sender,
            "recipient": letter.recipient,
            "message": base64.b64encode(letter.message).decode(),
        },
        "pki": str(doors.ca.parent),
        "ca": str(doors.ca),
        "doors": [doors.portal, doors.gate],
    }
    (folder / SCRIPT).write_text(json.dumps(script))
    return OwnServer(folder, command=("maquette.load.bench.floor",))


class Replay:
    """The answers in their order, over and over, each with the work that it stands for."""

    def __init__(
        self, answers: Sequence[Answer], letter: RecordedLetter | None, smtp: aiosmtplib.SMTP
    ) -> None:
        self._answers = answers
        self._letter = letter
        self._smtp = smtp
        self._next = 0
        self._delivered = asyncio.Event()
        self._sending: asyncio.Task[None] | None = None
        self._drawn = next((_text_of(each.body) for each in answers if each.work is Work.PDF), ())

    async def answer(self, _: web.Request) -> web.Response:
        """The next answer."""
        answer = self._answers[self._next]
        self._next = (self._next + 1) % len(self._answers)
        body = answer.body
        match answer.work:
            case Work.HASH:
                _hasher.hash(PASSWORD)
            case Work.LETTER:
                self._sending = asyncio.create_task(self._send())
            case Work.MAILBOX:
                await self._delivered.wait()
                self._delivered.clear()
            case Work.PDF:
                _draw(self._drawn)
        return web.Response(status=answer.status, headers=answer.headers, body=body)

    async def post(self, request: web.Request) -> web.Response:
        """The same to a form, which is read."""
        await request.post()
        return await self.answer(request)

    async def _send(self) -> None:
        if self._letter is not None:
            if not self._smtp.is_connected:
                await self._smtp.connect()
            await self._smtp.sendmail(self._letter.sender, [self._letter.recipient], self._letter.message)
        self._delivered.set()


class TakesAll:
    """The smallest handler of aiosmtpd."""

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, _envelope: Envelope
    ) -> str:
        """Take the message, and forget it."""
        return "250 2.0.0 OK"


def _text_of(pdf: bytes) -> tuple[str, ...]:
    """What the recap, which is not compressed, draws: a piece of text each."""
    return tuple(each.decode("latin-1") for each in _TEXT_DRAWN.findall(pdf))


def _draw(lines: Sequence[str]) -> bytes:
    """A PDF of one page with these pieces of text, by the library that draws the recap."""
    written = BytesIO()
    canvas = Canvas(written, pagesize=A4, pageCompression=0, invariant=1, lang="fr-FR")
    canvas.setTitle("Récapitulatif")
    for place, line in enumerate(lines):
        canvas.setFont("Helvetica-Bold" if place % 2 else "Helvetica", 10)
        canvas.drawString(56, A4[1] - 56 - 12 * place, line)
    canvas.showPage()
    canvas.save()
    return written.getvalue()


def _context(pki: Path, folder: Path, *, asks: bool) -> ssl.SSLContext:
    """TLS as the simulator's doors have it; `asks` is the gate's, for a certificate that may be missing."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    chain = folder / "chain.pem"
    chain.write_bytes(b"".join((pki / f"{name}.pem").read_bytes() for name in ("server", "intermediate")))
    context.load_cert_chain(chain, pki / "server.key")
    if asks:
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= _NO_CHECK_TIME
        for name in ("root", "intermediate", "stranger"):
            context.load_verify_locations(pki / f"{name}.pem")
    return context


def moved(answer: Answer, places: Mapping[str, str]) -> Answer:
    """The same answer from other doors: each address in `places` becomes the one beside it."""
    body = answer.body
    headers = [(name, value) for name, value in answer.headers if name.lower() not in _OF_EACH_ANSWER]
    for there, here in places.items():
        body = body.replace(there.encode(), here.encode())
        headers = [(name, value.replace(there, here)) for name, value in headers]
    return Answer(answer.work, answer.status, tuple(headers), body)


def _read(recorded: dict[str, Any]) -> Answer:
    """An answer of the script."""
    headers = tuple((name, value) for name, value in recorded["headers"])
    body = base64.b64decode(recorded["body"])
    return Answer(Work(recorded["work"]), int(recorded["status"]), headers, body)


def _bind() -> socket.socket:
    bound = socket.socket()
    bound.bind((LOOPBACK, 0))
    bound.listen()
    return bound


async def replay(folder: Path, ready: Path) -> None:
    """Serve what the folder's script says, until the process is killed."""
    loop = asyncio.get_running_loop()
    recording = json.loads((folder / SCRIPT).read_text())
    pki = Path(recording["pki"])
    portal, gate, mailbox, mail = (_bind() for _ in range(4))
    ports = {bound: bound.getsockname()[1] for bound in (portal, gate, mailbox, mail)}
    here = [f"https://localhost:{ports[bound]}" for bound in (portal, gate)]
    places = dict(zip(recording["doors"], here, strict=True))
    letter = recording["letter"] and RecordedLetter(
        recording["letter"]["sender"],
        recording["letter"]["recipient"],
        base64.b64decode(recording["letter"]["message"]),
    )
    await loop.create_server(lambda: SMTP(TakesAll(), hostname="localhost", loop=loop), sock=mail)
    smtp = aiosmtplib.SMTP(hostname=LOOPBACK, port=ports[mail], use_tls=False, start_tls=False)
    script = Replay([moved(_read(each), places) for each in recording["answers"]], letter, smtp)
    for bound, tls in (
        (portal, _context(pki, folder, asks=False)),
        (gate, _context(pki, folder, asks=True)),
        (mailbox, None),
    ):
        app = web.Application()
        app.router.add_get("/{path:.*}", script.answer)
        app.router.add_post("/{path:.*}", script.post)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.SockSite(runner, bound, ssl_context=tls).start()
    where = {
        "portal": here[0],
        "gate": here[1],
        "console": f"http://localhost:{ports[mailbox]}",
        "smtp": f"{LOOPBACK}:{ports[mail]}",
        "token": "none",
        "ca": recording["ca"],
    }
    half = ready.with_suffix(".half")
    half.write_text(json.dumps(where))
    half.replace(ready)
    await asyncio.Event().wait()


if __name__ == "__main__":
    run(replay(Path.cwd(), Path(sys.argv[-1])))
