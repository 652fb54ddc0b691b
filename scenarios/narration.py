"""The steps of a scenario as they are done: titles in French and in English, evidence, and failures.

Decides what a step is and how it fails; knows neither the portal nor the people.
"""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from maquette.fixtures.control import Control, ControlError, JournalLine
from maquette.fixtures.page_reader import VisitorError, plain
from maquette.fixtures.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Words:
    """A text in French and in English."""

    fr: str
    en: str


class Driver(Enum):
    """What plays the people: aiohttp, or a real browser."""

    HTTP = "http"
    BROWSER = "browser"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed: what was expected, and what came instead; `line` is that of the script."""

    expected: Words
    came: Words
    line: str = ""


@dataclass(frozen=True, slots=True)
class PlayedStep:
    """A step that was done.

    `chapter` is its purpose. Where evidence is kept, `evidence` is a picture, an extract or a
    file, None where there is nothing to keep, and `journal` holds the realm's lines of the meantime.
    """

    number: int
    title: Words
    chapter: Words | None
    screen: str | None
    evidence: Path | None
    journal: tuple[JournalLine, ...] = ()
    failure: Failure | None = None


class StepFailedError(Exception):
    """A step had another result than the scenario says; a plain text is the same in both languages."""

    def __init__(self, expected: Words | str, came: Words | str) -> None:
        self.failure = Failure(_words(expected), _words(came))
        super().__init__(f"expected {self.failure.expected.en}; came {self.failure.came.en}")


def _words(text: Words | str) -> Words:
    return text if isinstance(text, Words) else Words(text, text)


def quoted(texts: Iterable[str]) -> str:
    """The texts one after the other, each between quotation marks."""
    return ", ".join(f"« {text} »" for text in texts)


def expect(expected: object, came: object) -> None:
    """Fail the step where these are not equal."""
    if came != expected:
        raise StepFailedError(f"{expected}", f"{came}")


def expect_all(sentences: Iterable[str], text: str, where: Words) -> None:
    """Fail the step where one of the sentences is missing in the text."""
    for each in sentences:
        if plain(each) not in text:
            raise StepFailedError(Words(f"« {each} » {where.fr}", f"« {each} » {where.en}"), f"« {text} »")


def expect_none(sentences: Iterable[str], text: str, where: Words) -> None:
    """Fail the step where one of the sentences is in the text."""
    for each in sentences:
        if plain(each) in text:
            raise StepFailedError(
                Words(f"pas de « {each} » {where.fr}", f"no « {each} » {where.en}"), f"« {text} »"
            )


@dataclass(slots=True)
class Evidence:
    """What a step leaves behind when it is not the page: a file's name and content."""

    file_name: str = ""
    content: bytes | None = None


class Narration:
    """The steps done so far; `tell` receives each after it.

    With a `folder` each leaves its evidence there, with the realm's journal lines of the meantime.
    """

    def __init__(self, control: Control, folder: Path | None, tell: Callable[[PlayedStep], None]) -> None:
        self.chapter: Words | None = None
        self.steps: list[PlayedStep] = []
        self._control = control
        self._folder = folder
        self._tell = tell
        self._cursor = "0"

    @asynccontextmanager
    async def step(self, fr: str, en: str, visitor: Visitor | None = None) -> AsyncIterator[Evidence]:
        """Do one step of that title, keep its evidence, and report it, failed or not.

        The evidence is the visitor's page, unless the step sets another.
        """
        title, evidence = Words(fr, en), Evidence()
        if visitor is not None:
            why = self.chapter.fr if self.chapter else ""
            with suppress(VisitorError):  # between two pages there is nothing to write on
                await visitor.tell_audience(title.fr, why)
        try:
            yield evidence
        except StepFailedError as error:
            await self._keep(title, visitor, evidence, error.failure)
            raise
        except (VisitorError, ControlError) as error:
            possible = Words("que l'étape soit possible", "the step to be possible")
            failed = StepFailedError(possible, str(error))
            await self._keep(title, visitor, evidence, failed.failure)
            raise failed from error
        await self._keep(title, visitor, evidence, None)

    async def _keep(
        self, title: Words, visitor: Visitor | None, evidence: Evidence, failure: Failure | None
    ) -> None:
        number, screen, file = len(self.steps) + 1, None, None
        if visitor is not None and evidence.content is None:
            with suppress(VisitorError):  # after a failure there may be no page
                screen = await visitor.screen()
        journal: tuple[JournalLine, ...] = ()
        if self._folder is not None:
            stem = self._folder / f"{number:02}"
            file = await _leave(stem, evidence, visitor if screen is not None else None)
            journal = await self._noted()
        self.steps.append(PlayedStep(number, title, self.chapter, screen, file, journal, failure))
        self._tell(self.steps[-1])

    async def _noted(self) -> tuple[JournalLine, ...]:
        try:
            journal = await self._control.journal(after=self._cursor)
        except ControlError:  # the server may be down, by the scenario's will or not
            return ()
        self._cursor = journal.cursor
        return journal.lines


async def _leave(stem: Path, evidence: Evidence, visitor: Visitor | None) -> Path | None:
    stem.parent.mkdir(parents=True, exist_ok=True)
    if evidence.content is not None:
        file = stem.with_name(f"{stem.name}-{evidence.file_name}")
        file.write_bytes(evidence.content)
        return file
    if visitor is not None:
        with suppress(VisitorError):  # the page may be gone by now
            return await visitor.keep(stem.with_name(f"{stem.name}-{await visitor.screen() or 'no-screen'}"))
    return None
