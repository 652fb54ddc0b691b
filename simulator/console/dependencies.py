"""What the console works with, and what it works on: one call of one operation."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from aiohttp import web
from pydantic import BaseModel

from maquette.simulator.base.request_log import NAME
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.access import ConsoleAccess
from maquette.simulator.console.problems import Problem
from maquette.simulator.console.streams import Streams
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.domain.rules import Rules
from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.pki.authority import Authority
from maquette.simulator.realm.clock import Timekeeper
from maquette.simulator.realm.named_points import Stage
from maquette.simulator.store.database import Store
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.store.journal_writer import Journal
from maquette.simulator.store.realms import RealmRecord


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """The parts of the simulator that the console looks into.

    `doors` are the other doors, by name; `alive` tells whether what works behind the requests still does.
    `metrics` gives all figures in Prometheus' text format. `installed_defects` are the deliberate defects
    that every realm has. `rules` are portal.md's own.
    """

    store: Store
    journal: Journal
    authority: Authority
    delivery: Delivery
    access: ConsoleAccess
    hosts: frozenset[str]
    doors: dict[str, str]
    alive: Callable[[], bool]
    metrics: Callable[[], bytes]
    rules: Rules
    timekeeper: Timekeeper
    stage: Stage
    installed_defects: tuple[str, ...] = ()
    streams: Streams = field(default_factory=Streams)


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the request, with its path, query and body read and checked.

    `found` is the realm that the path names, read once; None for a path without one. `real_now` is the
    world's instant of the call.
    """

    request: web.Request
    parts: ConsoleParts
    query: Any
    body: Any
    found: RealmRecord | None
    real_now: datetime

    def path(self, name: str) -> str:
        """A part of the path."""
        return self.request.match_info[name]

    @property
    def realm(self) -> RealmRecord:
        """The realm of the path; only where the path has one."""
        if self.found is None:
            raise LookupError(f"no realm in {self.request.path}")
        return self.found

    @property
    def now(self) -> datetime:
        """The realm's present instant."""
        return self.realm.clock.now(self.real_now)

    @property
    def correlation(self) -> str:
        """What names the call in its answer's head, in the journal and in the log."""
        return self.request[NAME]

    def note(self, realm: RealmRecord, kind: Kind, **data: object) -> None:
        """Note a line in the realm's journal, under the name of this call."""
        now = real_now()
        line = JournalLine(realm.name, realm.clock.now(now), now, kind, self.correlation, data)
        self.parts.journal.take([line])


@dataclass(frozen=True, slots=True)
class Operation:
    """One route of the control API, as it is served and as OpenAPI describes it.

    `answer` is the model of a JSON answer, or the media type of any other; it comes with the status 200, or
    with one of `also`. `needs_token` is False for the few that anybody may call.
    """

    method: str
    path: str
    summary: str
    handle: Callable[[Call], Awaitable[BaseModel | web.StreamResponse]]
    answer: type[BaseModel] | str
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    problems: tuple[Problem, ...] = ()
    needs_token: bool = True
    also: tuple[int, ...] = ()
