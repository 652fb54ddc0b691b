"""Opening the database, its version, and transactions of one process and of two."""

import gc
import sqlite3
import stat
import threading
import weakref
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa

from maquette.simulator.store.engine import OF_REALM, Store, StoreError, get_setting, put_setting
from maquette.simulator.store.schema import SCHEMA_VERSION, Instant, email_claims, installation, metadata

KEY, COUNT = "count", installation.c.key == "count"


def count_of(transaction):
    return int(get_setting(transaction, KEY))


def set_count(transaction, value):
    transaction.connection.execute(sa.update(installation).where(COUNT).values(value=str(value)))


class ChangeOfMindError(Exception):
    """Raised in the middle of a transaction."""


# The schema's version


def test_a_new_database_has_every_table_and_this_version(open_store, file):
    with open_store(file).reading("") as transaction:
        assert set(sa.inspect(transaction.connection).get_table_names()) >= set(metadata.tables)
        assert get_setting(transaction, "schema_version") == str(SCHEMA_VERSION)


def test_a_database_opens_again_with_what_was_in_it(open_store, file):
    first = open_store(file)
    with first.writing("") as transaction:
        put_setting(transaction, "secret", "kept")
    first.close()
    with open_store(file).reading("") as transaction:
        assert get_setting(transaction, "secret") == "kept"


@pytest.mark.parametrize("version", [SCHEMA_VERSION - 1, SCHEMA_VERSION + 1, "", "x"])
def test_a_database_of_another_version_is_refused_with_the_way_out(open_store, file, version):
    first = open_store(file)
    with first.writing("") as transaction:
        transaction.connection.execute(sa.update(installation).values(value=str(version)))
    first.close()
    with pytest.raises(StoreError) as caught:
        Store(file)
    named = "unknown" if version == "" else version
    assert str(caught.value) == (
        f"the data in {file} has schema version {named}, this Maquette needs {SCHEMA_VERSION}: "
        "use the Maquette that made it, or another --data folder"
    )


@pytest.mark.parametrize("change", ["DROP TABLE installation", "DELETE FROM installation"])
def test_a_database_that_does_not_say_its_version_is_refused(open_store, file, change):
    open_store(file).close()
    with sqlite3.connect(file) as connection:
        connection.execute(change)
    connection.close()
    with pytest.raises(StoreError, match="has schema version unknown"):
        Store(file)


def test_a_database_of_somebody_else_s_is_refused_and_left_alone(file):
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    with pytest.raises(StoreError, match="has schema version unknown"):
        Store(file)
    connection = sqlite3.connect(file)
    assert [row[0] for row in connection.execute("SELECT name FROM sqlite_master")] == ["recipes"]
    connection.close()


def test_a_file_that_is_no_database_is_refused_and_left_alone(file):
    file.write_bytes(b"not a database at all, whatever its name says" * 100)
    with pytest.raises(StoreError, match=rf"^the database {file} cannot be opened: "):
        Store(file)
    assert file.read_bytes().startswith(b"not a database")


def test_a_database_in_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises((StoreError, FileNotFoundError)):
        Store(tmp_path / "nowhere" / "maquette.sqlite3")
    assert list(tmp_path.iterdir()) == []


def test_the_file_is_its_owner_s_alone(open_store, file):
    store = open_store(file)
    with store.writing("") as transaction:
        put_setting(transaction, "secret", "kept")
    modes = {found.name: stat.S_IMODE(found.stat().st_mode) for found in file.parent.iterdir()}
    assert modes.keys() >= {file.name, f"{file.name}-wal"}
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize(
    "name",
    ["été 2011", "100%", "a#b", "a;b", "a%20b", "a?b"],
)
def test_a_folder_s_name_may_have_any_character(open_store, tmp_path, name):
    file = tmp_path / name / "maquette.sqlite3"
    file.parent.mkdir()
    with open_store(file).writing("") as transaction:
        put_setting(transaction, "secret", "kept")
    assert file.stat().st_size > 0
    assert list(tmp_path.iterdir()) == [file.parent]


def test_every_table_but_the_installation_s_own_is_keyed_by_realm():
    unkeyed = {name for name, table in metadata.tables.items() if "realm" not in table.c}
    assert unkeyed == {"installation"}


# Transactions


def test_what_a_transaction_wrote_is_there_afterwards(store):
    with store.writing("") as transaction:
        put_setting(transaction, KEY, "1")
    with store.reading("") as transaction:
        assert count_of(transaction) == 1


def test_what_a_transaction_wrote_before_an_exception_is_undone(store):
    def change_mind():
        with store.writing("") as transaction:
            put_setting(transaction, KEY, "1")
            raise ChangeOfMindError

    with pytest.raises(ChangeOfMindError):
        change_mind()
    with store.reading("") as transaction:
        assert get_setting(transaction, KEY) is None


def test_the_store_goes_on_after_a_transaction_that_failed(store):
    def keep_twice():
        with store.writing("") as transaction:
            put_setting(transaction, KEY, "1")
            put_setting(transaction, KEY, "2")

    with pytest.raises(sa.exc.IntegrityError):
        keep_twice()
    with store.writing("") as transaction:
        put_setting(transaction, KEY, "3")
    with store.reading("") as transaction:
        assert count_of(transaction) == 3


def test_the_file_is_in_wal_mode(open_store, file):
    store = open_store(file)
    with store.reading("") as transaction:
        (mode,) = transaction.connection.exec_driver_sql("PRAGMA journal_mode").one()
        (wait,) = transaction.connection.exec_driver_sql("PRAGMA busy_timeout").one()
    assert (mode, wait) == ("wal", 5000)


def test_a_writer_keeps_the_next_one_out_from_its_first_moment(open_store, file):
    store = open_store(file)
    with store.writing(""):
        other = sqlite3.connect(file, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="database is locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()


def test_a_writer_keeps_no_reader_out_and_no_reader_a_writer(open_store, file):
    writer, reader = open_store(file), open_store(file)
    with writer.writing("") as transaction:
        put_setting(transaction, KEY, "1")
    with writer.writing("") as writing:
        set_count(writing, 2)
        with reader.reading("") as reading:
            assert count_of(reading) == 1
    with reader.reading("") as reading:
        assert count_of(reading) == 2
        with writer.writing("") as writing:
            set_count(writing, 3)
        assert count_of(reading) == 2  # a transaction sees one state from its beginning to its end


def test_two_stores_on_one_file_lose_no_update(open_store, file):
    stores = [open_store(file), open_store(file)]
    with stores[0].writing("") as transaction:
        put_setting(transaction, KEY, "0")

    def add(store):
        for _ in range(100):
            with store.writing("") as transaction:
                set_count(transaction, count_of(transaction) + 1)

    threads = [threading.Thread(target=add, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with stores[0].reading("") as transaction:
        assert count_of(transaction) == 200


def test_two_stores_that_open_one_new_file_at_once_make_it_once(file):
    opened, failures = [], []
    barrier = threading.Barrier(4)

    def open_it():
        barrier.wait()
        try:
            opened.append(Store(file))
        except Exception as error:  # noqa: BLE001 - a thread's failure must not go unseen
            failures.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for store in opened:
        store.close()
    assert failures == []
    assert len(opened) == 4


def test_two_stores_in_memory_share_nothing(open_store):
    one, other = open_store(None), open_store(None)
    with one.writing("") as transaction:
        put_setting(transaction, KEY, "1")
    with other.reading("") as transaction:
        assert get_setting(transaction, KEY) is None


# Instants


@pytest.mark.rule("ACT-4")
@pytest.mark.parametrize(
    "text",
    [
        "2011-06-09T09:00:00+02:00",
        "2011-10-30T02:30:00+01:00",
        "1970-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "2039-01-19T03:14:08Z",
        "9999-12-31T23:59:59Z",
    ],
)
def test_an_instant_is_kept_to_the_second_and_comes_back_in_utc(text):
    instant = datetime.fromisoformat(text)
    kept = Instant().process_bind_param(instant, None)
    read = Instant().process_result_value(kept, None)
    assert isinstance(kept, int)
    assert read == instant
    assert read.tzinfo is UTC


def test_no_instant_stays_none():
    assert Instant().process_bind_param(None, None) is None
    assert Instant().process_result_value(None, None) is None


# Turns


async def test_a_turn_is_one_persons_at_a_time_and_takes_no_room_when_nobody_wants_it(store):
    async with store.turn("sending"):
        assert store.queue("sending").locked()
        assert not store.queue("something else").locked()
    waiting = weakref.ref(store.queue("sending"))
    gc.collect()
    assert waiting() is None


def test_the_embedded_database_refuses_a_value_that_the_statement_has_no_place_for(open_store):
    adding = sa.insert(email_claims).values(realm=OF_REALM)
    store = open_store(None)
    with pytest.raises(TypeError, match="has no optoin_id"), store.writing("here") as transaction:
        transaction.change(adding, email_key="lila", subscriber_number="1", optoin_id="x")
    with store.reading("here") as transaction:
        assert transaction.connection.execute(sa.select(email_claims)).all() == []
