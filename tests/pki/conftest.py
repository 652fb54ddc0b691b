"""A fresh authority, both doors, and clients of them: the handshakes are real."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPSConnection
from itertools import count
from pathlib import Path

import pytest
from handshakes import Door, serve

from maquette.simulator.pki.authority import Authority, make_authority
from maquette.simulator.pki.tls import gate_context, server_context


@pytest.fixture
def real_now() -> datetime:
    """The present: clients judge server certificates on the clock of the machine."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def authority(real_now: datetime) -> Authority:
    return make_authority([], real_now)


@pytest.fixture
async def gate(authority: Authority) -> AsyncIterator[Door]:
    door = Door()
    async with serve(gate_context(authority, door.failures.put_nowait), authority, door, "127.0.0.1") as gate:
        yield gate


@pytest.fixture
async def portal(authority: Authority) -> AsyncIterator[Door]:
    async with serve(server_context(authority), authority, Door(), "127.0.0.1") as portal:
        yield portal


@pytest.fixture
def client_context(authority: Authority, tmp_path: Path) -> Callable[..., ssl.SSLContext]:
    """Builds client TLS contexts: they trust the root alone, strictly, and may present a certificate."""
    numbers = count()

    def make(
        presented: bytes | None = None, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3
    ) -> ssl.SSLContext:
        context = ssl.create_default_context(cadata=authority.root_pem.decode())
        context.verify_flags |= ssl.VERIFY_X509_STRICT
        context.minimum_version = context.maximum_version = version
        if presented is not None:
            file = tmp_path / f"presented-{next(numbers)}.pem"
            file.write_bytes(presented)
            context.load_cert_chain(file)
        return context

    return make


@pytest.fixture
def visit() -> Callable[..., Awaitable[str]]:
    """Opens the page of a door in one connection, with a client that sends TLS alerts; returns the text."""

    def get(door: Door, context: ssl.SSLContext, host: str) -> str:
        with closing(HTTPSConnection(host, door.port, context=context, timeout=10)) as connection:
            connection.request("GET", "/")
            return connection.getresponse().read().decode()

    async def visit(door: Door, context: ssl.SSLContext, host: str = "localhost") -> str:
        return await asyncio.to_thread(get, door, context, host)

    return visit
