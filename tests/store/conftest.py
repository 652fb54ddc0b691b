"""Stores in memory and in files, and one value of each kind that a realm keeps."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maquette.simulator.store.engine import Store


@pytest.fixture
def open_store() -> Iterator[Callable[[Path | None], Store]]:
    """Opens stores, and closes them at the end."""
    stores: list[Store] = []

    def open_store(path: Path | None = None) -> Store:
        stores.append(Store(path))
        return stores[-1]

    yield open_store
    for store in stores:
        store.close()


@pytest.fixture
def store(open_store: Callable[[Path | None], Store]) -> Store:
    return open_store(None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "maquette.sqlite3"


@pytest.fixture
def now() -> datetime:
    return datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
