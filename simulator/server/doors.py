"""Serves portal and gate on their sockets; the server and its workers use the same functions.

It does not know which process bound the sockets, nor which other processes serve them.
"""

import secrets
import socket
import ssl
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import lru_cache

from aiohttp import web

from maquette.simulator.base.addresses import host_headers
from maquette.simulator.base.request_log import Counting, watch_requests
from maquette.simulator.base.settings import Settings
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.defects.catalogue import DEFECTS, ordered, rules_of
from maquette.simulator.domain.rules import Rules
from maquette.simulator.pki.authority import Authority
from maquette.simulator.pki.tls import gate_context, server_context
from maquette.simulator.portal.app import make_portal
from maquette.simulator.portal.exchange import Door, Site
from maquette.simulator.procedure.context import Procedure
from maquette.simulator.store.database import Store, get_setting, put_setting
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.journal_writer import TakesLines
from maquette.simulator.store.realms import RealmRecord

SHUTDOWN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Defects:
    """The deliberate defects of the installation, which every realm has beside its own."""

    installed: tuple[str, ...]

    def rules_of(self, realm: RealmRecord) -> Rules:
        """The rules in force in the realm, with the defects of the realm and of the installation."""
        return rules_of(self.installed + realm.defects)

    def titles_of(self, realm: RealmRecord) -> Mapping[str, str]:
        """The titles in French of the defects that are on in the realm, by their names."""
        return _titles(self.installed + realm.defects)


@lru_cache(maxsize=1000)
def _titles(names: tuple[str, ...]) -> Mapping[str, str]:
    return {name: DEFECTS[name].title_fr for name in ordered(names)}


def get_secret(store: Store) -> bytes:
    """Return the secret with which all processes of the installation sign; the first call makes it."""
    with store.writing("") as transaction:
        secret = get_setting(transaction, "secret")
        if secret is None:
            secret = secrets.token_hex(32)
            put_setting(transaction, "secret", secret)
    return bytes.fromhex(secret)


async def serve_site(
    stack: AsyncExitStack,
    sockets: Mapping[Door, socket.socket],
    *,
    settings: Settings,
    authority: Authority,
    procedure: Procedure,
    defects: Defects,
    secret: bytes,
    journal: TakesLines,
    counting: Counting,
) -> None:
    """Serve portal and gate on these sockets until the stack is closed."""
    ports = {door: bound.getsockname()[1] for door, bound in sockets.items()}
    names = {"localhost", settings.host, settings.address, *authority.names}
    site = Site(
        procedure=procedure,
        authority=authority,
        secret=secret,
        host=settings.public_host,
        portal_port=ports[Door.PORTAL],
        gate_port=ports[Door.GATE],
        hosts=frozenset().union(*(host_headers("https", names, port) for port in ports.values())),
        class_code=settings.class_code,
        defects_of=defects.titles_of,
    )

    def note_handshake(sentence: str) -> None:
        """Write what TLS refuses, before any realm is known, into the installation's journal (ACC-4)."""
        journal.take([JournalRecord(None, None, real_now(), "handshake-failed", None, {"why": sentence})])

    contexts = {Door.PORTAL: server_context(authority), Door.GATE: gate_context(authority, note_handshake)}
    for door, bound in sockets.items():
        app = make_portal(site, door)
        await serve(stack, app, bound, contexts[door], door=door.value, counting=counting)


async def serve(
    stack: AsyncExitStack,
    app: web.Application,
    bound: socket.socket,
    tls: ssl.SSLContext | None,
    *,
    door: str,
    counting: Counting,
) -> None:
    """Serve the application of a door on its socket until the stack is closed."""
    app.middlewares.insert(0, watch_requests(door, counting))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, bound, ssl_context=tls).start()
