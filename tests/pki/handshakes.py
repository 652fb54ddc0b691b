"""A door on loopback that keeps the facts of each certificate presented to it."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from maquette.simulator.domain.certificate import CertificateCase, CertificateFacts
from maquette.simulator.pki.authority import Authority, KeyPair
from maquette.simulator.pki.certificate_cases import issue_for_case, validity
from maquette.simulator.pki.tls import read_certificate


@dataclass
class Door:
    """A door: its port, the certificates that its handler saw, and the failed handshakes."""

    port: int = 0
    seen: list[CertificateFacts | None] = field(default_factory=list)
    failures: asyncio.Queue[str] = field(default_factory=asyncio.Queue)


@asynccontextmanager
async def serve(context: ssl.SSLContext, authority: Authority, door: Door, host: str) -> AsyncIterator[Door]:
    async def answer(request: web.Request) -> web.Response:
        assert request.transport is not None
        der = request.transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        door.seen.append(read_certificate(der, authority) if der else None)
        return web.Response(text="reached")

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, host, 0, ssl_context=context)
    await site.start()
    door.port = runner.addresses[0][1]
    try:
        yield door
    finally:
        await runner.cleanup()


def certificate_of_case(
    case: CertificateCase, authority: Authority, start: datetime, ends: datetime | None = None
) -> KeyPair:
    """Lila's certificate as one of that case, in a realm that starts at that instant."""
    return issue_for_case(case, authority, "Lila ROSEMONDE", *validity(case, start, ends))
