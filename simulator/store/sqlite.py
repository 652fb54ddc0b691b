"""The embedded database: a file in WAL mode, or memory.

Calls take some tens of microseconds and are made from the event loop, on one connection a process. What
writes opens with BEGIN IMMEDIATE, so that what it read is still true when it writes.
"""

import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.pool import StaticPool

SWITCH_TRIES, SWITCH_AGAIN_AFTER = 100, 0.05
"""How often, and after how many seconds, a new file is switched to WAL while others do the same."""

_DIALECT = dialect(paramstyle="named")

_UNAVAILABLE = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
}


class Sqlite:
    """SQLite in a file, or in memory when `path` is None."""

    def __init__(self, path: Path | None) -> None:
        if path is not None:
            path.touch(mode=0o600)  # it holds the personas' keys; SQLite's other files get the same mode
        self._path = path
        self._seen_version = 0

    def __str__(self) -> str:
        return str(self._path)

    def engine(self) -> sa.Engine:
        """An engine whose one connection is used by whoever has the turn."""
        engine = sa.create_engine(
            sa.URL.create("sqlite", database=str(self._path) if self._path else None),
            poolclass=StaticPool,
            connect_args={"check_same_thread": False},
            hide_parameters=True,  # or an error would tell the log what was to be kept: codes and answers too
        )
        sa.event.listen(engine, "connect", _prepare_connection)
        return engine

    def begin(self, connection: sa.Connection, realm: str, *, writes: bool) -> None:  # noqa: ARG002 - a file has one writer, whatever the realm
        """Begin a transaction; one that writes waits here for those of other processes to end."""
        statement = "BEGIN IMMEDIATE" if writes else "BEGIN"
        try:
            _driver(connection).execute(statement)
        except sqlite3.Error as error:
            raise _as_sqlalchemy_tells_it(statement, error) from None

    def end(self, connection: sa.Connection) -> None:
        """Nothing is told to others: they ask for themselves."""

    def rows(
        self,
        connection: sa.Connection,
        statement: sa.Select[Any] | sa.UpdateBase,
        values: Mapping[str, object],
    ) -> Sequence[tuple[Any, ...]]:
        """The statement's rows, from the driver itself: SQLAlchemy would take ten times as long."""
        rows, _ = _execute(connection, statement, values)
        return rows

    def change(
        self, connection: sa.Connection, statement: sa.UpdateBase, values: Mapping[str, object]
    ) -> int:
        """How many rows the statement has changed, by the driver itself as well."""
        _, changed = _execute(connection, statement, values)
        return changed

    def add_rows(
        self, connection: sa.Connection, statement: sa.Insert, rows: Sequence[Mapping[str, object]]
    ) -> None:
        """Add the rows, by the driver itself as well."""
        written = _in_sql(statement, tuple(rows[0]))
        try:
            _driver(connection).executemany(written.text, map(written.bind, rows))
        except sqlite3.Error as error:
            raise _as_sqlalchemy_tells_it(written.text, error) from None

    def is_unavailable(self, error: sa.exc.DBAPIError) -> bool:
        """Whether the file cannot be used for now; SQLite calls a misspelt statement operational, too."""
        code = getattr(error.orig, "sqlite_errorcode", 0) & 0xFF
        return code in _UNAVAILABLE

    def changed_by_others(self, connection: sa.Connection) -> bool:
        """Whether another process has committed anything since the last call."""
        statement = "PRAGMA data_version"
        try:
            (version,) = _driver(connection).execute(statement).fetchone()
        except sqlite3.Error as error:
            raise _as_sqlalchemy_tells_it(statement, error) from None
        changed, self._seen_version = version != self._seen_version, version
        return bool(changed)

    def try_lock(self, connection: sa.Connection, name: str) -> bool:  # noqa: ARG002 - see the docstring
        """Always: of the processes on a file, one alone takes turns (the others serve pages only)."""
        return True

    def unlock(self, connection: sa.Connection, name: str) -> None:
        """Nothing is held."""

    def close(self) -> None:
        """Nothing is open but the engine's connection."""


@dataclass(frozen=True, slots=True)
class _InSql:
    """A statement's text, the values that it was built with, and what turns values into what is kept.

    `into_kept` has the names alone whose values are not kept as they are: instants, JSON.
    """

    text: str
    fixed: Mapping[str, object]
    into_kept: Mapping[str, Callable[[Any], object]]

    def bind(self, values: Mapping[str, object]) -> Mapping[str, object]:
        """What the driver is given."""
        bound = {**self.fixed, **values}
        for name, process in self.into_kept.items():
            bound[name] = process(bound[name])
        return bound


@cache
def _in_sql(statement: sa.Select[Any] | sa.UpdateBase, given: tuple[str, ...]) -> _InSql:
    """A statement that is built once, at import, written out once for the values that are given to it.

    What was written out is kept for good: a statement that is built anew each time is for SQLAlchemy.
    """
    compiled = statement.compile(dialect=_DIALECT, column_keys=given)
    binds = {name: bind for bind, name in compiled.bind_names.items()}
    if unknown := set(given) - set(binds) - {"of_realm"}:  # that one is given to every statement
        raise TypeError(f"the statement has no {', '.join(sorted(unknown))}: {compiled}")
    processors = {
        name: bind.type.dialect_impl(_DIALECT).bind_processor(_DIALECT) for name, bind in binds.items()
    }
    fixed = {name: bind.effective_value for name, bind in binds.items() if not bind.required}
    return _InSql(str(compiled), fixed, {name: each for name, each in processors.items() if each is not None})


def _execute(
    connection: sa.Connection, statement: sa.Select[Any] | sa.UpdateBase, values: Mapping[str, object]
) -> tuple[list[tuple[Any, ...]], int]:
    """The rows that the statement gives, and how many it has changed."""
    written = _in_sql(statement, tuple(values))
    try:
        cursor = _driver(connection).execute(written.text, written.bind(values))
        return cursor.fetchall(), cursor.rowcount
    except sqlite3.Error as error:
        raise _as_sqlalchemy_tells_it(written.text, error) from None


def _as_sqlalchemy_tells_it(statement: str, error: sqlite3.Error) -> BaseException:
    """The exception that SQLAlchemy would have raised: with the statement, and without a value of it."""
    return sa.exc.DBAPIError.instance(statement, None, error, sqlite3.Error)


def _driver(connection: sa.Connection) -> sqlite3.Connection:
    """The driver's own connection: through SQLAlchemy, BEGIN would take ten times as long."""
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    return driver


def _prepare_connection(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun above
    cursor = connection.cursor()
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
