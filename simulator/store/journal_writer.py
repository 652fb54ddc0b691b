"""The writer of the journal: collects lines, and writes them in batches a moment later, in their order.

So a request does not wait for its lines. A crash may lose the last moments of the journal, never of the
state. A reader gets all lines collected so far, of this process and of the server's workers; a waiting reader
is woken after each write. Each realm keeps its newest lines; older ones are deleted in the background.
"""

import asyncio
import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.store.database import Store
from maquette.simulator.store.errors import StatementError, StoreUnavailableError
from maquette.simulator.store.journal import (
    JournalRecord,
    add_lines,
    find_trimmed,
    last_line_id,
    list_lines,
    realms_of_lines,
    trim,
)

log = logging.getLogger("maquette.journal")

WRITE_AFTER = 0.05
"""Seconds of real time before collected lines are written."""

MOST_WAITING = 10_000
"""The most lines that are kept while the database is unavailable."""

KEPT_LINES = 100_000
"""Lines that each realm keeps, and the installation's own journal."""

TRIM_EVERY = 1000
"""Lines that are written to a realm's journal between two deletions of its oldest lines."""

TRIMMED_AT_ONCE = 5 * TRIM_EVERY

_KINDS = frozenset(Kind)


def check_kinds(lines: Iterable[JournalRecord]) -> None:
    """Raise ValueError for a line of an unknown kind."""
    if unknown := {line.kind for line in lines} - _KINDS:
        raise ValueError(f"unknown kinds of line: {sorted(unknown)}; domain/journal_kinds.py lists them all")


class TakesLines(Protocol):
    """The receiver of journal lines: the journal itself, or a worker's connection to it."""

    def take(self, lines: list[JournalRecord]) -> None: ...


class JournalWriter:
    """The journal of a server, in its store; `kept_lines` is how many lines each realm keeps."""

    def __init__(self, store: Store, *, kept_lines: int = KEPT_LINES) -> None:
        self._store = store
        self._kept_lines = kept_lines
        self._seen_up_to = 0
        self._waiting: list[JournalRecord] = []
        self._timer: asyncio.TimerHandle | None = None
        self._watchers: list[Callable[[list[JournalRecord]], None]] = []
        self._sources: list[Callable[[], list[JournalRecord]]] = []
        self._bells: defaultdict[str | None, set[asyncio.Event]] = defaultdict(set)
        self._since_trim: Counter[str | None] = Counter()

    def watch(self, watcher: Callable[[list[JournalRecord]], None]) -> None:
        """Call the watcher with all lines from now on, as they are collected."""
        self._watchers.append(watcher)

    @contextmanager
    def bell(self, of_realm: str | None) -> Iterator[asyncio.Event]:
        """Yield an event that is set whenever lines of that realm are written.

        Clear it before reading, and wait for it after reading nothing: then no line is missed.
        """
        bell = asyncio.Event()
        self._bells[of_realm].add(bell)
        try:
            yield bell
        finally:
            self._bells[of_realm].discard(bell)
            if not self._bells[of_realm]:
                del self._bells[of_realm]

    def take(self, lines: list[JournalRecord]) -> None:
        """Collect lines, to be written within a moment. Call it on the event loop.

        Raises ValueError for an unknown kind.
        """
        check_kinds(lines)
        self.gather()
        self._keep(lines)

    def gather_from(self, source: Callable[[], list[JournalRecord]]) -> None:
        """Call the source, from now on, for lines of other processes, before each read and write."""
        self._sources.append(source)

    def gather(self) -> None:
        """Collect the lines that other processes have for this journal."""
        for source in self._sources:
            self._keep(source())

    def _keep(self, lines: list[JournalRecord]) -> None:
        self._waiting.extend(lines)
        for watcher in self._watchers if lines else ():
            watcher(lines)
        if self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WRITE_AFTER, self._write_behind)

    def stop(self) -> None:
        """Write the collected lines, and stop the timer; the log tells of lines that cannot be written."""
        self._write_behind()
        if self._waiting:
            log.error("the last %d lines of the journal are lost", len(self._waiting))

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def write(self) -> None:
        """Write the collected lines."""
        self.gather()
        if not self._waiting:
            return
        with self._store.writing("") as transaction:
            add_lines(transaction, self._waiting)
        written = Counter(line.realm for line in self._waiting)
        self._waiting.clear()
        self._since_trim.update(written)
        self._ring(written)

    def notify_of_other_servers(self) -> None:
        """Wake the readers of lines that other processes have written."""
        with self._store.reading("") as transaction:
            behind, self._seen_up_to = self._seen_up_to, last_line_id(transaction)
            if self._seen_up_to > behind:
                self._ring(realms_of_lines(transaction, after=behind))

    def _ring(self, realms: Iterable[str | None]) -> None:
        for realm in set(realms) & self._bells.keys():
            for bell in self._bells[realm]:
                bell.set()

    def _write_behind(self) -> None:
        """Write and trim after the delay; lines that cannot be written wait, and the oldest are dropped."""
        self._stop_timer()
        try:
            self.write()
            self._trim()
        except StoreUnavailableError as error:
            log.warning("%d lines of the journal wait for the database: %s", len(self._waiting), error)
        except StatementError:
            log.exception("%d lines of the journal could not be written yet", len(self._waiting))
        del self._waiting[:-MOST_WAITING]

    def _trim(self) -> None:
        for realm in [realm for realm, count in self._since_trim.items() if count >= TRIM_EVERY]:
            with self._store.writing("") as transaction:
                trim(transaction, of_realm=realm, keep=self._kept_lines, most=TRIMMED_AT_ONCE)
            del self._since_trim[realm]

    def last_id(self) -> int:
        """Return the cursor after all lines collected so far, of all realms."""
        self.write()
        with self._store.reading("") as transaction:
            return last_line_id(transaction)

    def read(
        self, *, of_realm: str | None, after: int = 0, kind: str | None = None, most: int = 1000
    ) -> list[JournalRecord]:
        """Return at most `most` lines after the cursor, oldest first; None is the installation's journal."""
        self.write()
        with self._store.reading(of_realm or "") as transaction:
            return list_lines(transaction, of_realm=of_realm, after=after, kind=kind, most=most)

    def is_trimmed(self, *, of_realm: str | None, after: int) -> bool:
        """Whether lines after the cursor existed and were deleted."""
        with self._store.reading(of_realm or "") as transaction:
            trimmed = find_trimmed(transaction, of_realm=of_realm)
        return trimmed is not None and trimmed.id is not None and trimmed.id > after
