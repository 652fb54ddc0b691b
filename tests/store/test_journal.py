"""The journal: taking lines, writing them, waking readers, deleting old lines."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.store.database import Store, Transaction
from maquette.simulator.store.errors import StatementError
from maquette.simulator.store.journal import (
    JournalRecord,
    add_lines,
    find_trimmed,
    list_lines,
    list_lines_of,
    list_newest_lines,
    list_newest_of_installation,
    realms_of_lines,
    trim,
)
from maquette.simulator.store.journal_writer import KEPT_LINES, JournalWriter

KINDS = {
    "a": Kind.MAIL_QUEUED,
    "b": Kind.MAIL_SENT,
    "c": Kind.MAIL_DELIVERED,
    "d": Kind.MAIL_READ,
    "h": Kind.HANDSHAKE_FAILED,
    "-": Kind.JOURNAL_TRIMMED,
}
"""Kinds of line by the letters that these tests call them."""

LETTERS = {kind: letter for letter, kind in KINDS.items()}
NOW = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
LINE = JournalRecord(
    "here", NOW, datetime(2024, 1, 1, 12, 0, 0, 250_000, tzinfo=UTC), KINDS["a"], "request", {"a": "é"}
)


def lines(letters: str, realm: str | None = "here") -> list[JournalRecord]:
    return [replace(LINE, realm=realm, kind=KINDS[letter]) for letter in letters]


def told(found) -> str:
    return "".join(LETTERS[line.kind] for line in found)


def read(journal, **asked):
    return journal.read(**{"of_realm": "here", **asked})


async def test_a_line_comes_back_as_it_was_taken_with_a_cursor(store):
    journal = JournalWriter(store)
    journal.take([LINE])
    (line,) = read(journal)
    assert replace(line, id=None) == LINE
    assert line.id is not None


async def test_a_reader_gets_all_lines_taken_so_far_in_order(store):
    journal = JournalWriter(store)
    journal.take(lines("abc"))
    journal.take(lines("d"))
    assert told(read(journal)) == "abcd"


async def test_lines_are_written_a_moment_later_without_a_reader(store):
    watched = WatchedStore(store)
    journal = JournalWriter(watched)
    for kinds in ("a", "ab"):
        journal.take(lines(kinds[-1]))
        assert written(store) == kinds[:-1]
        await watched.tried()
        assert written(store) == kinds


class WatchedStore:
    """A store that reports each attempt to write, and fails the first times."""

    def __init__(self, store: Store, failures: int = 0) -> None:
        self._store, self._failures, self._tried = store, failures, asyncio.Event()
        self.reading = store.reading

    @contextmanager
    def writing(self, realm: str) -> Iterator[Transaction]:
        try:
            with self._store.writing(realm) as transaction:
                if self._failures:
                    self._failures -= 1
                    raise StatementError("disk I/O error", "INSERT")
                yield transaction
        finally:
            self._tried.set()

    async def tried(self) -> None:
        """Wait for the next attempt to write."""
        async with asyncio.timeout(10):
            await self._tried.wait()
        self._tried.clear()


def written(store):
    """The texts of all lines in the database, joined."""
    with store.reading("") as transaction:
        kinds = transaction.rows("SELECT kind FROM journal ORDER BY id")
        return "".join(LETTERS[kind] for (kind,) in kinds)


async def test_without_lines_nothing_is_written(store):
    journal = JournalWriter(store)
    assert journal.last_id() == 0
    journal.take([])
    journal.write()
    assert read(journal) == []


async def test_the_installation_s_own_lines_are_apart(store):
    journal = JournalWriter(store)
    own = replace(LINE, realm=None, at=None, correlation=None, kind="handshake-failed")
    journal.take([LINE, own])
    assert told(read(journal)) == "a"
    (line,) = journal.read(of_realm=None)
    assert replace(line, id=None) == own


async def test_lines_are_read_by_cursor_kind_and_number(store):
    journal = JournalWriter(store)
    journal.take(lines("abab"))
    ids = [line.id for line in read(journal)]
    assert [line.id for line in read(journal, after=ids[1])] == ids[2:]
    assert [line.id for line in read(journal, kind=KINDS["b"])] == [ids[1], ids[3]]
    assert [line.id for line in read(journal, kind=KINDS["b"], after=ids[1], most=1)] == [ids[3]]
    assert [line.id for line in read(journal, most=2)] == ids[:2]
    assert read(journal, kind=KINDS["c"]) == []


async def test_newest_lines_are_read_by_kinds_and_since_an_instant(store):
    journal = JournalWriter(store)
    instants = [NOW + timedelta(minutes=minute) for minute in range(4)]
    journal.take([replace(line, at=at) for line, at in zip(lines("abac"), instants, strict=True)])
    journal.take([replace(LINE, realm="there"), replace(LINE, realm=None, at=None)])
    journal.write()
    with store.reading("here") as transaction:
        for asked, kinds in (
            ({"most": 9}, "caba"),
            ({"most": 2}, "ca"),
            ({"most": 9, "kinds": (KINDS["a"], KINDS["b"])}, "aba"),
            ({"most": 9, "kinds": ()}, ""),
            ({"most": 9, "since": instants[2]}, "ca"),
            ({"most": 1, "kinds": (KINDS["a"],), "since": instants[1]}, "a"),
        ):
            assert told(list_newest_lines(transaction, **asked)) == kinds


async def test_the_world_s_clock_is_kept_to_the_fraction(store):
    journal = JournalWriter(store)
    times = [LINE.real_at + timedelta(milliseconds=number) for number in range(3)]
    journal.take([replace(LINE, real_at=real_at) for real_at in times])
    journal.write()
    with store.reading("here") as transaction:
        kept = list_lines(transaction, of_realm="here", after=0, kind=None, most=3)
    assert [line.real_at for line in kept] == times


async def test_a_failed_write_is_repeated_with_the_next_lines(store):
    watched = WatchedStore(store, failures=2)
    journal = JournalWriter(watched)
    for kind in "ab":
        journal.take(lines(kind))
        await watched.tried()
        assert written(store) == ""
    journal.take(lines("c"))
    await watched.tried()
    assert written(store) == "abc"


async def test_of_the_lines_that_cannot_be_written_the_newest_are_kept(store):
    watched = WatchedStore(store, failures=1)
    journal = JournalWriter(watched)
    journal.take([*lines("b"), *[LINE] * 9_999, *lines("c")])
    await watched.tried()
    journal.write()
    assert written(store) == "a" * 9_999 + "c"


@pytest.mark.parametrize("failures", [0, 1])
async def test_lines_that_cannot_be_written_at_the_end_are_told_in_the_log(store, caplog, failures):
    journal = JournalWriter(WatchedStore(store, failures=failures))
    journal.take(lines("ab"))
    journal.stop()
    lost = [entry.getMessage() for entry in caplog.records if "lost" in entry.getMessage()]
    assert lost == ["the last 2 lines of the journal are lost"] * failures
    assert written(store) == ("" if failures else "ab")


@pytest.mark.parametrize("kind", ["", "mail-quequed", "MAIL-QUEUED"])
async def test_a_line_of_an_unknown_kind_is_an_error(store, kind):
    journal = JournalWriter(store)
    with pytest.raises(ValueError, match="unknown kinds of line"):
        journal.take([replace(LINE, kind=kind)])
    assert read(journal) == []


# Who waits for lines


async def test_a_bell_rings_for_the_lines_of_its_own_realm_once_they_are_written(store):
    journal = JournalWriter(store)
    with journal.bell("here") as here, journal.bell("there") as there, journal.bell(None) as own:
        journal.take(lines("a"))
        assert not here.is_set()
        journal.write()
        assert [bell.is_set() for bell in (here, there, own)] == [True, False, False]
        journal.take(lines("h", realm=None))
        journal.write()
        assert [bell.is_set() for bell in (here, there, own)] == [True, False, True]


async def test_a_bell_rings_without_a_reader(store):
    journal = JournalWriter(store)
    with journal.bell("here") as bell:
        journal.take(lines("a"))
        async with asyncio.timeout(10):
            await bell.wait()
    assert written(store) == "a"


async def test_a_bell_does_not_ring_for_lines_that_were_not_written(store):
    watched = WatchedStore(store, failures=1)
    journal = JournalWriter(watched)
    with journal.bell("here") as bell:
        journal.take(lines("a"))
        await watched.tried()
        assert not bell.is_set()
        journal.take(lines("b"))
        async with asyncio.timeout(10):
            await bell.wait()


async def test_a_bell_without_listeners_is_forgotten(store):
    journal = JournalWriter(store)
    with journal.bell("here") as first:
        with journal.bell("here") as second:
            pass
        journal.take(lines("a"))
        journal.write()
        assert (first.is_set(), second.is_set()) == (True, False)
    assert not journal._bells


# What is kept


def kept(store, **asked):
    with store.writing("here") as transaction:
        asked = {"of_realm": "here", "most": 100, **asked}
        gone = trim(transaction, **asked)
        return gone, told(list_lines(transaction, of_realm=asked["of_realm"], after=0, kind=None, most=100))


def missing(store, of_realm: str | None = "here"):
    with store.reading("here") as transaction:
        trimmed = find_trimmed(transaction, of_realm=of_realm)
    return trimmed and trimmed.data["lines"]


@pytest.mark.parametrize(
    ("keep", "left", "gone"), [(5, "abcda", None), (4, "abcda", None), (3, "-cda", 2), (1, "-a", 4)]
)
async def test_the_newest_lines_are_kept_and_one_line_replaces_the_rest(store, keep, left, gone):
    journal = JournalWriter(store)
    journal.take([*lines("abcda"), *lines("aaaaa", realm="there"), *lines("hhhh", realm=None)])
    journal.write()
    assert kept(store, keep=keep)[1] == left
    assert missing(store) == gone
    assert (missing(store, "there"), missing(store, None)) == (None, None)
    assert len(read(journal, of_realm="there")) == 5


async def test_the_lines_that_are_gone_are_counted_from_the_beginning(store):
    journal = JournalWriter(store)
    for more, gone in (("aaa", 2), ("a", 3), ("aa", 5)):
        journal.take(lines(more))
        journal.write()
        assert kept(store, keep=1)[1] == "-a"
        assert missing(store) == gone


async def test_the_number_of_lines_deleted_at_once_is_limited(store):
    journal = JournalWriter(store)
    journal.take(lines("aaaaaaaaab"))
    journal.write()
    assert kept(store, keep=2, most=4) == (3, "-aaaaab")
    assert kept(store, keep=2, most=4) == (3, "-aab")
    assert missing(store) == 7


async def test_the_installation_s_journal_is_trimmed_as_well(store):
    journal = JournalWriter(store)
    journal.take(lines("hhhh", realm=None))
    journal.write()
    assert kept(store, of_realm=None, keep=2)[1] == "-hh"


@pytest.mark.parametrize(("place", "trimmed"), [(1, True), (2, False), (3, False)])
async def test_a_reader_is_told_that_lines_after_its_cursor_are_gone(store, place, trimmed):
    """`place`: the number of lines read before, of which two are deleted."""
    journal = JournalWriter(store)
    journal.take(lines("abcd"))
    cursor = read(journal)[place - 1].id
    kept(store, keep=2)
    assert journal.is_trimmed(of_realm="here", after=cursor) is trimmed
    assert told(read(journal, after=cursor)) == {1: "-cd", 2: "cd", 3: "d"}[place]


async def test_a_journal_keeps_its_newest_lines_by_itself(store):
    watched = WatchedStore(store)
    journal = JournalWriter(watched, kept_lines=10)
    journal.take(lines("a" * 999))
    await watched.tried()
    assert len(written(store)) == 999
    journal.take(lines("b"))
    async with asyncio.timeout(10):
        while len(written(store)) > 11:
            await watched.tried()
    assert written(store) == "-" + "a" * 9 + "b"
    assert missing(store) == 990


def test_a_realm_keeps_a_hundred_thousand_lines():
    assert KEPT_LINES == 100_000


def caused(kind: str, correlation: str, realm: str | None = "here") -> JournalRecord:
    return replace(LINE, kind=KINDS[kind], correlation=correlation, realm=realm)


def test_the_lines_of_named_requests_are_found_by_kind_oldest_first(store):
    with store.writing("here") as transaction:
        add_lines(
            transaction,
            [
                caused("a", "z"),
                caused("b", "z"),
                caused("a", "x"),
                caused("a", "y"),
                caused("a", "z", "there"),
            ],
        )
        found = list_lines_of(transaction, ["y", "z"], kind=KINDS["a"])
    assert [(line.realm, line.kind, line.correlation) for line in found] == [
        ("here", KINDS["a"], "z"),
        ("here", KINDS["a"], "y"),
    ]


def test_the_installation_s_newest_lines_are_found_by_kind_newest_first(store):
    with store.writing("") as transaction:
        add_lines(
            transaction,
            [caused("h", each, None) for each in "123"] + [caused("a", "4", None), caused("h", "5", "here")],
        )
        found = list_newest_of_installation(transaction, kind=KINDS["h"], most=2)
    assert [line.correlation for line in found] == ["3", "2"]


def test_the_realms_of_later_lines_are_named(store):
    with store.writing("") as transaction:
        for realm in ("here", "there", None):
            add_lines(transaction, [replace(LINE, realm=realm)])
        (first,) = list_lines(transaction, of_realm="here", after=0, kind=None, most=1)
        assert set(realms_of_lines(transaction, after=0)) == {"here", "there", None}
        assert set(realms_of_lines(transaction, after=first.id)) == {"there", None}
