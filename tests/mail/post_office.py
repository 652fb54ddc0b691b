"""A mail catcher on a free port, and raw SMTP connections to it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from maquette.simulator.mail.catcher import Catcher, CaughtMail, Limits


@dataclass
class Wire:
    """A raw SMTP connection: sends the octets unchanged."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def reply(self) -> str:
        lines = []
        while True:
            line = (await self.reader.readline()).decode()
            lines.append(line)
            if line[3:4] != "-":
                return "".join(lines).rstrip("\r\n")

    async def say(self, octets: bytes) -> str:
        self.writer.write(octets)
        await self.writer.drain()
        return await self.reply()

    async def send_head(self, to: str = "b@essai.example") -> None:
        """Send all commands that precede a message."""
        assert (await self.say(b"EHLO essai.example\r\n")).startswith("250")
        assert (await self.say(b"MAIL FROM:<a@essai.example>\r\n")).startswith("250")
        assert (await self.say(f"RCPT TO:<{to}>\r\n".encode())).startswith("250")
        assert (await self.say(b"DATA\r\n")).startswith("354")

    async def send(self, body: bytes, to: str = "b@essai.example") -> str:
        """Send a message of exactly these octets, with its end; return the reply."""
        await self.send_head(to)
        return await self.say(body)

    async def closed(self) -> bool:
        return await self.reader.read() == b""


@dataclass
class Office:
    """A running catcher, its address, and the mails that it has caught."""

    catcher: Catcher
    host: str
    port: int
    caught: list[CaughtMail] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)

    async def connect(self) -> Wire:
        wire = Wire(*await asyncio.open_connection(self.host, self.port))
        self.wires.append(wire)
        return wire

    async def wire(self) -> Wire:
        wire = await self.connect()
        assert (await wire.reply()).startswith("220 localhost")
        return wire


@asynccontextmanager
async def open_office(
    limits: Limits | None = None, deliver: Callable[[CaughtMail], None] | None = None
) -> AsyncIterator[Office]:
    caught: list[CaughtMail] = []
    catcher = Catcher(deliver or caught.append, limits=limits)
    host, port = await catcher.start("127.0.0.1", 0)
    office = Office(catcher, host, port, caught)
    try:
        yield office
    finally:
        for wire in office.wires:
            wire.writer.close()
        await catcher.stop()
