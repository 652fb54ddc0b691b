"""All deliberate defects, in the order of portal.md's rules, and the rules that some of them make.

Knows neither realms nor who switches a defect on.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from maquette.simulator.defects import (
    certificate,
    code,
    creation,
    helpdesk,
    letter,
    login,
    opting,
    sessions,
    space,
)
from maquette.simulator.defects.defect import Defect
from maquette.simulator.domain.rules import RULES, Rules

DEFECTS: Mapping[str, Defect] = MappingProxyType(
    {
        defect.name: defect
        for defect in (
            *certificate.DEFECTS,
            *login.OF_PENDING,
            *space.OF_CONVERSION,
            *sessions.DEFECTS,
            *space.OF_HOME,
            *opting.OF_WARNING,
            *space.OF_EMAIL,
            *opting.OF_CREDENTIALS,
            *login.OF_ADDRESSES,
            *opting.MORE_OF_CREDENTIALS,
            *letter.OF_SENDING,
            *code.OF_CODE,
            *code.OF_WINDOW,
            *opting.OF_LAPSE,
            *opting.OF_ANOTHER,
            *code.OF_USE,
            *login.OF_TRIES,
            *code.OF_BLANKS,
            *code.OF_POPUP,
            *space.OF_RESULT,
            *sessions.OF_RESULT,
            *login.OF_PASSWORDS,
            *helpdesk.DEFECTS,
            *login.OF_OUTSIDE,
            *creation.DEFECTS,
            *letter.OF_MAIL,
        )
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
    """The rules with these defects: made in the catalogue's order, each on what the ones before have made.

    Where two contradict each other, the later has the last word. Raises DefectUnknownError.
    """
    return _made(frozenset(names))


@lru_cache(maxsize=1024)
def _made(names: frozenset[str]) -> Rules:
    rules = RULES
    for name in ordered(names):
        rules = DEFECTS[name].make(rules)
    return rules
