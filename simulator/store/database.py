"""The database of an installation: opening, upgrading, transactions, and locks that processes share.

One connection per process. A transaction runs on the event loop from its beginning to its end; nothing is
awaited inside. `sqlite` and `postgresql` hold everything that the two engines do differently.
Source: docs/decisions/0022.
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakValueDictionary

from maquette.simulator.store.errors import StatementError, StoreError, StoreUnavailableError
from maquette.simulator.store.schema import SCHEMA, Schema
from maquette.simulator.store.sqlite import Sqlite

LOCK_AGAIN_AFTER = 0.02
"""Seconds after which a lock that another process holds is tried again."""

log = logging.getLogger("maquette.store")

Row = tuple[Any, ...]
Values = Mapping[str, object]


class Database(Protocol):
    """One open database of either engine; `str()` names it without its password.

    Statements name their values as `:name`. Every method raises StoreUnavailableError or StatementError.
    """

    column_types: Mapping[str, str]
    """The types in the schema that the engines call differently."""

    def connect(self) -> None: ...

    def begin(self, realm: str, *, writes: bool) -> None: ...

    def commit(self, *, writes: bool) -> None: ...

    def rollback(self) -> None: ...

    def rows(self, sql: str, values: Values) -> list[Row]: ...

    def change(self, sql: str, values: Values) -> int: ...

    def add_rows(self, sql: str, rows: Iterable[Values]) -> None: ...

    def tables(self) -> set[str]: ...

    def copy(self, suffix: str) -> Path | None: ...

    def changed_by_others(self) -> bool: ...

    def try_lock(self, name: str) -> bool: ...

    def unlock(self, name: str) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Transaction:
    """An open transaction; in its statements, `:realm` is the realm on whose rows it works.

    A list as a value stands for its members: `IN (:numbers)`.
    """

    realm: str
    database: Database

    def rows(self, sql: str, **values: object) -> list[Row]:
        """The rows that the statement returns."""
        return self.database.rows(*self._bound(sql, values))

    def row(self, sql: str, **values: object) -> Row | None:
        """The first row that the statement returns, or None."""
        return next(iter(self.rows(sql, **values)), None)

    def value(self, sql: str, **values: object) -> Any:
        """The first column of that row, or None."""
        row = self.row(sql, **values)
        return None if row is None else row[0]

    def change(self, sql: str, **values: object) -> int:
        """Execute a statement that changes rows; return how many it changed."""
        return self.database.change(*self._bound(sql, values))

    def add_rows(self, sql: str, rows: Iterable[Values]) -> None:
        """Execute the statement once with each of these sets of values."""
        self.database.add_rows(sql, [{"realm": self.realm, **row} for row in rows])

    def _bound(self, sql: str, values: dict[str, object]) -> tuple[str, Values]:
        bound = {"realm": self.realm, **values}
        for name, members in values.items():
            if isinstance(members, list):
                names = [f"{name}_{place}" for place in range(len(members))]
                sql = sql.replace(f"(:{name})", f"({', '.join(f':{each}' for each in names) or 'NULL'})")
                bound.update(zip(names, members, strict=True))
                del bound[name]
        return sql, bound


class Store:
    """The database of an installation: PostgreSQL for a URL, a file for a path, memory for None.

    With `may_upgrade` False, it must have the present version already: for commands beside a running server.
    Raises StoreError when the database cannot be opened, or has a version that cannot be used.
    """

    def __init__(
        self, where: Path | str | None, schema: Schema = SCHEMA, *, may_upgrade: bool = True
    ) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._database = _database(where)
        try:
            self._database.connect()
            self._open(schema, may_upgrade=may_upgrade)
        except (StatementError, StoreUnavailableError) as error:
            self.close()
            why = error.why if isinstance(error, StatementError) else str(error)
            raise StoreError(f"the database {self._database} cannot be opened: {why}") from None
        except StoreError:
            self.close()
            raise

    def _open(self, schema: Schema, *, may_upgrade: bool) -> None:
        """Create the tables, or upgrade those that are there."""
        with self.writing("") as transaction:
            tables = self._database.tables()
            found = get_setting(transaction, "schema_version") if "installation" in tables else None
            if found == str(schema.version):
                return
            if not may_upgrade:
                raise StoreError(
                    f"the data in {self._database} has schema version {found or 'unknown'}, this Maquette "
                    f"needs {schema.version}: start maquette serve, which upgrades older data"
                )
            if tables:
                self._upgrade(transaction, schema, found)
                return
            _execute(transaction, schema.tables)
            put_setting(transaction, "schema_version", str(schema.version))

    def _upgrade(self, transaction: Transaction, schema: Schema, found: str | None) -> None:
        """Apply the changes since the version found: all of them or none, after a copy of the file."""
        changes = schema.changes_after(found)
        if not changes:
            raise StoreError(
                f"the data in {self._database} has schema version {found or 'unknown'}, this Maquette needs "
                f"{schema.version}: use the Maquette that made it, or another --data folder"
            )
        copy = self._database.copy(f"version-{found}")
        for change in changes:
            _execute(transaction, change)
        transaction.change(
            "UPDATE installation SET value = :version WHERE key = 'schema_version'",
            version=str(schema.version),
        )
        log.warning(
            "the data in %s goes from schema version %s to %s; %s",
            self._database,
            found,
            schema.version,
            f"a copy as it was: {copy}" if copy else "there is no copy of it",
        )

    def writing(self, realm: str) -> AbstractContextManager[Transaction]:
        """A transaction that writes: committed at the end, rolled back by an exception."""
        return self._transaction(realm, writes=True)

    def reading(self, realm: str) -> AbstractContextManager[Transaction]:
        """A transaction that only reads: it sees one state and keeps no writer waiting."""
        return self._transaction(realm, writes=False)

    @contextmanager
    def _transaction(self, realm: str, *, writes: bool) -> Iterator[Transaction]:
        self._database.begin(realm, writes=writes)
        try:
            yield Transaction(realm, self._database)
            self._database.commit(writes=writes)
        except BaseException:
            self._database.rollback()
            raise

    @asynccontextmanager
    async def lock(self, name: str) -> AsyncIterator[None]:
        """Hold the lock of that name: only one task holds it, among all processes of this database.

        Do not use it inside a transaction: a lock may be held for long, while other requests are served.
        """
        async with self.local_lock(name):
            while not self._database.try_lock(name):
                await asyncio.sleep(LOCK_AGAIN_AFTER)
            try:
                yield
            finally:
                self._database.unlock(name)

    def local_lock(self, name: str) -> asyncio.Lock:
        """The lock of that name among the tasks of this process."""
        return self._locks.setdefault(name, asyncio.Lock())

    def changed_by_others(self) -> bool:
        """Whether another process has committed since the last call; not for use inside a transaction."""
        return self._database.changed_by_others()

    def close(self) -> None:
        """Close the database; the store cannot be used afterwards."""
        self._database.close()


def qualified(table: str, columns: str) -> str:
    """The columns with their table's name, for a statement that joins tables."""
    return ", ".join(f"{table}.{column}" for column in columns.split(", "))


def _database(where: Path | str | None) -> Database:
    if isinstance(where, str):
        from maquette.simulator.store.postgresql import Postgresql  # psycopg is an extra

        return Postgresql(where)
    return Sqlite(where)


def _execute(transaction: Transaction, script: str) -> None:
    """Execute a script of the schema, statement by statement."""
    without_comments = re.sub("--.*", "", script)
    for statement in without_comments.format_map(transaction.database.column_types).split(";"):
        if statement.strip():
            transaction.change(statement)


def get_setting(transaction: Transaction, key: str) -> str | None:
    """A value that the installation keeps, or None."""
    value: str | None = transaction.value("SELECT value FROM installation WHERE key = :key", key=key)
    return value


def put_setting(transaction: Transaction, key: str, value: str) -> None:
    """Keep a value for the installation, under a new key."""
    transaction.change("INSERT INTO installation (key, value) VALUES (:key, :value)", key=key, value=value)
