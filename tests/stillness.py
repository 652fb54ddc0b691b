"""What is kept of a realm, and that nothing of it has changed."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.store.schema import journal, metadata

_NO_STATE = {"journal", "certificates", "personas", "sessions.seen_at"}
_STATE = {
    table: sa.select(*[each for each in table.c if str(each) not in _NO_STATE]).where(
        table.c.realm == sa.bindparam("realm")
    )
    for table in metadata.sorted_tables
    if "realm" in table.c and table.name not in _NO_STATE
}


def state_of(simulator: Simulator, realm: Realm) -> dict[str, list[tuple[object, ...]]]:
    """All that is kept of the realm but its journal, the personas' keys, and when sessions were last seen."""
    with simulator.store.reading(realm.name) as transaction:
        return {
            table.name: [tuple(row) for row in transaction.connection.execute(query, {"realm": realm.name})]
            for table, query in _STATE.items()
        }


def journal_of(
    simulator: Simulator, realm: Realm | None, *, kind: str | None = None, after: int = 0
) -> list[JournalLine]:
    """The realm's journal behind the cursor, or the installation's."""
    return simulator.journal.read(
        of_realm=realm.name if realm else None, kind=kind, after=after, most=100_000
    )


def end_of_journals(simulator: Simulator) -> int:
    """A cursor behind all that has been noted so far, in any realm."""
    simulator.journal.write()
    with simulator.store.reading("") as transaction:
        return transaction.connection.execute(sa.select(sa.func.max(journal.c.id))).scalar() or 0


@contextmanager
def nothing_changes(simulator: Simulator, realm: Realm) -> Iterator[list[JournalLine]]:
    """Hold the realm's state to what it was before; the list has the journal's new lines afterwards."""
    before, cursor = state_of(simulator, realm), end_of_journals(simulator)
    new_lines: list[JournalLine] = []
    yield new_lines
    new_lines += journal_of(simulator, realm, after=cursor)
    after = state_of(simulator, realm)
    assert [name for name in before if after[name] != before[name]] == []
