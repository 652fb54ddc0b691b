"""A fresh realm for each test; one authority and one store for all, because those cost time."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from town import Town, build_town

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.rules import RULES
from maquette.simulator.pki.authority import Authority, make_authority
from maquette.simulator.store.database import Store


@pytest.fixture(scope="session")
def authority() -> Authority:
    return make_authority([], real_now())


@pytest.fixture(scope="session")
def store(fresh_database: Callable[[], str | None]) -> Iterator[Store]:
    store = Store(fresh_database())
    yield store
    store.close()


@pytest.fixture
def town_with(authority: Authority, store: Store) -> Callable[..., Town]:
    """A town whose rules have some decisions replaced."""

    def build(**decisions: Any) -> Town:
        return build_town(authority, store, replace(RULES, **decisions))

    return build


@pytest.fixture
def town(town_with: Callable[..., Town]) -> Town:
    return town_with()
