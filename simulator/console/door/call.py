"""Console dependencies, and the context of one call."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from maquette.simulator.base.request_log import NAME
from maquette.simulator.console.door.access import ConsoleAccess
from maquette.simulator.console.door.streams import Streams
from maquette.simulator.console.operations.context import OperationContext, OperationParts
from maquette.simulator.store.realms import RealmRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleParts(OperationParts):
    """The parts of the simulator that operations use, and those of the console's door.

    `hosts` are the Host headers that the console accepts. `doors` are the addresses of the other doors, by
    name; `alive` says whether the simulator's background tasks run. `metrics` returns all metrics in
    Prometheus' text format.
    """

    access: ConsoleAccess
    hosts: frozenset[str]
    doors: dict[str, str]
    alive: Callable[[], bool]
    metrics: Callable[[], bytes]
    streams: Streams = field(default_factory=Streams)


@dataclass(frozen=True, slots=True)
class Call:
    """One request, whose host, origin and token have been checked.

    `found` is the realm that the path names, read once; None for a path without a realm. `real_now` is the
    world's instant of the request.
    """

    request: web.Request
    parts: ConsoleParts
    found: RealmRecord | None
    real_now: datetime

    def path(self, name: str) -> str:
        """A part of the path."""
        return self.request.match_info[name]

    @property
    def realm(self) -> RealmRecord:
        """The realm of the path; the path must have one."""
        if self.found is None:
            raise LookupError(f"no realm in {self.request.path}")
        return self.found

    @property
    def now(self) -> datetime:
        """The realm's present instant."""
        return self.realm.clock.now(self.real_now)

    @property
    def correlation(self) -> str:
        """The request's name in the answer's headers, in the journal and in the log."""
        return self.request[NAME]

    @property
    def context(self) -> OperationContext:
        """The context of an operation on behalf of this request."""
        return OperationContext(self.parts, self.correlation)
