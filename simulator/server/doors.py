"""Portal and gate on their sockets: what the server and its workers wire in the same way.

Knows neither who has bound the sockets nor who else serves them. Source: contract.md "Doors".
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
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.store.journal_writer import TakesLines
from maquette.simulator.store.realms import RealmRecord

SHUTDOWN_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Defects:
    """The deliberate defects that every realm of the installation has, beside those of its own."""

    installed: tuple[str, ...]

    def rules_of(self, realm: RealmRecord) -> Rules:
        """The rules in force in the realm: portal.md's, but for its defects and the installation's."""
        return rules_of(self.installed + realm.defects)

    def told_of(self, realm: RealmRecord) -> Mapping[str, str]:
        """The defects that are on in the realm, each with what it does, in French."""
        return _told(self.installed + realm.defects)


@lru_cache(maxsize=1000)
def _told(names: tuple[str, ...]) -> Mapping[str, str]:
    return {name: DEFECTS[name].title_fr for name in ordered(names)}


def get_secret(store: Store) -> bytes:
    """What the installation signs with, in all its processes; made when it is first asked for."""
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
    """Serve portal and gate on these sockets until the stack is left."""
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
        defects_of=defects.told_of,
    )

    def note_handshake(sentence: str) -> None:
        """What TLS refuses before any realm is known goes to the installation's journal (ACC-4)."""
        journal.take([JournalLine(None, None, real_now(), "handshake-failed", None, {"why": sentence})])

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
    """Serve the application behind a door on its socket until the stack is left."""
    app.middlewares.insert(0, watch_requests(door, counting))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await web.SockSite(runner, bound, ssl_context=tls).start()
