"""Finds scenarios: one in each file of this folder's folders, and those of files given by path."""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from pkgutil import walk_packages
from types import ModuleType

import maquette.scenarios
from maquette.scenarios.checks import ScenarioMistakeError
from maquette.scenarios.story import Scenario


class ScenarioUnknownError(Exception):
    """No such scenario, rule or persona exists; the message names similar ones, or the mistake."""


@cache
def catalogue() -> tuple[Scenario, ...]:
    """All packaged scenarios, folder by folder."""
    found = walk_packages(maquette.scenarios.__path__, "maquette.scenarios.")
    modules = [import_module(each.name) for each in found if each.name.count(".") > 2]
    return tuple(scenario for module in modules for scenario in _scenarios_of(module))


def find_scenarios(names: Iterable[str]) -> tuple[Scenario, ...]:
    """The scenarios of those names, in that order, each once; what ends with `.py` is a file that holds some.

    Raises ScenarioUnknownError, also for two scenarios of one name.
    """
    known = {scenario.name: scenario for scenario in catalogue()}
    chosen: list[Scenario] = []
    unknown = []
    for name in names:
        if name.endswith(".py"):
            chosen += _read_file(Path(name))
        elif name in known:
            chosen.append(known[name])
        else:
            unknown.append(name)
    if unknown:
        raise ScenarioUnknownError("; ".join(_nothing_called(name, known) for name in unknown))
    different = list(dict.fromkeys(chosen))
    named = Counter(scenario.name for scenario in different)
    if twice := [name for name, count in named.items() if count > 1]:
        raise ScenarioUnknownError(f"more than one scenario is called {', '.join(twice)}")
    return tuple(different)


@dataclass(frozen=True, slots=True)
class Filter:
    """Selects scenarios that match each given kind."""

    rules: tuple[str, ...] = ()
    steps: tuple[int, ...] = ()
    people: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Raises ScenarioUnknownError for a rule or a persona that no scenario has."""
        for what, wanted, there in (
            ("rule", self.rules, {each for scenario in catalogue() for each in scenario.rules}),
            ("persona", self.people, {each for scenario in catalogue() for each in scenario.people}),
        ):
            if unknown := [each for each in wanted if each not in there]:
                raise ScenarioUnknownError(
                    f"no scenario has the {what} {', '.join(unknown)}: there are {', '.join(sorted(there))}"
                )

    def lets_through(self, scenario: Scenario) -> bool:
        """Whether the scenario is selected."""
        pairs = ((self.rules, scenario.rules), (self.steps, scenario.steps), (self.people, scenario.people))
        return all(not wanted or set(wanted) & set(there) for wanted, there in pairs)


def _nothing_called(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, known)
    hint = f"did you mean {' or '.join(near)}?" if near else "maquette scenario list names them"
    return f"there is no scenario {name}: {hint}"


def _read_file(file: Path) -> list[Scenario]:
    spec = spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None or not file.is_file():
        raise ScenarioUnknownError(f"there is no file {file}")
    module = module_from_spec(spec)
    sys.modules.setdefault(file.stem, module)
    try:
        spec.loader.exec_module(module)
    except ScenarioMistakeError as error:
        raise ScenarioUnknownError(f"{file} cannot be played: {error}") from None
    except Exception as error:  # noqa: BLE001 - any mistake in the file is reported in one line
        raise ScenarioUnknownError(f"{file} cannot be read: {type(error).__name__}: {error}") from None
    found = list(_scenarios_of(module))
    if not found:
        raise ScenarioUnknownError(f"{file} holds no function marked with @scenario")
    return found


def _scenarios_of(module: ModuleType) -> Iterator[Scenario]:
    return (value for value in vars(module).values() if isinstance(value, Scenario))
