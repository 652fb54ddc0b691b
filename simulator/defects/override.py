"""The decorator that makes a class a defect of the catalogue, and helpers that several defects use."""

from collections.abc import Callable, Iterable
from typing import TypeVar

Group = TypeVar("Group")
Verdict = TypeVar("Verdict")

OVERRIDES: dict[str, type[object]] = {}
"""The class of each defect by the defect's name; filled when the modules are imported."""


def defect(name: str) -> Callable[[type[Group]], type[Group]]:
    """Register the decorated class, a subclass of one group of the rules, as the defect of that name."""

    def register(override: type[Group]) -> type[Group]:
        OVERRIDES[name] = override
        return override

    return register


def unless(verdict: Verdict | None, dropped: Verdict) -> Verdict | None:
    """Return the verdict, or None in place of the dropped one."""
    return None if verdict is dropped else verdict


def without(verdicts: Iterable[Verdict], dropped: Verdict) -> tuple[Verdict, ...]:
    """Return the verdicts without the dropped one."""
    return tuple(each for each in verdicts if each is not dropped)
