"""The words that a scenario is written in: who takes part, what they do, what they must see.

Each word is a step or a few: it is told as it is done, and keeps a picture or an extract of the page. Words
click what is labelled in French on the screen; they know no path, no id and no rule's code.
Source: fiche §2 to §5; portal.md §3.
"""

import io
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pypdf import PdfReader

from maquette.fixtures.control import ActivationMail, Control, ControlError, PersonaSheet, SpaceFacts
from maquette.fixtures.reading import VisitorError, plain
from maquette.fixtures.visitor import Certificate, Download, Popups, Visitor

Play = Callable[["Story"], Awaitable[None]]
OpenVisitor = Callable[[Certificate, Popups], Visitor]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario: its name on the command line, its titles, the rules and the fiche's sections it shows."""

    name: str
    title_fr: str
    title_en: str
    rules: tuple[str, ...]
    sections: tuple[str, ...]
    play: Play


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed: what was expected, and what came instead."""

    expected: str
    came: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was done. `evidence` is a picture or an extract, None where a page could not be kept."""

    number: int
    title: str
    screen: str | None
    evidence: Path | None
    failure: Failure | None = None


class StepFailedError(Exception):
    """A step did not come out as the scenario says."""

    def __init__(self, expected: str, came: str) -> None:
        super().__init__(f"expected {expected}; came {came}")
        self.failure = Failure(expected, came)


def scenario(
    name: str, title_fr: str, title_en: str, *, rules: tuple[str, ...], sections: tuple[str, ...]
) -> Callable[[Play], Scenario]:
    """Mark a function as a scenario of that name."""

    def mark(play: Play) -> Scenario:
        return Scenario(name, title_fr, title_en, rules, sections, play)

    return mark


class Story:
    """One playing of a scenario in a realm of its own: its people, and the steps done so far.

    `folder` takes pictures and extracts; `tell` is called with every step as it is done.
    """

    def __init__(
        self, control: Control, open_visitor: OpenVisitor, folder: Path, tell: Callable[[Step], None]
    ) -> None:
        self._control = control
        self._open_visitor = open_visitor
        self._folder = folder
        self._tell = tell
        self._people = AsyncExitStack()
        self.steps: list[Step] = []

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._people.aclose()

    async def person(self, persona: str, *, popups: Popups = Popups.ALLOWED) -> "Person":
        """Somebody at a browser of their own that holds their certificate."""
        sheet = await self._control.persona(persona)
        certificate = await self._control.certificate(persona)
        visitor = await self._people.enter_async_context(self._open_visitor(certificate, popups))
        return Person(self, sheet, visitor, self._control)

    @asynccontextmanager
    async def step(self, title: str, keep: Callable[[Path], Awaitable[Path]]) -> AsyncIterator[None]:
        """Do a step, keep what it led to, and tell it; a step that fails is kept and told too."""

    async def record(self, title: str, visitor: Visitor | None, failure: Failure | None = None) -> None:
        """Keep what the step led to, and tell it."""
