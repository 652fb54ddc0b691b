"""A realm's mailbox: storing, listing, marking and deleting mails."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from maquette.simulator.domain.delivery import Folder
from maquette.simulator.store.database import Store
from maquette.simulator.store.mailbox import (
    ArrivingMail,
    StoredMail,
    add_mail,
    count_mail,
    delete_mail,
    find_mail,
    last_mail_id,
    list_mail,
    list_mail_ids,
    list_newest_mail,
    mark_mails,
    newest_mails,
    recipients_after,
)

NOW = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
LILA, ZOE = "lila@courriel.example", "zoé@courriel.example"
MAIL = ArrivingMail(
    "<1@dgfip.finances.example>", "a@b.example", (LILA, ZOE), "Bonjour", "", Folder.INBOX, b"raw"
)


def catch(store: Store, realm: str = "here", count: int = 1, mail: ArrivingMail = MAIL) -> list[int]:
    with store.writing(realm) as transaction:
        return [add_mail(transaction, mail, NOW) for _ in range(count)]


def caught(store: Store, realm: str = "here", after: int = 0) -> list[StoredMail]:
    with store.reading(realm) as transaction:
        return list_mail(transaction, after)


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 100, 101])
def test_a_mailbox_is_gone_through_newest_first_and_whole(store: Store, count: int) -> None:
    mails = catch(store, count=count)
    catch(store, "there")
    catch(store, mail=replace(MAIL, folder=Folder.SPAM))
    with store.reading("here") as transaction:
        assert [mail.id for mail in newest_mails(transaction, Folder.INBOX)] == mails[::-1]


def test_a_mail_comes_back_octet_for_octet(store: Store) -> None:
    raw = bytes(range(256)) * 4
    (mail_id,) = catch(store, mail=replace(MAIL, raw=raw, folder=Folder.SPAM))
    (mail,) = caught(store)
    assert (mail.id, mail.raw, mail.message_id) == (mail_id, raw, "<1@dgfip.finances.example>")
    assert mail.recipients == (LILA, ZOE)
    assert (mail.received_at, mail.read, mail.folder) == (NOW, False, Folder.SPAM)


def test_a_mail_s_number_is_a_cursor_that_only_rises(store: Store) -> None:
    ids = catch(store, count=3)
    assert ids == sorted(ids)
    assert [mail.id for mail in caught(store, after=ids[0])] == ids[1:]
    assert caught(store, after=ids[2]) == []
    with store.writing("here") as transaction:
        assert last_mail_id(transaction) == ids[2]
        delete_mail(transaction, None)
        assert last_mail_id(transaction) == 0
    assert catch(store)[0] > ids[2]


def test_the_inbox_shows_the_newest_first_page_by_page_and_how_many_are_unread(store: Store) -> None:
    ids = catch(store, count=5)
    catch(store, mail=replace(MAIL, folder=Folder.SPAM))
    catch(store, "there")
    with store.writing("here") as transaction:
        mark_mails(transaction, [ids[0]], read=True)
        assert count_mail(transaction, Folder.INBOX) == (5, 4)
        newest = list_newest_mail(transaction, Folder.INBOX, before=None, most=2)
        older = list_newest_mail(transaction, Folder.INBOX, before=newest[-1].id, most=10)
    assert [line.id for line in newest] == ids[:2:-1]
    assert [line.id for line in older] == ids[2::-1]
    assert (newest[0].subject, newest[0].read, older[-1].read) == ("Bonjour", False, True)
    assert newest[0].recipients == (LILA, ZOE)


def test_mail_is_asked_for_by_recipient_whatever_the_case(store: Store) -> None:
    ids = catch(store, count=3)
    catch(store, mail=replace(MAIL, recipients=("theo@courriel.example",)))
    catch(store, "there")
    with store.reading("here") as transaction:
        for to, most, found in (
            ("LILA@courriel.example", None, ids),
            ("ZOÉ@courriel.example", 2, ids[:2]),
            ("lila@courriel", None, []),
        ):
            assert [mail.id for mail in list_mail(transaction, to=to, most=most)] == found
        assert [mail.id for mail in list_mail(transaction, ids[0], to=LILA)] == ids[1:]
        assert [mail.id for mail in list_mail(transaction, most=1)] == ids[:1]
        assert list_mail_ids(transaction, ids[0], to=LILA) == ids[1:]


def test_a_mail_to_the_same_address_twice_is_one_mail_to_it(store: Store) -> None:
    ids = catch(store, mail=replace(MAIL, recipients=(LILA.upper(), LILA.title())))
    with store.reading("here") as transaction:
        assert [mail.id for mail in list_mail(transaction, to=LILA)] == ids


def test_the_recipients_of_later_mails_are_known_in_lower_case(store: Store) -> None:
    first, _ = catch(store)[0], catch(store, mail=replace(MAIL, recipients=("THEO@courriel.example",)))
    catch(store, "there")
    with store.reading("here") as transaction:
        assert recipients_after(transaction, 0) == {LILA, ZOE, "theo@courriel.example"}
        assert recipients_after(transaction, first) == {"theo@courriel.example"}


def test_mail_is_asked_for_by_folder(store: Store) -> None:
    (inbox,), (spam,) = catch(store), catch(store, mail=replace(MAIL, folder=Folder.SPAM))
    with store.reading("here") as transaction:
        for folder, found in ((None, [inbox, spam]), (Folder.INBOX, [inbox]), (Folder.SPAM, [spam])):
            assert list_mail_ids(transaction, folder=folder) == found
            assert [mail.id for mail in list_mail(transaction, to=LILA, folder=folder)] == found


def test_asking_by_recipient_reads_the_mails_to_that_address_and_no_others(
    open_store: Callable[[], Store],
) -> None:
    """SQLite's plan uses the index: mail to other addresses must not slow the query down."""
    store = open_store()
    statements: list[str] = []
    with store.reading("here") as transaction:
        connection = transaction.database.connection
        connection.set_trace_callback(statements.append)
        list_mail(transaction, 5, to=LILA, folder=Folder.INBOX, most=1)
        connection.set_trace_callback(None)
        plans = [step[3] for sql in statements for step in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    assert any("mail_recipients USING COVERING INDEX" in step for step in plans), plans
    assert not any("SCAN" in step or "mailbox_by_realm" in step for step in plans), plans


@pytest.mark.parametrize("count", [499, 500, 501])
def test_the_named_mails_of_the_realm_are_deleted_and_no_others(store: Store, count: int) -> None:
    mails = catch(store, count=count + 1)
    (elsewhere,) = catch(store, "there")
    with store.writing("here") as transaction:
        assert delete_mail(transaction, [*mails[1:], elsewhere, 9999]) == mails[1:]
    assert [mail.id for mail in caught(store)] == mails[:1]
    assert [mail.id for mail in caught(store, "there")] == [elsewhere]


def test_a_deleted_mail_leaves_no_recipient_behind(store: Store) -> None:
    catch(store, count=2)
    with store.writing("here") as transaction:
        delete_mail(transaction, None)
        assert transaction.rows("SELECT * FROM mail_recipients") == []


def test_an_empty_list_deletes_no_mail_and_no_list_deletes_all(store: Store) -> None:
    mails, elsewhere = catch(store, count=2), catch(store, "there")
    with store.writing("here") as transaction:
        assert delete_mail(transaction, []) == []
    assert [mail.id for mail in caught(store)] == mails
    with store.writing("here") as transaction:
        assert delete_mail(transaction, None) == mails
    assert (caught(store), [mail.id for mail in caught(store, "there")]) == ([], elsewhere)


def test_deleting_and_marking_stay_in_the_folder_that_is_named(store: Store) -> None:
    (inbox,), (spam,) = catch(store), catch(store, mail=replace(MAIL, folder=Folder.SPAM))
    with store.writing("here") as transaction:
        assert mark_mails(transaction, [inbox, spam], read=True, folder=Folder.INBOX) == [inbox]
        assert delete_mail(transaction, None, folder=Folder.INBOX) == [inbox]
        assert delete_mail(transaction, [spam], folder=Folder.INBOX) == []
    assert [mail.read for mail in caught(store)] == [False]


def test_marking_returns_the_mails_that_it_changed(store: Store) -> None:
    first, second, third = catch(store, count=3)
    catch(store, "there")
    with store.writing("here") as transaction:
        assert mark_mails(transaction, [third, first, 9999], read=True) == [first, third]
        assert mark_mails(transaction, [first], read=True) == []
        assert mark_mails(transaction, None, read=True) == [second]
        assert mark_mails(transaction, [second], read=False) == [second]
        states = [
            mail.read for mail_id in (first, second, third) if (mail := find_mail(transaction, mail_id))
        ]
        assert states == [True, False, True]
        assert find_mail(transaction, 9999) is None
    with store.reading("there") as transaction:
        assert count_mail(transaction, Folder.INBOX) == (1, 1)
