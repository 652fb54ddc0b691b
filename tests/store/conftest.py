"""Stores in memory, in files and on PostgreSQL."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from maquette.simulator.store.database import Store


@pytest.fixture
def open_store() -> Iterator[Callable[[Path | str | None], Store]]:
    """Opens stores, and closes them after the test."""
    stores: list[Store] = []

    def open_store(where: Path | str | None = None) -> Store:
        stores.append(Store(where))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture
def store(open_store: Callable[[Path | str | None], Store], empty: str | None) -> Store:
    return open_store(empty)


@pytest.fixture(scope="session")
def database(fresh_database: Callable[[], str | None]) -> str | None:
    """One database for all tests, because PostgreSQL takes long to create one."""
    return fresh_database()


@pytest.fixture
def empty(database: str | None) -> str | None:
    """The database without any table."""
    if database is not None:
        with psycopg.connect(database) as connection:
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "maquette.sqlite3"


@pytest.fixture
def now() -> datetime:
    return datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
