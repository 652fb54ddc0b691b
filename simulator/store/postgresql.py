"""PostgreSQL: one database for several servers, on one machine or on several.

As with SQLite, each process has one connection, used on its event loop. A writing transaction first locks its
realm: what it read is then still true when it writes, and ids rise in the order of commits within a realm.
Locks and notifications are PostgreSQL's own, and end with the process that holds them. Source:
docs/decisions/0018.
"""

import os
import re
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.types.string import TextLoader

from maquette.simulator.store.errors import StatementError, StoreUnavailableError

CHANNEL = "maquette"
"""The channel on which a process notifies the others of its commits."""

LOCK_SECONDS = 5
"""Seconds for which a writer waits for the other writers of its realm, as with SQLite."""

IDLE_SECONDS = 10
"""Seconds after which PostgreSQL ends a transaction without statements, because its process hangs."""

SILENT_SECONDS = 10
"""Seconds after which both sides give up a connection whose other machine is silent."""

_CONNECT = {
    "connect_timeout": "3",
    "tcp_user_timeout": f"{SILENT_SECONDS * 1000}",
    "keepalives_idle": f"{SILENT_SECONDS // 2}",
    "keepalives_interval": "1",
    "keepalives_count": f"{SILENT_SECONDS // 2}",
}

_PREPARE = f"""
    SET lock_timeout = '{LOCK_SECONDS}s';
    SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s';
    SET tcp_user_timeout = '{SILENT_SECONDS}s';
    SET tcp_keepalives_idle = '{SILENT_SECONDS // 2}s';
    SET tcp_keepalives_interval = '1s';
    SET tcp_keepalives_count = {SILENT_SECONDS // 2}
""".encode()

_LOCK_REALM = "SELECT pg_advisory_xact_lock(hashtextextended('realm:' || :realm, 0))"
_NOTIFY = "SELECT pg_notify(:channel, :process) WHERE pg_current_xact_id_if_assigned() IS NOT NULL"
_TRY_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('lock:' || :name, 0))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('lock:' || :name, 0))"

Connection = psycopg.Connection[tuple[Any, ...]]


class Postgresql:
    """The PostgreSQL database at that URL."""

    connection: Connection
    column_types: Mapping[str, str] = {"number": "BIGSERIAL PRIMARY KEY", "bytes": "BYTEA"}

    def __init__(self, url: str) -> None:
        self._url = url
        self._process = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._listener: Connection | None = None

    def __str__(self) -> str:
        return re.sub(r"(//[^:/@]*):[^@/]*@", r"\1:***@", self._url)

    def connect(self) -> None:
        """Connect, or connect anew."""
        self.connection = self._connect()

    def _connect(self) -> Connection:
        try:
            connection = psycopg.connect(make_conninfo(**_parameters(self._url)), autocommit=True)
            connection.adapters.register_loader("json", TextLoader)
            connection.execute(_PREPARE)
        except psycopg.Error as error:
            raise StoreUnavailableError(_why(error)) from None
        return connection

    def begin(self, realm: str, *, writes: bool) -> None:
        """Begin a transaction; one that writes waits here for the other writers of its realm, for a while.

        A connection that broke since its last use is replaced.
        """
        if self.connection.info.transaction_status is TransactionStatus.INTRANS:
            raise StatementError("a transaction is open already", "BEGIN")
        for reconnect in (self.connect, None):
            try:
                if writes:
                    self.change("BEGIN", {})
                    self.rows(_LOCK_REALM, {"realm": realm})
                else:
                    self.change("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", {})
            except StoreUnavailableError:
                if reconnect is None or not self.connection.closed:
                    self.rollback()
                    raise
                reconnect()
            except StatementError:
                self.rollback()
                raise
            else:
                return

    def commit(self, *, writes: bool) -> None:
        """Commit the transaction; if it wrote anything, notify the other processes."""
        if writes:
            self.rows(_NOTIFY, {"channel": CHANNEL, "process": self._process})
        self.change("COMMIT", {})

    def rollback(self) -> None:
        """Undo the transaction; a broken connection has undone it already."""
        with suppress(psycopg.Error):
            self.connection.execute(b"ROLLBACK")

    def rows(self, sql: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """The rows that the statement returns."""
        try:
            return self.connection.execute(_in_psycopg(sql), values).fetchall()
        except psycopg.Error as error:
            raise self._failure(error, sql) from None

    def change(self, sql: str, values: Mapping[str, object]) -> int:
        """Execute a statement; return how many rows it changed."""
        try:
            return self.connection.execute(_in_psycopg(sql), values).rowcount
        except psycopg.Error as error:
            raise self._failure(error, sql) from None

    def add_rows(self, sql: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Execute the statement once with each of these sets of values."""
        try:
            with self.connection.cursor() as cursor:
                cursor.executemany(_in_psycopg(sql), rows)
        except psycopg.Error as error:
            raise self._failure(error, sql) from None

    def tables(self) -> set[str]:
        """The names of the tables."""
        sql = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        return {name for (name,) in self.rows(sql, {})}

    def copy(self, suffix: str) -> Path | None:  # noqa: ARG002 - see the docstring
        """Return None: the owner of the database makes backups, for example with pg_dump."""
        return None

    def changed_by_others(self) -> bool:
        """Whether another process has committed since the last call, or may have."""
        try:
            if self._listener is None:
                self._listener = self._connect()
                self._listener.execute(f"LISTEN {CHANNEL}".encode())
                return True
            notifications = list(self._listener.notifies(timeout=0))
        except psycopg.OperationalError as error:
            self._close_listener()
            raise StoreUnavailableError(_why(error)) from None
        return any(each.payload != self._process for each in notifications)

    def try_lock(self, name: str) -> bool:
        """Take the lock of that name, unless another process holds it."""
        if self.connection.closed:
            self.connect()
        ((taken,),) = self.rows(_TRY_LOCK, {"name": name})
        return bool(taken)

    def unlock(self, name: str) -> None:
        """Release the lock; a connection that broke has released it already."""
        with suppress(StatementError, StoreUnavailableError):
            self.rows(_UNLOCK, {"name": name})

    def close(self) -> None:
        """Close the connections that there are."""
        self._close_listener()
        if hasattr(self, "connection"):
            self.connection.close()

    def _close_listener(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _failure(self, error: psycopg.Error, sql: str) -> StatementError | StoreUnavailableError:
        """Sort an error: the server is unreachable, short of resources or ended the session; or a fault."""
        if isinstance(error, psycopg.OperationalError) or self.connection.closed:
            return StoreUnavailableError(_why(error))
        return StatementError(_why(error), sql)


def _parameters(url: str) -> dict[str, Any]:
    """Return the connection parameters of the URL, with defaults for its timeouts."""
    parts = urlsplit(url)
    said = {
        "host": parts.hostname,
        "port": parts.port,
        "user": parts.username and unquote(parts.username),
        "password": parts.password and unquote(parts.password),
        "dbname": unquote(parts.path.removeprefix("/")),
        **dict(parse_qsl(parts.query)),
    }
    return _CONNECT | {name: value for name, value in said.items() if value}


def _why(error: psycopg.Error) -> str:
    """Return the error in one line, without PostgreSQL's details, which hold values."""
    return " ".join((error.diag.message_primary or str(error)).split())


@lru_cache(maxsize=1000)
def _in_psycopg(sql: str) -> bytes:
    """Return the statement with psycopg's placeholders: `%(name)s` for `:name`."""
    return re.sub(r"(?<![:\w]):([a-z]\w*)", r"%(\1)s", sql.replace("%", "%%")).encode()
