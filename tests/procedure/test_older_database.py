"""Data stored by an older version of Maquette is read unchanged, and the procedure continues in it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from old_databases import make_version_3
from town import LILA_EMAIL, PASSWORD, THEO, Town

from maquette.simulator.domain.rules import RULES
from maquette.simulator.pki.authority import Authority
from maquette.simulator.procedure.context import Procedure
from maquette.simulator.procedure.sessions import Entered
from maquette.simulator.realm.snapshots.capture import take, written
from maquette.simulator.store.database import Store
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.options import find_latest_option
from maquette.simulator.store.realms import get_realm, list_realms
from maquette.simulator.store.snapshots import find_snapshot, list_snapshots

REALM = "here"


@pytest.fixture
def older_town(
    authority: Authority, fresh_database: Callable[[], str | None], tmp_path: Path
) -> Iterator[Town]:
    """The realm `here` of a database that version 3 made: Théo's code waits, Lila has converted her space."""
    where = fresh_database() or tmp_path / "maquette.db"
    make_version_3(where)
    store = Store(where)
    journal = JournalWriter(store)
    yield Town(authority, store, journal, Procedure(store, journal, lambda _: RULES), RULES, [], REALM)
    store.close()


def test_a_realm_is_read_as_the_older_version_read_it(older_town: Town) -> None:
    """The older version made a snapshot of the realm as its last act."""
    now = older_town.now
    with older_town.store.reading(REALM) as transaction:
        assert [record.name for record in list_realms(transaction)] == ["there", REALM]
        (line,) = list_snapshots(transaction)
        snapshot = find_snapshot(transaction, line.id)
        document, mail_ids = take(transaction, get_realm(transaction), now)
    assert snapshot is not None
    before, after = json.loads(snapshot.document), json.loads(written(document))
    before["realm"]["name"] = REALM  # it was renamed behind the snapshot
    assert (after, tuple(mail_ids)) == (before, snapshot.mail_ids)
    assert (len(after["personas"]), len(after["options"]), len(after["mail"])) == (7, 5, 2)


async def test_the_procedure_goes_on(older_town: Town) -> None:
    town = older_town
    assert isinstance(await town.login(LILA_EMAIL), Entered)
    pending = town.reading(find_latest_option, town.number(THEO))
    space = await town.activate(pending)
    assert space.email == "theo@courriel.example"
    assert isinstance(await town.login("theo@courriel.example", PASSWORD), Entered)
    assert [letter.option_id for letter in town.letters()]
    assert await town.broken() == {}


async def test_the_journal_goes_on_behind_its_last_line(older_town: Town) -> None:
    older, last = older_town.lines(), older_town.journal.last_id()
    older_town.journal.take([replace(older[-1], id=None)])
    assert len(older) > 10
    assert older_town.lines() == [*older, replace(older[-1], id=last + 1)]
