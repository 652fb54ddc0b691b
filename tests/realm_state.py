"""Reads all stored state of a realm, and checks that nothing in it has changed."""

from collections.abc import Iterator
from contextlib import contextmanager

from tables import rows_of

from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.journal import JournalRecord, last_line_id
from maquette.simulator.store.schema import REALM_TABLES

_STATE = [table for table in REALM_TABLES if table not in {"journal", "certificates", "personas"}]


def state_of(simulator: Simulator, realm: Realm) -> dict[str, list[tuple[object, ...]]]:
    """All stored rows of the realm, without its journal, its personas' keys and the sessions' last visits."""
    with simulator.store.reading(realm.name) as transaction:
        return {table: rows_of(transaction, table, without={"seen_at"}) for table in _STATE}


def journal_of(
    simulator: Simulator, realm: Realm | None, *, kind: str | None = None, after: int = 0
) -> list[JournalRecord]:
    """Journal lines after the cursor: of the realm, or of the installation if None."""
    return simulator.journal.read(
        of_realm=realm.name if realm else None, kind=kind, after=after, most=100_000
    )


def end_of_journals(simulator: Simulator) -> int:
    """A cursor after every line written so far, in any realm."""
    simulator.journal.write()
    with simulator.store.reading("") as transaction:
        return last_line_id(transaction)


@contextmanager
def nothing_changes(simulator: Simulator, realm: Realm) -> Iterator[list[JournalRecord]]:
    """Check that the block leaves the realm's state unchanged; the list then holds the new journal lines."""
    before, cursor = state_of(simulator, realm), end_of_journals(simulator)
    new_lines: list[JournalRecord] = []
    yield new_lines
    new_lines += journal_of(simulator, realm, after=cursor)
    after = state_of(simulator, realm)
    assert [name for name in before if after[name] != before[name]] == []
