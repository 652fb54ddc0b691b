"""PostgreSQL: one database for several servers, on one machine or on many.

Each process has one connection, as with the embedded database, and calls are made from its event loop. What
writes takes a lock on its realm first: what it read is then still true when it writes, and ids rise in the
order of commits, realm by realm. Locks and notifications are PostgreSQL's own: they go with a process that
dies. Source: docs/decisions/0018.
"""

import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

if TYPE_CHECKING:
    import psycopg

CHANNEL = "maquette"
"""Where processes tell one another that they have committed something."""

LOCK_SECONDS = 5
"""Seconds for which a writer waits for the others of its realm, as SQLite's do."""

IDLE_SECONDS = 10
"""Seconds after which a transaction in which nothing is done loses its locks: its process hangs."""

SILENT_SECONDS = 10
"""Seconds after which a machine that is gone without a word is given up, here and at the server's end."""

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
"""

_LOCK_REALM = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('realm:' || :realm, 0))")
_ONLY_READ = sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
_TELL = sa.text("SELECT pg_notify(:channel, :process) WHERE pg_current_xact_id_if_assigned() IS NOT NULL")
_TRY_LOCK = sa.text("SELECT pg_try_advisory_lock(hashtextextended('turn:' || :name, 0))")
_UNLOCK = sa.text("SELECT pg_advisory_unlock(hashtextextended('turn:' || :name, 0))")


class Postgresql:
    """The PostgreSQL database at that URL."""

    def __init__(self, url: sa.URL) -> None:
        self._url = url
        self._connect_to = url.update_query_dict({**_CONNECT, **url.query})
        self._process = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._listener: psycopg.Connection[tuple[object, ...]] | None = None

    def __str__(self) -> str:
        return self._url.render_as_string(hide_password=True)

    def engine(self) -> sa.Engine:
        """An engine whose one connection is used by whoever has the turn, and is made anew when it breaks."""
        engine = sa.create_engine(
            self._connect_to,
            poolclass=StaticPool,
            hide_parameters=True,  # or an error would tell the log what was to be kept: codes and answers too
        )
        sa.event.listen(engine, "connect", _prepare_connection)
        return engine

    def begin(self, connection: sa.Connection, realm: str, *, writes: bool) -> None:
        """Begin a transaction; one that writes waits here for the others of its realm, but not for ever."""
        if writes:
            connection.execute(_LOCK_REALM, {"realm": realm})
        else:
            connection.execute(_ONLY_READ)

    def end(self, connection: sa.Connection) -> None:
        """Tell the other processes with the commit, where anything was written."""
        connection.execute(_TELL, {"channel": CHANNEL, "process": self._process})

    def rows(
        self,
        connection: sa.Connection,
        statement: sa.Select[Any] | sa.UpdateBase,
        values: Mapping[str, object],
    ) -> Sequence[tuple[Any, ...]]:
        """The statement's rows."""
        return [tuple(row) for row in connection.execute(statement, values)]

    def change(
        self, connection: sa.Connection, statement: sa.UpdateBase, values: Mapping[str, object]
    ) -> int:
        """How many rows the statement has changed."""
        return connection.execute(statement, values).rowcount

    def add_rows(
        self, connection: sa.Connection, statement: sa.Insert, rows: Sequence[Mapping[str, object]]
    ) -> None:
        """Add the rows."""
        connection.execute(statement, rows)

    def is_unavailable(self, error: sa.exc.DBAPIError) -> bool:
        """Whether the server is away or out of something, or has given this process up."""
        return isinstance(error, sa.exc.OperationalError) or error.connection_invalidated

    def changed_by_others(self, connection: sa.Connection) -> bool:  # noqa: ARG002 - a connection of its own listens
        """Whether another process has committed anything since the last call, or may have."""
        import psycopg

        try:
            if self._listener is None:
                self._listener = psycopg.connect(
                    self._connect_to.set(drivername="postgresql").render_as_string(hide_password=False),
                    autocommit=True,
                )
                self._listener.execute(f"LISTEN {CHANNEL}")
                return True
            told = list(self._listener.notifies(timeout=0))
        except psycopg.OperationalError as error:
            self._forget_listener()
            raise sa.exc.OperationalError(None, None, error) from None
        return any(each.payload != self._process for each in told)

    def try_lock(self, connection: sa.Connection, name: str) -> bool:
        """Take the turn of that name, unless another process has it."""
        with connection.begin():
            return bool(connection.execute(_TRY_LOCK, {"name": name}).scalar())

    def unlock(self, connection: sa.Connection, name: str) -> None:
        """Give the turn back; one that went with a broken connection is free already."""
        with suppress(sa.exc.DBAPIError), connection.begin():
            connection.execute(_UNLOCK, {"name": name})

    def close(self) -> None:
        """Stop listening."""
        self._forget_listener()

    def _forget_listener(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None


def _prepare_connection(connection: "psycopg.Connection[tuple[object, ...]]", _record: object) -> None:
    connection.execute(_PREPARE)
    connection.commit()
