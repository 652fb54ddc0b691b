"""The catalogue of deliberate defects, in the order of the rules that they break, and the broken rules.

It does not know which realm has a defect.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from maquette.simulator.defects import (  # noqa: F401 - they fill OVERRIDES
    access,
    code,
    credentials,
    identification,
    space,
)
from maquette.simulator.defects.override import OVERRIDES
from maquette.simulator.domain.rules import RULES, Rules


@dataclass(frozen=True, slots=True)
class Defect:
    """A deliberate defect: its name, the rule that it breaks, its titles, and why it matters."""

    name: str
    rule: str
    title_en: str
    title_fr: str
    why_en: str
    why_fr: str


DEFECTS: Mapping[str, Defect] = MappingProxyType(
    {
        name: Defect(name, **entry)
        for name, entry in tomllib.loads(
            (files("maquette.simulator.defects") / "catalogue.toml").read_text(encoding="utf-8")
        ).items()
    }
)
"""Every defect by its name."""


class DefectUnknownError(ValueError):
    """There is no defect of that name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"there is no defect {name!r}: maquette's docs/reference/defects.md lists them")
        self.name = name


def ordered(names: Iterable[str]) -> tuple[str, ...]:
    """The names, each once, in the catalogue's order. Raises DefectUnknownError."""
    wanted = set(names)
    for name in sorted(wanted):
        if name not in DEFECTS:
            raise DefectUnknownError(name)
    return tuple(name for name in DEFECTS if name in wanted)


def rules_of(names: Iterable[str]) -> Rules:
    """Return the rules with these defects, whose classes inherit from one another in the catalogue's order.

    If two contradict each other, the later one counts. Raises DefectUnknownError.
    """
    return _made(frozenset(names))


@lru_cache(maxsize=1024)
def _made(names: frozenset[str]) -> Rules:
    latest_first = [OVERRIDES[name] for name in reversed(ordered(names))]
    broken: dict[str, Any] = {}
    for field in fields(Rules):
        group = type(getattr(RULES, field.name))
        if overrides := [each for each in latest_first if issubclass(each, group)]:
            broken[field.name] = type(f"Broken{group.__name__}", (*overrides, group), {})()
    return replace(RULES, **broken) if broken else RULES
