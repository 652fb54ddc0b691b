"""Which scenarios there are: every file of this folder that holds one, in the order of their names."""

from importlib import import_module
from pkgutil import iter_modules

import maquette.scenarios
from maquette.scenarios.story import Scenario


class ScenarioUnknownError(Exception):
    """There is no scenario of that name; the message lists those there are."""


def catalogue() -> tuple[Scenario, ...]:
    """All scenarios."""
    names = sorted(module.name for module in iter_modules(maquette.scenarios.__path__))
    modules = [import_module(f"maquette.scenarios.{name}") for name in names]
    return tuple(
        value for module in modules for value in vars(module).values() if isinstance(value, Scenario)
    )


def find_scenarios(names: tuple[str, ...]) -> tuple[Scenario, ...]:
    """The scenarios of those names, in that order. Raises ScenarioUnknownError."""
    known = {scenario.name: scenario for scenario in catalogue()}
    if unknown := [name for name in names if name not in known]:
        raise ScenarioUnknownError(f"no scenario {', '.join(unknown)}: there are {', '.join(known)}")
    return tuple(known[name] for name in names)
