"""SQLite: the embedded database, in a file in WAL mode or in memory.

A call takes some tens of microseconds and runs on the event loop, over one connection per process. A
transaction that writes opens with BEGIN IMMEDIATE: what it read is then still true when it writes.
"""

import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from maquette.simulator.store.errors import StatementError, StoreUnavailableError

BUSY_SECONDS = 5
"""Seconds for which a writer waits for the writers of other processes."""

SWITCH_TRIES, SWITCH_AGAIN_AFTER = 100, 0.05
"""How often, and after how many seconds, a new file is switched to WAL while other processes do the same."""

KEPT_STATEMENTS = 500
"""Statements that the connection keeps prepared."""

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
    """A database file, or memory when `path` is None."""

    connection: sqlite3.Connection
    column_types: Mapping[str, str] = {
        "number": "INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT",
        "bytes": "BLOB",
    }

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._seen_version = 0

    def __str__(self) -> str:
        return str(self._path)

    def connect(self) -> None:
        """Open the file, or make it: it holds keys, and SQLite gives its other files the same mode."""
        if self._path is not None:
            _make_private(self._path)
        try:
            self.connection = sqlite3.connect(
                self._path or ":memory:",
                timeout=BUSY_SECONDS,
                isolation_level=None,  # `begin` opens transactions, nothing else does
                check_same_thread=False,
                cached_statements=KEPT_STATEMENTS,
            )
        except sqlite3.Error as error:
            raise _failure(error, "") from None
        self.change("PRAGMA synchronous = NORMAL", {})
        self.change("PRAGMA foreign_keys = ON", {})
        self._switch_to_wal()

    def _switch_to_wal(self) -> None:
        """Several processes may open a new file at once; SQLite does not wait for the others here."""
        for _ in range(SWITCH_TRIES - 1):
            try:
                self.change("PRAGMA journal_mode = WAL", {})
            except StoreUnavailableError:
                time.sleep(SWITCH_AGAIN_AFTER)
            else:
                return
        self.change("PRAGMA journal_mode = WAL", {})

    def begin(self, realm: str, *, writes: bool) -> None:  # noqa: ARG002 - a file has one writer for all realms
        """Begin a transaction; one that writes waits here for the writers of other processes."""
        self.change("BEGIN IMMEDIATE" if writes else "BEGIN", {})

    def commit(self, *, writes: bool) -> None:  # noqa: ARG002 - other processes poll the file
        """Commit the transaction."""
        self.change("COMMIT", {})

    def rollback(self) -> None:
        """Undo the transaction; some errors have undone it already."""
        if self.connection.in_transaction:
            with suppress(sqlite3.Error):  # or it would hide the error that led here
                self.connection.rollback()

    def rows(self, sql: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        """The rows that the statement returns."""
        try:
            return self.connection.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _failure(error, sql) from None

    def change(self, sql: str, values: Mapping[str, object]) -> int:
        """Execute a statement; return how many rows it changed."""
        try:
            return self.connection.execute(sql, values).rowcount
        except sqlite3.Error as error:
            raise _failure(error, sql) from None

    def add_rows(self, sql: str, rows: Iterable[Mapping[str, object]]) -> None:
        """Execute the statement once with each of these sets of values."""
        try:
            self.connection.executemany(sql, rows)
        except sqlite3.Error as error:
            raise _failure(error, sql) from None

    def tables(self) -> set[str]:
        """The names of the tables."""
        sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite#_%' ESCAPE '#'"
        return {name for (name,) in self.rows(sql, {})}

    def copy(self, suffix: str) -> Path | None:
        """Copy the file as it was last committed, beside itself; None in memory."""
        if self._path is None:
            return None
        copy = self._path.with_name(f"{self._path.name}.{suffix}")
        _make_private(copy, anew=True)
        try:
            with closing(sqlite3.connect(self._path)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
        except sqlite3.Error as error:
            raise _failure(error, "") from None
        return copy

    def changed_by_others(self) -> bool:
        """Whether another process has committed since the last call."""
        ((version,),) = self.rows("PRAGMA data_version", {})
        changed, self._seen_version = version != self._seen_version, version
        return bool(changed)

    def try_lock(self, name: str) -> bool:  # noqa: ARG002 - see the docstring
        """Always True: of the processes on a file, only one takes locks; the others serve pages."""
        return True

    def unlock(self, name: str) -> None:
        """Do nothing: `try_lock` holds nothing."""

    def close(self) -> None:
        """Close the connection, if there is one."""
        if hasattr(self, "connection"):
            self.connection.close()


def _make_private(path: Path, *, anew: bool = False) -> None:
    """Make a file that is its owner's alone, unless it exists; `anew` replaces one that does."""
    try:
        if anew:
            path.unlink(missing_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise StoreUnavailableError(f"{path}: {error.strerror}") from None


def _failure(error: sqlite3.Error, sql: str) -> StatementError | StoreUnavailableError:
    """Sort an error by SQLite's own code: SQLite also calls a misspelt statement operational."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in _UNAVAILABLE:
        return StoreUnavailableError(str(error))
    return StatementError(str(error), sql)
