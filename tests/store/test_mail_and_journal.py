"""What the catcher caught, and the journal behind the requests."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from maquette.simulator.journal import MOST_WAITING, Journal
from maquette.simulator.store.engine import Store, Transaction
from maquette.simulator.store.journal import JournalLine, list_lines, list_newest_lines
from maquette.simulator.store.mailbox import (
    add_mail,
    count_mail,
    find_mail,
    last_mail_id,
    list_mail,
    list_newest_mail,
    mark_mails,
)
from maquette.simulator.store.schema import journal as journal_table

NOW = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
LINE = JournalLine(
    "here", NOW, datetime(2024, 1, 1, 12, 0, 0, 250_000, tzinfo=UTC), "kind", "request", {"a": "é"}
)


def catch(store, realm="here", message_id="<1@dgfip.finances.example>", *, from_portal=True, raw=b"raw"):
    with store.writing(realm) as transaction:
        return add_mail(
            transaction,
            message_id=message_id,
            from_portal=from_portal,
            sender="ne.pas.repondre+here@dgfip.finances.example",
            recipients=("lila@courriel.example", "zoé@courriel.example"),
            subject="Bonjour",
            author="",
            raw=raw,
            received_at=NOW,
        )


def caught(store, realm="here", after=0):
    with store.reading(realm) as transaction:
        return list_mail(transaction, after)


# The mailbox


def test_a_mail_comes_back_octet_for_octet(store):
    raw = bytes(range(256)) * 4
    mail_id = catch(store, raw=raw)
    (mail,) = caught(store)
    assert (mail.id, mail.raw, mail.message_id) == (mail_id, raw, "<1@dgfip.finances.example>")
    assert mail.recipients == ("lila@courriel.example", "zoé@courriel.example")
    assert (mail.received_at, mail.read) == (NOW, False)


@pytest.mark.rule("MAIL-6")
def test_a_letter_of_the_portal_that_comes_twice_is_kept_once(store):
    first = catch(store, raw=b"first")
    assert catch(store, raw=b"second") is None
    assert [(mail.id, mail.raw) for mail in caught(store)] == [(first, b"first")]


@pytest.mark.rule("MAIL-6")
def test_other_letters_of_the_portal_are_kept(store):
    catch(store)
    assert catch(store, message_id="<2@dgfip.finances.example>") is not None
    assert len(caught(store)) == 2


@pytest.mark.rule("MAIL-6")
def test_mail_from_outside_is_kept_however_often_it_comes(store):
    for _ in range(3):
        assert catch(store, message_id="<1@essai.example>", from_portal=False) is not None
    for _ in range(2):
        assert catch(store, message_id=None, from_portal=False) is not None
    assert len(caught(store)) == 5


@pytest.mark.rule("MAIL-6")
def test_a_forged_copy_does_not_keep_the_portal_s_letter_out(store):
    assert catch(store, from_portal=False, raw=b"forged") is not None
    assert catch(store, from_portal=True, raw=b"ours") is not None
    assert [mail.raw for mail in caught(store)] == [b"forged", b"ours"]


@pytest.mark.rule("MAIL-6")
def test_the_same_letter_in_another_realm_is_another_letter(store):
    assert catch(store, "here") is not None
    assert catch(store, "there") is not None
    assert len(caught(store, "here")) == len(caught(store, "there")) == 1


def test_a_mail_s_number_is_a_cursor_that_only_rises(store):
    ids = [catch(store, message_id=f"<{n}@a.example>") for n in range(3)]
    assert ids == sorted(ids)
    assert [mail.id for mail in caught(store, after=ids[0])] == ids[1:]
    assert caught(store, after=ids[2]) == []
    with store.writing("here") as transaction:
        assert last_mail_id(transaction) == ids[2]
        transaction.connection.exec_driver_sql("DELETE FROM mailbox")
        assert last_mail_id(transaction) == 0
    assert catch(store) > ids[2]


def test_a_mail_is_read_once_it_is_marked(store):
    first, second = catch(store, message_id="<1@a.example>"), catch(store, message_id="<2@a.example>")
    with store.writing("here") as transaction:
        mark_mails(transaction, [first], read=True)
        assert [find_mail(transaction, mail_id).read for mail_id in (first, second)] == [True, False]
        assert find_mail(transaction, 99) is None


def test_the_inbox_shows_the_newest_first_page_by_page_and_how_many_are_unread(store):
    ids = [catch(store, message_id=f"<{n}@a.example>") for n in range(5)]
    catch(store, "there")
    with store.writing("here") as transaction:
        mark_mails(transaction, [ids[0]], read=True)
        assert count_mail(transaction) == (5, 4)
        newest = list_newest_mail(transaction, before=None, most=2)
        older = list_newest_mail(transaction, before=newest[-1].id, most=10)
    assert [line.id for line in newest] == ids[:2:-1]
    assert [line.id for line in older] == ids[2::-1]
    assert (newest[0].subject, newest[0].read, older[-1].read) == ("Bonjour", False, True)
    assert newest[0].recipients == ("lila@courriel.example", "zoé@courriel.example")


def test_mail_is_asked_for_by_recipient_whatever_the_case(store):
    ids = [catch(store, message_id=f"<{n}@a.example>") for n in range(3)]
    catch(store, "there")
    with store.reading("here") as transaction:
        for to, most, found in (
            ("LILA@courriel.example", None, ids),
            ("ZOÉ@courriel.example", 2, ids[:2]),
            ("lila@courriel", None, []),
        ):
            assert [mail.id for mail in list_mail(transaction, to=to, most=most)] == found
        assert [mail.id for mail in list_mail(transaction, ids[0], to="lila@courriel.example")] == ids[1:]
        assert [mail.id for mail in list_mail(transaction, most=1)] == ids[:1]


# The journal


def read(journal, **asked):
    return journal.read(**{"of_realm": "here", **asked})


async def test_a_line_comes_back_as_it_was_taken_with_a_cursor(store):
    journal = Journal(store)
    journal.take([LINE])
    (line,) = read(journal)
    assert replace(line, id=None) == LINE
    assert line.id is not None


async def test_whoever_reads_gets_what_was_taken_so_far_in_its_order(store):
    journal = Journal(store)
    journal.take([replace(LINE, kind=kind) for kind in "abc"])
    journal.take([replace(LINE, kind="d")])
    assert [line.kind for line in read(journal)] == list("abcd")


async def test_lines_are_written_a_moment_later_without_anybody_reading(store):
    watched = WatchedStore(store)
    journal = Journal(watched)
    for kinds in ("a", "ab"):
        journal.take([replace(LINE, kind=kinds[-1])])
        assert kinds_written(store) == list(kinds[:-1])
        await watched.tried()
        assert kinds_written(store) == list(kinds)


class WatchedStore:
    """A store that tells when somebody has tried to write, and that fails the first times."""

    def __init__(self, store: Store, failures: int = 0) -> None:
        self._store, self._failures, self._tried = store, failures, asyncio.Event()
        self.reading = store.reading

    @contextmanager
    def writing(self, realm: str) -> Iterator[Transaction]:
        try:
            with self._store.writing(realm) as transaction:
                if self._failures:
                    self._failures -= 1
                    raise sa.exc.OperationalError("INSERT", {}, Exception("disk I/O error"))
                yield transaction
        finally:
            self._tried.set()

    async def tried(self) -> None:
        """Wait for the next try."""
        async with asyncio.timeout(10):
            await self._tried.wait()
        self._tried.clear()


def kinds_written(store):
    with store.reading("") as transaction:
        query = sa.select(journal_table.c.kind).order_by(journal_table.c.id)
        return list(transaction.connection.execute(query).scalars())


async def test_no_lines_are_no_work(store):
    journal = Journal(store)
    journal.take([])
    journal.write()
    assert read(journal) == []


async def test_the_installation_s_own_lines_are_apart(store):
    journal = Journal(store)
    own = replace(LINE, realm=None, at=None, correlation=None, kind="handshake-failed")
    journal.take([LINE, own])
    assert [line.kind for line in read(journal)] == ["kind"]
    (line,) = journal.read(of_realm=None)
    assert replace(line, id=None) == own


async def test_lines_are_asked_for_by_cursor_kind_and_number(store):
    journal = Journal(store)
    journal.take([replace(LINE, kind=kind) for kind in "abab"])
    ids = [line.id for line in read(journal)]
    assert [line.id for line in read(journal, after=ids[1])] == ids[2:]
    assert [line.id for line in read(journal, kind="b")] == [ids[1], ids[3]]
    assert [line.id for line in read(journal, kind="b", after=ids[1], most=1)] == [ids[3]]
    assert [line.id for line in read(journal, most=2)] == ids[:2]
    assert read(journal, kind="c") == []


async def test_the_newest_lines_come_first_of_the_kinds_and_since_the_instant_that_are_asked_for(store):
    journal = Journal(store)
    instants = [NOW + timedelta(minutes=minute) for minute in range(4)]
    journal.take([replace(LINE, kind=kind, at=at) for kind, at in zip("abac", instants, strict=True)])
    journal.take([replace(LINE, realm="there"), replace(LINE, realm=None, at=None)])
    journal.write()
    with store.reading("here") as transaction:
        for asked, kinds in (
            ({"most": 9}, "caba"),
            ({"most": 2}, "ca"),
            ({"most": 9, "kinds": ("a", "b")}, "aba"),
            ({"most": 9, "kinds": ()}, ""),
            ({"most": 9, "since": instants[2]}, "ca"),
            ({"most": 1, "kinds": ("a",), "since": instants[1]}, "a"),
        ):
            assert "".join(line.kind for line in list_newest_lines(transaction, **asked)) == kinds


async def test_the_world_s_clock_is_kept_to_the_fraction(store):
    journal = Journal(store)
    times = [LINE.real_at + timedelta(milliseconds=number) for number in range(3)]
    journal.take([replace(LINE, real_at=real_at) for real_at in times])
    journal.write()
    with store.reading("here") as transaction:
        lines = list_lines(transaction, of_realm="here", after=0, kind=None, most=3)
    assert [line.real_at for line in lines] == times


async def test_a_write_that_failed_is_made_up_for_with_the_next_lines(store):
    watched = WatchedStore(store, failures=2)
    journal = Journal(watched)
    for kind in "ab":
        journal.take([replace(LINE, kind=kind)])
        await watched.tried()
        assert kinds_written(store) == []
    journal.take([replace(LINE, kind="c")])
    await watched.tried()
    assert kinds_written(store) == ["a", "b", "c"]


async def test_of_the_lines_that_cannot_be_written_the_newest_are_kept(store):
    watched = WatchedStore(store, failures=1)
    journal = Journal(watched)
    journal.take([replace(LINE, kind="first"), *[LINE] * (MOST_WAITING - 1), replace(LINE, kind="last")])
    await watched.tried()
    journal.write()
    written = kinds_written(store)
    assert len(written) == MOST_WAITING
    assert "first" not in written
    assert written[-1] == "last"
