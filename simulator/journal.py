"""The journal's writer: takes lines as they happen, writes them a moment later, in their order.

Behind the requests, so that a line costs them nothing: a crash may lose the last moments of the journal,
never of the state. Whoever reads gets what was taken so far.
"""

import asyncio
import logging
from collections.abc import Callable

from sqlalchemy.exc import DatabaseError

from maquette.simulator.store.engine import Store
from maquette.simulator.store.journal import JournalLine, add_lines, last_line_id, list_lines

log = logging.getLogger("maquette.journal")

WRITE_AFTER = 0.05
"""Seconds of real time for which lines may wait."""

MOST_WAITING = 10_000
"""Lines that are kept while the database cannot take any."""


class Journal:
    """The journal of an installation, over its store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[JournalLine] = []
        self._timer: asyncio.TimerHandle | None = None
        self._watchers: list[Callable[[list[JournalLine]], None]] = []

    def watch(self, watcher: Callable[[list[JournalLine]], None]) -> None:
        """Hand the watcher all lines from now on, as they are taken."""
        self._watchers.append(watcher)

    def take(self, lines: list[JournalLine]) -> None:
        """Take lines; they are written within a moment. Must be called on the event loop."""
        self._waiting.extend(lines)
        for watcher in self._watchers:
            watcher(lines)
        if self._waiting and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(WRITE_AFTER, self._write_behind)

    def write(self) -> None:
        """Write what is waiting."""
        if self._waiting:
            with self._store.writing("") as transaction:
                add_lines(transaction, self._waiting)
            self._waiting.clear()

    def _write_behind(self) -> None:
        """Write in time; what cannot be written waits for the next lines. The oldest go first."""
        self._timer = None
        try:
            self.write()
        except DatabaseError:
            log.exception("%d lines of the journal could not be written yet", len(self._waiting))
            del self._waiting[:-MOST_WAITING]

    def last_id(self) -> int:
        """The cursor behind everything taken so far, of all realms."""
        self.write()
        with self._store.reading("") as transaction:
            return last_line_id(transaction)

    def read(
        self, *, of_realm: str | None, after: int = 0, kind: str | None = None, most: int = 1000
    ) -> list[JournalLine]:
        """At most `most` lines after the cursor, oldest first; `of_realm` None is the installation's own."""
        self.write()
        with self._store.reading(of_realm or "") as transaction:
            return list_lines(transaction, of_realm=of_realm, after=after, kind=kind, most=most)
