"""Stores in memory and in files, and one value of each kind that a realm keeps."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from maquette.simulator.store.engine import Store


@pytest.fixture
def open_store() -> Iterator[Callable[[Path | sa.URL | None], Store]]:
    """Opens stores, and closes them at the end."""
    stores: list[Store] = []

    def open_store(where: Path | sa.URL | None = None) -> Store:
        stores.append(Store(where))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture
def store(open_store: Callable[[Path | sa.URL | None], Store], empty: sa.URL | None) -> Store:
    return open_store(empty)


@pytest.fixture(scope="session")
def database(fresh_database: Callable[[], sa.URL | None]) -> sa.URL | None:
    """One for all the tests: making one takes PostgreSQL a while."""
    return fresh_database()


@pytest.fixture
def empty(database: sa.URL | None) -> sa.URL | None:
    """The same with no table in it."""
    if database is not None:
        engine = sa.create_engine(database)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        engine.dispose()
    return database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "maquette.sqlite3"


@pytest.fixture
def now() -> datetime:
    return datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
