"""A fresh town for each test; one authority for all, because only its keys cost time."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from town import Town, build_town

from maquette.simulator.domain.rules import RULES
from maquette.simulator.pki.authority import Authority, make_authority
from maquette.simulator.wallclock import real_now


@pytest.fixture(scope="session")
def authority() -> Authority:
    return make_authority([], real_now())


@pytest.fixture
def town_with(authority: Authority) -> Iterator[Callable[..., Town]]:
    """A town whose rules have some decisions replaced."""
    towns: list[Town] = []

    def build(**decisions: Any) -> Town:
        towns.append(build_town(authority, replace(RULES, **decisions)))
        return towns[-1]

    yield build
    for town in towns:
        town.store.close()


@pytest.fixture
def town(town_with: Callable[..., Town]) -> Town:
    return town_with()
