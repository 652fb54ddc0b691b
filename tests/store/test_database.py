"""Opening the database, its version, and transactions of one or two processes."""

import gc
import sqlite3
import stat
import threading
import weakref
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from tables import COLUMNS

from maquette.simulator.store.database import Store, get_setting, put_setting
from maquette.simulator.store.errors import StatementError, StoreError, StoreUnavailableError
from maquette.simulator.store.instants import from_seconds, to_seconds
from maquette.simulator.store.schema import REALM_TABLES, SCHEMA

KEY = "count"


def count_of(transaction):
    return int(get_setting(transaction, KEY))


def set_count(transaction, value):
    transaction.change("UPDATE installation SET value = :value WHERE key = :key", key=KEY, value=str(value))


class ChangeOfMindError(Exception):
    """Raised in the middle of a transaction."""


# The schema's version


def test_a_new_database_has_every_table_and_this_version(open_store, file):
    with open_store(file).reading("") as transaction:
        assert transaction.database.tables() == {"installation", *REALM_TABLES}
        assert get_setting(transaction, "schema_version") == str(SCHEMA.version)


def test_a_database_opens_again_with_what_was_in_it(open_store, file):
    first = open_store(file)
    with first.writing("") as transaction:
        put_setting(transaction, "secret", "kept")
    first.close()
    with open_store(file).reading("") as transaction:
        assert get_setting(transaction, "secret") == "kept"


@pytest.mark.parametrize("version", [2, SCHEMA.version + 1, "", "x"])
def test_a_database_of_another_version_is_refused_with_the_way_out(open_store, file, version):
    first = open_store(file)
    with first.writing("") as transaction:
        transaction.change("UPDATE installation SET value = :version", version=str(version))
    first.close()
    with pytest.raises(StoreError) as caught:
        Store(file)
    named = "unknown" if version == "" else version
    assert str(caught.value) == (
        f"the data in {file} has schema version {named}, this Maquette needs {SCHEMA.version}: "
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


def test_a_foreign_database_is_refused_and_left_alone(file):
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
    with pytest.raises(StoreError, match=r"cannot be opened: .*: No such file or directory$"):
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
    assert {table for table, columns in COLUMNS.items() if "realm" not in columns} == {"installation"}


# Transactions


def test_the_writes_of_a_transaction_are_stored(store):
    with store.writing("") as transaction:
        put_setting(transaction, KEY, "1")
    with store.reading("") as transaction:
        assert count_of(transaction) == 1


def test_the_writes_before_an_exception_are_undone(store):
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

    with pytest.raises(StatementError, match=r"(?i)unique"):
        keep_twice()
    with store.writing("") as transaction:
        put_setting(transaction, KEY, "3")
    with store.reading("") as transaction:
        assert count_of(transaction) == 3


def test_the_file_is_in_wal_mode(open_store, file):
    store = open_store(file)
    with store.reading("") as transaction:
        mode, wait = transaction.value("PRAGMA journal_mode"), transaction.value("PRAGMA busy_timeout")
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


def test_a_writer_that_another_one_has_overtaken_finds_the_database_unavailable(open_store, file):
    """SQLite's code for it is an extended one: busy, because of a snapshot."""
    first, second = open_store(file), open_store(file)
    with first.writing("") as transaction:
        put_setting(transaction, KEY, "1")
    with first.reading("") as reading:
        assert count_of(reading) == 1
        with second.writing("") as writing:
            set_count(writing, 2)
        with pytest.raises(StoreUnavailableError):
            set_count(reading, 3)
    with first.reading("") as reading:
        assert count_of(reading) == 2


def test_a_closed_store_cannot_be_used(open_store):
    store = open_store(None)
    store.close()
    with pytest.raises(StatementError, match="closed"), store.reading(""):
        pass


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
    kept = to_seconds(instant)
    read = from_seconds(kept)
    assert isinstance(kept, int)
    assert read == instant
    assert read.tzinfo is UTC


def test_no_instant_stays_none():
    assert to_seconds(None) is None
    assert from_seconds(None) is None


# Locks


async def test_a_lock_is_held_once_and_freed_when_no_task_waits(store):
    async with store.lock("sending"):
        assert store.local_lock("sending").locked()
        assert not store.local_lock("something else").locked()
    waiting = weakref.ref(store.local_lock("sending"))
    gc.collect()
    assert waiting() is None


# Statements


def test_a_statement_without_one_of_its_values_is_refused_and_changes_nothing(open_store):
    adding = "INSERT INTO email_claims (realm, email_key, subscriber_number) VALUES (:realm, :email, :number)"
    store = open_store(None)
    with pytest.raises(StatementError, match="number"), store.writing("here") as transaction:
        transaction.change(adding, email="lila", nmuber="1")
    with store.reading("here") as transaction:
        assert transaction.rows("SELECT * FROM email_claims") == []


def test_a_refused_statement_is_named_without_any_of_its_values(store):
    """PostgreSQL's own message contains the values of the key."""
    with store.writing("here") as transaction:
        put_setting(transaction, KEY, "an answer")
    with pytest.raises(StatementError) as caught, store.writing("here") as transaction:
        put_setting(transaction, KEY, "another answer")
    assert "INSERT INTO installation (key, value) VALUES (:key, :value)" in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert not [value for value in (f"({KEY})", "an answer", "another answer") if value in str(caught.value)]


@pytest.mark.parametrize(("members", "found"), [([], []), (["a"], ["a"]), (["b", "a", "z"], ["a", "b"])])
def test_a_list_stands_for_its_members(store, members, found):
    with store.writing("here") as transaction:
        for key in "abc":
            put_setting(transaction, key, "")
        rows = transaction.rows(
            "SELECT key FROM installation WHERE key IN (:keys) ORDER BY key", keys=members
        )
    assert [key for (key,) in rows] == found


def test_a_percent_sign_and_a_colon_in_a_statement_are_themselves(store):
    with store.reading("here") as transaction:
        assert transaction.value("SELECT '100 %: x' || :sign", sign=":%") == "100 %: x:%"


def test_transactions_do_not_nest(store):
    with store.writing("here") as transaction:
        put_setting(transaction, KEY, "1")
        with pytest.raises(StatementError), store.writing("there"):
            pass
        set_count(transaction, 2)
    with store.reading("here") as transaction:
        assert count_of(transaction) == 2


def test_a_transaction_that_cannot_begin_leaves_none_open(store):
    with suppress(StatementError), store.writing("no such name\0"):  # PostgreSQL takes no NUL
        pass
    with store.writing("default") as transaction:
        assert transaction.value("SELECT 1") == 1
