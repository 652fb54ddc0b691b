"""Opening the database, its version, and transactions.

One connection a process: a call costs some tens of microseconds and is made from the event loop. Every use
case that writes opens with BEGIN IMMEDIATE, so that what it read is still true when it writes.
"""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from maquette.simulator.store import schema

SWITCH_TRIES, SWITCH_AGAIN_AFTER = 100, 0.05
"""How often, and after how many seconds, a new file is switched to WAL while others do the same."""


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Transaction:
    """An open transaction on one realm's rows."""

    connection: sa.Connection
    realm: str


class Store:
    """The database of an installation: in a file, or in memory when `path` is None."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            _make_private(path)
        self._engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(path) if path else None),
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
            hide_parameters=True,  # or an error would tell the log what was to be kept: codes and answers too
        )
        sa.event.listen(self._engine, "connect", _prepare_connection)
        sa.event.listen(self._engine, "begin", _begin)
        try:
            self._open(path)
        except sa.exc.DatabaseError as error:
            self._engine.dispose()
            raise StoreError(f"the database {path} cannot be opened: {error.orig}") from None
        except StoreError:
            self._engine.dispose()
            raise

    def _open(self, path: Path | None) -> None:
        with self.writing("") as transaction:
            known = sa.inspect(transaction.connection).get_table_names()
            if not known:
                for statement in _schema_in_sql():
                    transaction.connection.exec_driver_sql(statement)
                put_setting(transaction, "schema_version", str(schema.SCHEMA_VERSION))
                return
            found = get_setting(transaction, "schema_version") if "installation" in known else None
        if found != str(schema.SCHEMA_VERSION):
            raise StoreError(
                f"the data in {path} has schema version {found or 'unknown'}, this Maquette needs "
                f"{schema.SCHEMA_VERSION}: use the Maquette that made it, or another --data folder"
            )

    @contextmanager
    def writing(self, realm: str) -> Iterator[Transaction]:
        """A transaction that writes: committed at the end, undone by an exception."""
        with self._engine.connect() as connection, connection.begin():
            yield Transaction(connection, realm)

    @contextmanager
    def reading(self, realm: str) -> Iterator[Transaction]:
        """A transaction that only reads: others are not kept waiting."""
        with self._engine.connect() as connection:
            connection = connection.execution_options(maquette_reads=True)
            with connection.begin():
                yield Transaction(connection, realm)

    def close(self) -> None:
        """Close the database; the store cannot be used afterwards."""
        self._engine.dispose()


def get_setting(transaction: Transaction, key: str) -> str | None:
    """A value of the installation's, or None."""
    table = schema.installation
    return transaction.connection.execute(sa.select(table.c.value).where(table.c.key == key)).scalar()


def put_setting(transaction: Transaction, key: str, value: str) -> None:
    """Keep a value of the installation's under a new key."""
    transaction.connection.execute(sa.insert(schema.installation).values(key=key, value=value))


@cache
def _schema_in_sql() -> tuple[str, ...]:
    """The statements that make the tables: written out once, for all the simulators of a process."""
    statements: list[str] = []

    def keep(statement: sa.schema.ExecutableDDLElement, *_: object, **__: object) -> None:
        statements.append(str(statement.compile(dialect=writer.dialect)))

    writer = sa.create_mock_engine("sqlite://", keep)
    schema.metadata.create_all(writer, checkfirst=False)
    return tuple(statements)


def _make_private(path: Path) -> None:
    """The file holds the personas' keys; SQLite gives its other files the same mode."""
    try:
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreError(f"the database {path} cannot be opened ({error.strerror})") from None


def _prepare_connection(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]  # sqlite3's: transactions are begun below
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in ("busy_timeout = 5000", "synchronous = NORMAL", "foreign_keys = ON"):
        cursor.execute(f"PRAGMA {pragma}")
    _switch_to_wal(cursor)
    cursor.close()


def _switch_to_wal(cursor: sqlite3.Cursor) -> None:
    """Several may open a new file at once: SQLite does not wait for this switch, so it is tried again."""
    for _ in range(SWITCH_TRIES - 1):
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            time.sleep(SWITCH_AGAIN_AFTER)
        else:
            return
    cursor.execute("PRAGMA journal_mode = WAL")


def _begin(connection: sa.Connection) -> None:
    reads = connection.get_execution_options().get("maquette_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
