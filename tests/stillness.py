"""What is kept of a realm, and that nothing of it has changed."""

from collections.abc import Iterator
from contextlib import contextmanager

from tables import rows_of

from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.journal import JournalRecord, last_line_id
from maquette.simulator.store.schema import REALM_TABLES

_STATE = [table for table in REALM_TABLES if table not in {"journal", "certificates", "personas"}]


def state_of(simulator: Simulator, realm: Realm) -> dict[str, list[tuple[object, ...]]]:
    """All that is kept of the realm but its journal, the personas' keys, and when sessions were last seen."""
    with simulator.store.reading(realm.name) as transaction:
        return {table: rows_of(transaction, table, without={"seen_at"}) for table in _STATE}


def journal_of(
    simulator: Simulator, realm: Realm | None, *, kind: str | None = None, after: int = 0
) -> list[JournalRecord]:
    """The realm's journal behind the cursor, or the installation's."""
    return simulator.journal.read(
        of_realm=realm.name if realm else None, kind=kind, after=after, most=100_000
    )


def end_of_journals(simulator: Simulator) -> int:
    """A cursor behind all that has been noted so far, in any realm."""
    simulator.journal.write()
    with simulator.store.reading("") as transaction:
        return last_line_id(transaction)


@contextmanager
def nothing_changes(simulator: Simulator, realm: Realm) -> Iterator[list[JournalRecord]]:
    """Hold the realm's state to what it was before; the list has the journal's new lines afterwards."""
    before, cursor = state_of(simulator, realm), end_of_journals(simulator)
    new_lines: list[JournalRecord] = []
    yield new_lines
    new_lines += journal_of(simulator, realm, after=cursor)
    after = state_of(simulator, realm)
    assert [name for name in before if after[name] != before[name]] == []
