"""The people of a load run: some have not opted yet, others have a password; each has one journey at a time.

Pure. A person who is given back goes to the end of the queue, so that everybody's turn comes.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from maquette.load.description import Converted


class NobodyLeftError(Exception):
    """All those people have come already: the data set is too small for the run."""


class Crowd:
    """The people of one process."""

    def __init__(self, people: Iterable[str], converted: Iterable[Converted] = ()) -> None:
        self._fresh = deque(people)
        self._converted = deque(converted)

    def take_fresh(self) -> str:
        """A person who has not opted yet, and will not come again. Raises NobodyLeftError."""
        if not self._fresh:
            raise NobodyLeftError
        return self._fresh.popleft()

    @contextmanager
    def fresh(self) -> Iterator[str]:
        """A person who has not opted yet, and does not opt now. Raises NobodyLeftError."""
        persona = self.take_fresh()
        try:
            yield persona
        finally:
            self._fresh.append(persona)

    @contextmanager
    def converted(self) -> Iterator[Converted | None]:
        """A person with a password; None where all of them are busy."""
        person = self._converted.popleft() if self._converted else None
        try:
            yield person
        finally:
            if person is not None:
                self._converted.append(person)

    def add_converted(self, person: Converted) -> None:
        """Add a person who has a password now."""
        self._converted.append(person)
