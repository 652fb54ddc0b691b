"""Opening the database, its version, transactions, and turns that are taken across processes.

One connection a process: what is done in a transaction is done at once, on the event loop, and nothing is
awaited in it. Which database it is, and what that takes, is for `sqlite` and `postgresql` to know.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakValueDictionary

import sqlalchemy as sa

from maquette.simulator.store import schema
from maquette.simulator.store.postgresql import Postgresql
from maquette.simulator.store.sqlite import Sqlite

TURN_AGAIN_AFTER = 0.02
"""Seconds after which a turn is asked for again that another process has."""


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""


class StoreUnavailableError(Exception):
    """The database does not answer, or takes nothing now, and it may be tried again.

    Nothing was changed; only where the answer to a commit got lost, nobody knows.
    """


Row = tuple[Any, ...]


class Database(Protocol):
    """What one kind of database does in its own way; `str()` names it without its password."""

    def engine(self) -> sa.Engine: ...

    def begin(self, connection: sa.Connection, realm: str, *, writes: bool) -> None: ...

    def end(self, connection: sa.Connection) -> None: ...

    def rows(
        self,
        connection: sa.Connection,
        statement: sa.Select[Any] | sa.UpdateBase,
        values: Mapping[str, object],
    ) -> Sequence[Row]: ...

    def change(
        self, connection: sa.Connection, statement: sa.UpdateBase, values: Mapping[str, object]
    ) -> int: ...

    def add_rows(
        self, connection: sa.Connection, statement: sa.Insert, rows: Sequence[Mapping[str, object]]
    ) -> None: ...

    def is_unavailable(self, error: sa.exc.DBAPIError) -> bool: ...

    def changed_by_others(self, connection: sa.Connection) -> bool: ...

    def try_lock(self, connection: sa.Connection, name: str) -> bool: ...

    def unlock(self, connection: sa.Connection, name: str) -> None: ...

    def close(self) -> None: ...


OF_REALM = sa.bindparam("of_realm", type_=sa.String)
"""The realm in a statement that is built once, at import: a `Transaction` gives it its value.

Building a statement costs more than executing it: those on the way of a page or of a letter are built once.
"""


@dataclass(frozen=True, slots=True)
class Transaction:
    """An open transaction on one realm's rows."""

    connection: sa.Connection
    realm: str
    database: Database

    def execute(self, statement: sa.Executable, **values: object) -> sa.CursorResult[*Row]:
        """Execute a statement that was built with OF_REALM, with this realm and these further values."""
        return self.connection.execute(statement, {"of_realm": self.realm, **values})

    def rows(self, statement: sa.Select[Any] | sa.UpdateBase, **values: object) -> Sequence[Row]:
        """The few rows of such a statement, with their columns `as_kept`.

        For what requests and letters read on their way: the embedded database gives it past SQLAlchemy, and
        so it is with `change` and `add_rows`.
        """
        return self.database.rows(self.connection, statement, {"of_realm": self.realm, **values})

    def change(self, statement: sa.UpdateBase, **values: object) -> int:
        """Execute such a statement that changes rows, and give how many; each value goes to its column.

        An inserted row gets no other values than these, and null where there is none.
        """
        return self.database.change(self.connection, statement, {"of_realm": self.realm, **values})

    def add_rows(self, statement: sa.Insert, rows: Sequence[Mapping[str, object]]) -> None:
        """Execute such a statement for each of the rows, which all have the same columns; `realm` is one."""
        if rows:
            self.database.add_rows(self.connection, statement, rows)

    def first_row(self, statement: sa.Select[Any], **values: object) -> Row | None:
        """The first of these rows; None when there is none."""
        return next(iter(self.rows(statement, **values)), None)


class Store:
    """The database of an installation: PostgreSQL at a URL, a file, or memory for None."""

    def __init__(self, where: Path | sa.URL | str | None) -> None:
        if isinstance(where, str):
            where = sa.make_url(where)
        try:
            self._database: Database = Postgresql(where) if isinstance(where, sa.URL) else Sqlite(where)
        except OSError as error:
            raise StoreError(f"the database {where} cannot be opened ({error.strerror})") from None
        self._engine = self._database.engine()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        try:
            self._connection = self._engine.connect()
            self._open()
        except (sa.exc.DatabaseError, StoreUnavailableError) as error:
            self._engine.dispose()
            told = " ".join(str(error.orig if isinstance(error, sa.exc.DatabaseError) else error).split())
            raise StoreError(f"the database {self._database} cannot be opened: {told}") from None
        except StoreError:
            self.close()
            raise

    def _open(self) -> None:
        with self.writing("") as transaction:
            known = sa.inspect(transaction.connection).get_table_names()
            if not known:
                for statement in _schema_in_sql(self._engine.dialect.name):
                    transaction.connection.exec_driver_sql(statement)
                put_setting(transaction, "schema_version", str(schema.SCHEMA_VERSION))
                return
            found = get_setting(transaction, "schema_version") if "installation" in known else None
        if found != str(schema.SCHEMA_VERSION):
            raise StoreError(
                f"the data in {self._database} has schema version {found or 'unknown'}, this Maquette needs "
                f"{schema.SCHEMA_VERSION}: use the Maquette that made it, or another --data folder"
            )

    @contextmanager
    def writing(self, realm: str) -> Iterator[Transaction]:
        """A transaction that writes: committed at the end, undone by an exception."""
        with self._told_apart(), self._begun(realm, writes=True):
            yield Transaction(self._connection, realm, self._database)
            self._database.end(self._connection)

    @contextmanager
    def reading(self, realm: str) -> Iterator[Transaction]:
        """A transaction that only reads: others are not kept waiting."""
        with self._told_apart(), self._begun(realm, writes=False):
            yield Transaction(self._connection, realm, self._database)

    def _begun(self, realm: str, *, writes: bool) -> sa.RootTransaction:
        """A transaction that has begun; on a new connection, where the old one broke since its last use."""
        for last in (False, True):
            begun = self._connection.begin()
            try:
                self._database.begin(self._connection, realm, writes=writes)
            except sa.exc.DBAPIError as error:
                begun.rollback()
                if last or not error.connection_invalidated:
                    raise
            else:
                return begun
        raise AssertionError("the second time, it was begun or raised")

    @contextmanager
    def _told_apart(self) -> Iterator[None]:
        """A database that is away, locked or full is no mistake of the statement's."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            if not self._database.is_unavailable(error):
                raise
            raise StoreUnavailableError(" ".join(str(error.orig).split())) from error

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """What is done under this name is done by one at a time, whatever process it is in.

        Not in a transaction: a turn may be long, and others are served meanwhile.
        """
        async with self.queue(name):
            with self._told_apart():
                while not self._database.try_lock(self._connection, name):
                    await asyncio.sleep(TURN_AGAIN_AFTER)
            try:
                yield
            finally:
                self._database.unlock(self._connection, name)

    def queue(self, name: str) -> asyncio.Lock:
        """The line of those in this process who want that turn."""
        return self._turns.setdefault(name, asyncio.Lock())

    def changed_by_others(self) -> bool:
        """Whether another process has committed anything since the last call; not for in a transaction."""
        with self._told_apart():
            return self._database.changed_by_others(self._connection)

    def close(self) -> None:
        """Close the database; the store cannot be used afterwards."""
        self._database.close()
        self._connection.close()
        self._engine.dispose()


def get_setting(transaction: Transaction, key: str) -> str | None:
    """A value of the installation's, or None."""
    row = transaction.first_row(_SETTING, of_key=key)
    return None if row is None else str(*row)


def put_setting(transaction: Transaction, key: str, value: str) -> None:
    """Keep a value of the installation's under a new key."""
    transaction.change(_ADD_SETTING, key=key, value=value)


_SETTING: sa.Select[Any] = sa.select(schema.installation.c.value).where(
    schema.installation.c.key == sa.bindparam("of_key")
)
_ADD_SETTING = sa.insert(schema.installation)


@cache
def _schema_in_sql(dialect: str) -> tuple[str, ...]:
    """The statements that make the tables: written out once, for all the simulators of a process."""
    statements: list[str] = []

    def keep(statement: sa.schema.ExecutableDDLElement, *_: object, **__: object) -> None:
        statements.append(str(statement.compile(dialect=writer.dialect)))

    writer = sa.create_mock_engine(f"{dialect}://", keep)
    schema.metadata.create_all(writer, checkfirst=False)
    return tuple(statements)
