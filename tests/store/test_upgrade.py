"""A database of an older version: upgraded by numbered changes, all or none, after a copy of the file."""

import logging
import sqlite3
import stat
import threading
from pathlib import Path

import pytest
from old_databases import make_version_3

from maquette.simulator.store.database import Store, get_setting, put_setting
from maquette.simulator.store.errors import StoreError
from maquette.simulator.store.helpdesk import list_helpdesk_messages
from maquette.simulator.store.schema import FIRST_VERSION, SCHEMA, TABLES, Schema

ANSWERS = "CREATE TABLE answers (id {number}, realm VARCHAR NOT NULL, recording {bytes})"
SIGNED = "ALTER TABLE helpdesk_messages ADD COLUMN signed VARCHAR"
LATER = Schema(
    f"{TABLES}; {ANSWERS}; {SIGNED};",
    {
        4: f"-- spoken answers; as recordings\n{ANSWERS};",
        5: f"{SIGNED}; UPDATE helpdesk_messages SET signed = name",  # noqa: S608 - all of it stands here
    },
)
"""What a later version might change."""


@pytest.fixture
def older(empty: str | None, file: Path) -> Path | str:
    """The path or URL of a database of version 3."""
    where = empty or file
    make_version_3(where)
    return where


def version_of(store: Store) -> str | None:
    with store.reading("") as transaction:
        return get_setting(transaction, "schema_version")


def shape_of(store: Store) -> list[object]:
    """Every column with its type, and every index, in a stable order."""
    with store.reading("") as transaction:
        if isinstance(transaction.database.connection, sqlite3.Connection):
            found = [
                row
                for table in sorted(transaction.database.tables())
                for pragma in ("table_info", "index_list", "foreign_key_list")
                for row in transaction.rows(f"PRAGMA {pragma}({table})")
            ]
            return sorted(repr(row[1:]).replace("BIGINT", "INTEGER") for row in found)  # one type to SQLite
        return list(
            transaction.rows(
                """
            SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
            WHERE table_schema = current_schema()
            UNION ALL
            SELECT tablename, indexname, indexdef, '' FROM pg_indexes WHERE schemaname = current_schema()
            ORDER BY 1, 2
            """
            )
        )


def test_a_new_database_has_the_shape_of_an_upgraded_one(older, open_store, tmp_path, request):
    upgraded = shape_of(open_store(older))
    if isinstance(older, Path):
        new = open_store(None)
    else:
        new = open_store(request.getfixturevalue("fresh_database")())
    assert shape_of(new) == upgraded


def test_an_older_database_gets_all_changes_behind_its_version(older):
    before = Store(older)
    with before.writing("") as transaction:
        put_setting(transaction, "secret", "kept")
    before.close()
    store = Store(older, LATER)
    assert version_of(store) == str(LATER.version) == "5"
    with store.writing("here") as transaction:
        assert get_setting(transaction, "secret") == "kept"
        assert transaction.rows("SELECT signed FROM helpdesk_messages WHERE realm = :realm") == [("Lila",)]
        transaction.change("INSERT INTO answers (realm, recording) VALUES (:realm, :octets)", octets=b"\0")
        assert [each["message"] for each in list_helpdesk_messages(transaction)] == ["Où est mon code ?"]
    store.close()


def test_a_database_that_has_some_of_the_changes_gets_the_others(older):
    Store(older, Schema(f"{TABLES}; {ANSWERS};", {4: LATER.changes[4]})).close()
    store = Store(older, LATER)
    assert version_of(store) == "5"
    store.close()


def test_the_file_is_copied_before_and_the_log_names_the_copy(file, caplog):
    make_version_3(file)
    earlier = file.with_name("maquette.sqlite3.version-3")
    earlier.write_text("of an earlier attempt")
    earlier.chmod(0o644)
    with caplog.at_level(logging.WARNING, "maquette.store"):
        for _ in range(2):  # the second time, there is nothing to do
            Store(file, LATER).close()
    copy = file.with_name("maquette.sqlite3.version-3")
    assert [record.getMessage() for record in caplog.records] == [
        f"the data in {file} goes from schema version 3 to 5; a copy as it was: {copy}"
    ]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    store = Store(copy)
    assert version_of(store) == "3"
    store.close()


def test_a_change_that_fails_leaves_everything_as_it_was(older):
    broken = Schema(LATER.tables, {**LATER.changes, 5: "ALTER TABLE nowhere ADD COLUMN signed VARCHAR"})
    with pytest.raises(StoreError, match=r"cannot be opened: .*nowhere"):
        Store(older, broken)
    store = Store(older)
    assert version_of(store) == "3"
    with store.reading("") as transaction:
        assert "answers" not in transaction.database.tables()
    store.close()


def test_servers_that_start_at_once_upgrade_it_once(older):
    opened: list[Store] = []
    failures: list[BaseException] = []
    barrier = threading.Barrier(3)

    def start() -> None:
        barrier.wait()
        try:
            opened.append(Store(older, LATER))
        except BaseException as error:  # noqa: BLE001 - a thread's failure must not go unseen
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [version_of(store) for store in opened] == ["5"] * 3
    for store in opened:
        store.close()


def test_a_database_of_a_later_version_is_refused_and_left_alone(older):
    Store(older, LATER).close()
    for _ in range(2):
        with pytest.raises(
            StoreError, match=rf"has schema version 5, this Maquette needs {SCHEMA.version}: "
        ):
            Store(older)


def test_a_command_beside_the_server_neither_upgrades_nor_creates(older, tmp_path):
    for where in (older, tmp_path / "nothing.db"):
        with pytest.raises(StoreError, match="start maquette serve"):
            Store(where, LATER, may_upgrade=False)
    Store(older, LATER).close()
    Store(older, LATER, may_upgrade=False).close()


def test_the_changes_lead_from_the_first_version_one_by_one():
    assert sorted(SCHEMA.changes) == list(range(FIRST_VERSION + 1, SCHEMA.version + 1))
