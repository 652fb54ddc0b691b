"""The context of an operation: the parts of the simulator, and the request that its journal lines name."""

from dataclasses import dataclass
from typing import Protocol

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.domain.rules import Rules
from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.pki.authority import Authority
from maquette.simulator.realm.clock import Timekeeper
from maquette.simulator.realm.named_points import RealmBuilder
from maquette.simulator.store.database import Store
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.realms import RealmRecord


class OpenStreams(Protocol):
    """The answers that are still being sent."""

    def end(self, realm: str) -> None:
        """End the answers about a deleted realm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationParts:
    """The parts of the simulator that operations read and change.

    `installed_defects` are the deliberate defects that every realm has. `rules` are the portal's own, without
    any defect.
    """

    store: Store
    journal: JournalWriter
    authority: Authority
    delivery: Delivery
    rules: Rules
    timekeeper: Timekeeper
    realm_builder: RealmBuilder
    streams: OpenStreams
    installed_defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OperationContext:
    """The parts, and `correlation`: the name of the request that calls the operation, None for Python."""

    parts: OperationParts
    correlation: str | None

    @property
    def store(self) -> Store:
        """The database."""
        return self.parts.store

    def note(self, realm: RealmRecord, kind: Kind, **data: object) -> None:
        """Write a line to the realm's journal, under the request's name."""
        now = real_now()
        line = JournalRecord(realm.name, realm.clock.now(now), now, kind, self.correlation, data)
        self.parts.journal.take([line])
