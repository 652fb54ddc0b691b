"""A fresh realm for each test; all tests share one authority and one store, which take long to make."""

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
    """A town whose rules have some decisions replaced: by group, each method's name and what it does."""

    def build(**groups: dict[str, Callable[..., Any]]) -> Town:
        broken = {name: _broken(getattr(RULES, name), methods) for name, methods in groups.items()}
        return build_town(authority, store, replace(RULES, **broken))

    return build


@pytest.fixture
def town(town_with: Callable[..., Town]) -> Town:
    return town_with()


def _broken(group: object, methods: dict[str, Callable[..., Any]]) -> Any:
    static = {name: staticmethod(method) for name, method in methods.items()}
    return type("Broken", (type(group),), static)()
