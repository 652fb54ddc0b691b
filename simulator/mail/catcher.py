"""The mail catcher: an SMTP server that accepts mail from any client and passes it on unparsed.

It limits sizes, line lengths, recipients, connections, idle time and mistakes. Lines must end with CRLF;
otherwise one mail could smuggle in a second one. `deliver` stores the mail before the client receives its
reply. The catcher never sends mail. It reads no header but the Message-ID. Source: rules MAIL-5, MAIL-6; RFC
5321, RFC 6531.
"""

import asyncio
import collections
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, AnyStr, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session, syntax

from maquette.simulator.domain.realm import is_realm_name
from maquette.simulator.mail.letter_reader import message_id_of
from maquette.simulator.mail.letters import realm_of_return_path

_log = logging.getLogger(__name__)

_LINE_LENGTH = 998
"""The most octets of a line, without its CRLF (RFC 5322 §2.1.1)."""

_NULL_SENDER = "<>"


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of the catcher.

    Octets and recipients of a message, open connections, seconds without a known command (a whole message
    counts as one), and refused commands in a row since the last accepted message.
    """

    message_size: int = 10 * 1024 * 1024
    recipients: int = 100
    connections: int = 100
    idle: float = 300
    mistakes: int = 20


@dataclass(frozen=True, slots=True)
class CaughtMail:
    """A message as it arrived; `sender` is empty for a bounce.

    `realm` is the realm that one of our return paths names, as the sender or as the recipient of a bounce;
    else the user of SMTP AUTH; else None. `message_id` is None when none can be read.
    """

    realm: str | None
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    message_id: str | None
    from_portal: bool


class MailDeferredError(Exception):
    """The mail is not accepted now; the reply asks the client to send it again later."""


Deliver = Callable[[CaughtMail], None]


class Catcher:
    """The SMTP door, on the running event loop.

    `deliver` is called in the loop before the client gets its 250. When it raises MailDeferredError, the
    client gets a 450; for any other exception a 451. The client then tries again later.
    """

    def __init__(self, deliver: Deliver, *, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._intake = _Intake(deliver, self._limits)
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Open the door and return its address; port 0 takes a free port. Raises OSError for a taken one."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._connection, host, port)
        address, bound_port = self._server.sockets[0].getsockname()[:2]
        return address, bound_port

    async def stop(self) -> None:
        """Close the door and every connection; each mail that got a 250 has been delivered."""
        if self._server is None:
            return
        server, self._server = self._server, None
        server.close()
        connections = tuple(self._connections)
        for connection in connections:
            connection.dismiss("421 4.3.2 The simulator is stopping")
        await asyncio.gather(*(connection.ended for connection in connections))
        await server.wait_closed()

    def _connection(self) -> "_Connection":
        return _Connection(self._intake, self._limits, self._admit, self._connections.discard)

    def _admit(self, connection: "_Connection") -> bool:
        if self._server is None or len(self._connections) >= self._limits.connections:
            return False
        self._connections.add(connection)
        return True


class _Intake:
    """Checks senders, recipients and messages; aiosmtpd calls its methods by their names."""

    def __init__(self, deliver: Deliver, limits: Limits) -> None:
        self._deliver = deliver
        self._limits = limits

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not address.isprintable():
            return "553 5.1.7 Malformed address"
        envelope.mail_from = address
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if not address.isprintable() or address == _NULL_SENDER:
            return "553 5.1.3 Malformed address"
        if len(envelope.rcpt_tos) >= self._limits.recipients:
            return f"452 4.5.3 {self._limits.recipients} recipients at most: send the rest on its own"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        mail = _caught(session, envelope)
        try:
            self._deliver(mail)
        except MailDeferredError:
            return "450 4.2.1 The mailbox takes no mail now: try again later"
        except Exception:  # noqa: BLE001 - after any error the client keeps the message and tries again
            _log.exception("a mail could not be stored")
            return "451 4.3.0 The message could not be kept: try again later"
        return "250 2.0.0 OK"

    async def handle_exception(self, error: Exception) -> str:
        if isinstance(error, _BareLineFeedError):
            return "500 5.5.2 A command ends with CRLF, not with a line feed alone"
        # For example an error of aiosmtpd's own parser, which fails on some malformed addresses.
        _log.info("not understood: %r", error)
        return "500 5.5.2 Not understood"


def _caught(session: Session, envelope: Envelope) -> CaughtMail:
    sender = "" if envelope.mail_from == _NULL_SENDER else envelope.mail_from or ""
    raw = envelope.original_content or b""
    named = [sender] if sender else envelope.rcpt_tos
    realms = [realm for address in named if (realm := realm_of_return_path(address)) is not None]
    if isinstance(session.auth_data, LoginPassword):
        realms.append(session.auth_data.login.decode())
    return CaughtMail(
        realm=realms[0] if realms else None,
        sender=sender,
        recipients=tuple(envelope.rcpt_tos),
        raw=raw,
        message_id=message_id_of(raw),
        from_portal=realm_of_return_path(sender) is not None,
    )


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, login: LoginPassword
) -> AuthResult:
    """Accept any password; the user is the name of a realm."""
    if is_realm_name(login.login.decode(errors="replace")):
        return AuthResult(success=True, auth_data=login)
    return AuthResult(success=False, handled=False, message="535 5.7.8 The user has to be a realm's name")


class _BareLineFeedError(Exception):
    """A command line ended with a line feed that no carriage return preceded."""


class _StrictReader:
    """The reader of a connection; it raises an error for a line that ends without CRLF (RFC 5321 §2.3.8)."""

    def __init__(self, reader: asyncio.StreamReader) -> None:
        self._reader = reader
        self._before = b""

    async def readuntil(self, separator: bytes = b"\n") -> bytes:
        line = await self._reader.readuntil(separator)
        before, self._before = self._before, b""
        if not (before + line).endswith(b"\r\n"):
            raise _BareLineFeedError
        return line

    async def readline(self) -> bytes:
        return await self.readuntil()

    async def read(self, size: int) -> bytes:
        """Return a part of a line that is too long."""
        piece = await self._reader.read(size)
        self._before = piece[-1:]
        return piece


class _Connection(SMTP):
    """The connection of one client: aiosmtpd's, with the limits that it lacks.

    aiosmtpd 1.4.6 keeps an endless line in memory, accepts bare line feeds inside a message and at the end of
    a command, shares its table of command lengths among connections, and waits for ever for a client that
    does not read.
    """

    def __init__(
        self,
        intake: _Intake,
        limits: Limits,
        admit: Callable[["_Connection"], bool],
        forget: Callable[["_Connection"], None],
    ) -> None:
        self.command_size_limits = collections.defaultdict(lambda: self.command_size_limit)
        super().__init__(
            intake,
            data_size_limit=limits.message_size,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="Maquette",
            timeout=limits.idle,
            auth_require_tls=False,
            authenticator=_authenticate,
            loop=asyncio.get_running_loop(),
        )
        self._limits = limits
        self._admit = admit
        self._forget = forget
        self._mistakes = 0
        self.ended: asyncio.Future[None] = self.loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._admit(self):
            super().connection_made(transport)
            if self._handler_coroutine is not None:
                self._handler_coroutine.add_done_callback(self._end)
            return
        refused = cast(asyncio.Transport, transport)
        refused.set_protocol(asyncio.Protocol())
        refused.write(b"421 4.3.2 Too many connections: try again later\r\n")
        refused.close()

    def dismiss(self, farewell: str) -> None:
        """Send the reason and close the connection; at once when the client does not read."""
        transport = cast(asyncio.Transport, self.transport)
        transport.write(farewell.encode("ascii") + b"\r\n")
        if transport.get_write_buffer_size():
            transport.abort()
        else:
            transport.close()

    async def push(self, status: AnyStr) -> None:
        await super().push(status)
        if status[:1] not in ("5", b"5"):
            return
        self._mistakes += 1
        if self._mistakes >= self._limits.mistakes and self.transport is not None:
            self.dismiss("421 4.7.0 Too many mistakes")

    @syntax("VRFY <address>")
    async def smtp_VRFY(self, _arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        await self.push("252 2.5.0 Cannot verify, but will take the message")

    @syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - aiosmtpd's name
        if await self.check_helo_needed():
            return
        if self.envelope is None or not self.envelope.rcpt_tos:
            await self.push("503 5.5.1 Error: need RCPT command")
            return
        if arg:
            await self.push("501 5.5.4 Syntax: DATA")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        received = await self._receive()
        if isinstance(received, bytes):
            self.envelope.original_content = received
            status = await self._call_handler_hook("DATA")
        else:
            status = received
        self.envelope = Envelope()
        if status.startswith("250"):
            self._mistakes = 0
        await self.push(status)

    async def _receive(self) -> bytes | str:
        """Read the message to its end, and return it, or the reply that refuses it."""
        message = bytearray()
        size = 0
        bare = too_long = False
        new_line = True
        while True:
            try:
                piece = await self._reader.readuntil(b"\r\n")
                ended = True
            except asyncio.LimitOverrunError as overrun:
                piece = await self._reader.read(overrun.consumed)
                ended = False
            if new_line and piece == b".\r\n":
                break
            piece = piece.removeprefix(b".") if new_line else piece
            content = piece[:-2] if ended else piece
            size += len(piece)
            bare = bare or b"\r" in content or b"\n" in content
            too_long = too_long or len(content) > _LINE_LENGTH
            if bare or too_long or size > self._limits.message_size:
                message.clear()
            else:
                message += piece
            new_line = ended
        if bare:
            return "554 5.6.0 Carriage return or line feed on its own: lines end with CRLF"
        if too_long:
            return f"500 5.5.2 Line too long: {_LINE_LENGTH} octets at most, then CRLF"
        if size > self._limits.message_size:
            return f"552 5.3.4 Message too large: {self._limits.message_size} octets at most"
        return bytes(message)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        self._forget(self)

    def _cb_client_connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        super()._cb_client_connected(cast(asyncio.StreamReader, _StrictReader(reader)), writer)

    def _timeout_cb(self) -> None:
        self.dismiss("421 4.4.2 Nothing heard for too long")

    def _end(self, handling: asyncio.Task[Any]) -> None:
        if not handling.cancelled() and (error := handling.exception()) is not None:
            _log.info("a connection ended with an error: %r", error)
        self.ended.set_result(None)
