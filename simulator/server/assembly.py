"""The assembly: makes a running simulator from its settings. Read it from top to bottom.

It calls constructors and nothing else. There is no global state, and `start` opens the sockets.
"""

import errno
import secrets
import socket
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout
from pydantic import ValidationError

from maquette.simulator.base.addresses import host_headers, in_url, origin
from maquette.simulator.base.api_types import describe_errors
from maquette.simulator.base.private_files import write_private
from maquette.simulator.base.settings import CONSOLE_FILE, TOKEN_FILE, Settings
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.app import make_console
from maquette.simulator.console.door.access import ConsoleAccess
from maquette.simulator.console.door.call import ConsoleParts
from maquette.simulator.console.operations import realms
from maquette.simulator.console.operations.context import OperationContext
from maquette.simulator.defects.catalogue import ordered
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.realm import DEFAULT_REALM, realm_prefix
from maquette.simulator.domain.rules import RULES
from maquette.simulator.mail.catcher import Catcher
from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.mail.sender import Sender
from maquette.simulator.pki.authority import Authority, make_authority
from maquette.simulator.pki.folder import load_authority
from maquette.simulator.portal.exchange import Door
from maquette.simulator.procedure.context import Procedure
from maquette.simulator.realm.certificates import check_authority
from maquette.simulator.realm.clock import Timekeeper
from maquette.simulator.realm.lifecycle import RealmExistsError, make_realm
from maquette.simulator.realm.named_points import NamedPoint, RealmBuilder
from maquette.simulator.realm.snapshots.document import SnapshotDocument
from maquette.simulator.server.doors import Defects, get_secret, serve, serve_site
from maquette.simulator.server.metrics import Metrics
from maquette.simulator.server.other_servers import OtherServers
from maquette.simulator.server.workers import WorkerError, Workers
from maquette.simulator.store.database import Store
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.realms import count_realms

LOOPBACK = "127.0.0.1"
SHORTEST_TOKEN = 16


class StartError(Exception):
    """The simulator cannot start; the message says why, and which option to change."""


@dataclass(frozen=True, slots=True)
class Doors:
    """The addresses of the open doors; `ca` is the file of the root certificate.

    The ready file has the same fields.
    """

    portal: str
    gate: str
    console: str
    smtp: str
    token: str
    ca: Path


@dataclass(frozen=True, slots=True)
class Realm:
    """A realm of a running simulator: its name, and the addresses of its site and of its control API."""

    name: str
    portal: str
    gate: str
    api: str


class Simulator:
    """The simulator with all its doors: an asynchronous context manager.

    Without settings it keeps its data in memory, takes free ports, and holds its keys in a private temporary
    folder that is removed at exit. Raises ValueError for an unknown defect; StartError, StoreError or
    AuthorityError when it cannot start.
    """

    doors: Doors
    authority: Authority
    store: Store
    journal: JournalWriter

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings(
            ephemeral=True, portal_port=0, gate_port=0, console_port=0, smtp_port=0
        )
        self._defects = Defects(ordered(self.settings.defect))
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self._open.aclose()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def start(self) -> None:
        """Open all parts, each after the parts that it needs; they are closed in the reverse order."""
        settings, stack = self.settings, self._open
        folder = self._folder()
        self.authority = self._make_authority(folder)
        self.store = Store(settings.database_place)
        stack.callback(self.store.close)
        check_authority(self.store, self.authority, claim=True)
        self.journal = JournalWriter(self.store)
        stack.callback(self.journal.stop)
        token = settings.token or self._token(folder)
        secret = get_secret(self.store)
        self._make_default_realm()

        delivery = Delivery(self.store, self.journal)
        metrics = Metrics(realms=self._count_realms, open_waits=lambda: delivery.open_waits)
        self.journal.watch(metrics.count_lines)
        catcher = Catcher(delivery.deliver)
        smtp_host, smtp_port = await self._open_smtp(catcher)
        stack.push_async_callback(delivery.stop)
        stack.push_async_callback(catcher.stop)
        rules_of = self._defects.rules_of
        sender = Sender(self.store, self.journal, rules_of, smtp_host, smtp_port)
        stack.push_async_callback(sender.stop)
        self.journal.watch(sender.wake_for_lines)
        procedure = Procedure(self.store, self.journal, rules_of)
        timekeeper = Timekeeper(self.store, self.journal, rules_of, sender, delivery)
        await timekeeper.abandon_moves()
        realm_builder = RealmBuilder(
            store=self.store,
            authority=self.authority,
            journal=self.journal,
            rules=RULES,
            procedure=procedure,
            sender=sender,
            timekeeper=timekeeper,
        )
        works: list[Callable[[], bool]] = [sender.alive, delivery.alive]

        sockets = {
            Door.PORTAL: self._bind("portal", settings.address, settings.portal_port),
            Door.GATE: self._bind("gate", settings.address, settings.gate_port),
        }
        console_socket = self._bind("console", LOOPBACK, settings.console_port)
        ports = {door: bound.getsockname()[1] for door, bound in sockets.items()}
        console_port = console_socket.getsockname()[1]
        self.doors = Doors(
            portal=origin("https", settings.public_host, ports[Door.PORTAL]),
            gate=origin("https", settings.public_host, ports[Door.GATE]),
            console=origin("http", "localhost", console_port),
            smtp=f"{in_url(smtp_host)}:{smtp_port}",
            token=token,
            ca=folder / "pki" / "root.pem",
        )
        self._parts = ConsoleParts(
            store=self.store,
            journal=self.journal,
            authority=self.authority,
            delivery=delivery,
            access=ConsoleAccess(token=token, origin=self.doors.console),
            hosts=host_headers("http", ("localhost", LOOPBACK), console_port),
            doors={"portal": self.doors.portal, "gate": self.doors.gate, "smtp": self.doors.smtp},
            alive=lambda: all(alive() for alive in works),
            metrics=metrics.in_text_format,
            rules=RULES,
            timekeeper=timekeeper,
            realm_builder=realm_builder,
            installed_defects=self._defects.installed,
        )
        if settings.workers == 1:
            await serve_site(
                stack,
                sockets,
                settings=settings,
                authority=self.authority,
                procedure=procedure,
                defects=self._defects,
                secret=secret,
                journal=self.journal,
                counting=metrics,
            )
        else:
            workers = Workers(
                settings,
                sockets,
                counting=metrics,
                lines_waiting=self.journal.gather,
                ended=partial(self._note_worker, sender),
            )
            self.journal.gather_from(workers.receive)
            stack.push_async_callback(workers.stop)
            try:
                await workers.start()
            except WorkerError as error:
                raise StartError(str(error)) from None
            works.append(workers.alive)
        await serve(stack, make_console(self._parts), console_socket, None, door="console", counting=metrics)
        if settings.database is not None:
            other_servers = OtherServers(self.store, self.journal, sender, delivery)
            other_servers.start()
            stack.push_async_callback(other_servers.stop)
            works.append(other_servers.alive)
        delivery.start()
        sender.start()
        if not settings.ephemeral:
            self._write_console_address(folder / CONSOLE_FILE)

    async def realm(
        self,
        name: str | None = None,
        *,
        clock: str | None = None,
        policy: Mapping[str, object] | None = None,
        at: str | None = None,
        personas: Sequence[str] | None = None,
        from_snapshot: int | Mapping[str, object] | None = None,
        defects: Sequence[str] | None = None,
    ) -> Realm:
        """Make a realm with its personas, and return it; without a name it gets a new one.

        `clock` is an ISO 8601 instant with its offset. `at` is a named point, and `personas` are the people
        to bring there (default: the fiche's own person). `from_snapshot` is the id of a snapshot, or its
        document. `defects` are the names of deliberate defects; None keeps those of the snapshot. Raises
        ValueError, RealmExistsError, NamedPointError, and LookupError for an unknown snapshot.
        """
        made = await realms.make_realm(
            OperationContext(self._parts, None),
            name,
            clock=parse_instant(clock) if clock else None,
            policy=policy,
            at=NamedPoint(at) if at is not None else None,
            personas=personas,
            from_snapshot=_document(from_snapshot) if isinstance(from_snapshot, Mapping) else from_snapshot,
            defects=defects,
        )
        prefix = realm_prefix(made.name)
        return Realm(
            made.name,
            self.doors.portal + prefix,
            self.doors.gate + prefix,
            f"{self.doors.console}/api/realms/{made.name}",
        )

    def _folder(self) -> Path:
        """Return the data folder: made if missing, private to this user, locked while this process lives."""
        if self.settings.ephemeral:
            return Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="maquette-")))
        folder = self.settings.data
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if any(folder.iterdir()) and not (folder / "lock").exists():
                raise StartError(
                    f"the folder {folder} holds files that are not a simulator's: choose another --data"
                )
            folder.chmod(0o700)
            lock = FileLock(folder / "lock", timeout=0)
            self._open.enter_context(lock)
        except Timeout:
            raise StartError(
                f"the data folder {folder} is in use by another simulator: stop it, or choose another --data"
            ) from None
        except OSError as error:
            raise StartError(
                f"the data folder {folder} cannot be used ({error.strerror}): choose another --data"
            ) from None
        return folder

    def _make_authority(self, folder: Path) -> Authority:
        if not self.settings.ephemeral:
            return load_authority(folder / "pki", self.settings.name, real_now())
        authority = make_authority(self.settings.name, real_now())
        (folder / "pki").mkdir(mode=0o700)
        (folder / "pki" / "root.pem").write_bytes(authority.root_pem)
        return authority

    def _token(self, folder: Path) -> str:
        """Return the token of an earlier start, or a new one; its file is private to this user."""
        file = folder / TOKEN_FILE
        if file.exists():
            kept = file.read_text(encoding="ascii", errors="replace").strip()
            if len(kept) < SHORTEST_TOKEN:
                raise StartError(f"the token in {file} is too short: delete the file to get a new token")
            return kept
        token = secrets.token_urlsafe(24)
        write_private(file, f"{token}\n".encode())
        return token

    def _write_console_address(self, file: Path) -> None:
        """Write the console's address for `maquette link`; the file exists as long as the server runs."""
        file.write_text(self.doors.console + "\n", encoding="ascii")
        self._open.callback(file.unlink, missing_ok=True)

    def _make_default_realm(self) -> None:
        try:
            make_realm(self.store, RULES, DEFAULT_REALM, clock=self.settings.clock)
        except RealmExistsError:
            if self.settings.clock is not None:
                where = "the database" if self.settings.database else self.settings.data
                raise StartError(
                    f"{where} has been started before and keeps its own clock: --clock is for "
                    "its first start, or for --ephemeral"
                ) from None

    def _bind(self, door: str, address: str, port: int) -> socket.socket:
        """Bind a socket to the door's port; no other process may share it."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        bound = socket.socket(family)
        self._open.callback(bound.close)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((address, port))
            bound.listen()
        except OSError as error:
            raise _port_error(door, port, error) from None
        return bound

    async def _open_smtp(self, catcher: Catcher) -> tuple[str, int]:
        try:
            return await catcher.start(LOOPBACK, self.settings.smtp_port)
        except OSError as error:
            raise _port_error("smtp", self.settings.smtp_port, error) from None

    def _count_realms(self) -> int:
        with self.store.reading("") as transaction:
            return count_realms(transaction)

    def _note_worker(self, sender: Sender, exit_code: int) -> None:
        """Write the worker's end into the journal. Wake the sender: the worker may have queued a letter."""
        sender.wake()
        data: dict[str, object] = {"exit_code": exit_code}
        self.journal.take([JournalRecord(None, None, real_now(), "worker-ended", None, data)])


def _port_error(door: str, port: int, error: OSError) -> StartError:
    if error.errno == errno.EADDRNOTAVAIL:
        return StartError("--host is not an address of this machine")
    return StartError(
        f"port {port} cannot be opened ({error.strerror or error}): choose another --{door}-port, or 0"
    )


def _document(given: Mapping[str, object]) -> SnapshotDocument:
    try:
        return SnapshotDocument.model_validate(given)
    except ValidationError as error:
        raise ValueError(describe_errors(error)) from None
