"""Going through a mailbox, marking and deleting in it."""

from datetime import UTC, datetime

import pytest

from maquette.simulator.store.engine import Store
from maquette.simulator.store.mailbox import (
    add_mail,
    count_mail,
    delete_mail,
    list_mail,
    mark_mails,
    newest_mails,
)

NOW = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)


def catch(store: Store, realm: str = "here", count: int = 1) -> list[int]:
    with store.writing(realm) as transaction:
        return [
            mail_id
            for _ in range(count)
            if (
                mail_id := add_mail(
                    transaction,
                    message_id=None,
                    from_portal=False,
                    sender="a@b.example",
                    recipients=("lila@courriel.example",),
                    subject="Bonjour",
                    author="",
                    raw=b"raw",
                    received_at=NOW,
                )
            )
        ]


def left(store: Store, realm: str = "here") -> list[int]:
    with store.reading(realm) as transaction:
        return [mail.id for mail in list_mail(transaction)]


@pytest.mark.parametrize("count", [0, 1, 49, 50, 51, 100, 101])
def test_a_mailbox_is_gone_through_newest_first_and_whole(store: Store, count: int) -> None:
    caught = catch(store, count=count)
    catch(store, "there")
    with store.reading("here") as transaction:
        assert [mail.id for mail in newest_mails(transaction)] == caught[::-1]


def test_the_named_mails_of_the_realm_are_deleted_and_no_others(store: Store) -> None:
    first, second, third = catch(store, count=3)
    (elsewhere,) = catch(store, "there")
    with store.writing("here") as transaction:
        delete_mail(transaction, [first, third, elsewhere, 999])
    assert left(store) == [second]
    assert left(store, "there") == [elsewhere]


def test_naming_none_deletes_none_and_naming_nothing_deletes_all(store: Store) -> None:
    caught, elsewhere = catch(store, count=2), catch(store, "there")
    with store.writing("here") as transaction:
        delete_mail(transaction, [])
    assert left(store) == caught
    with store.writing("here") as transaction:
        delete_mail(transaction, None)
    assert (left(store), left(store, "there")) == ([], elsewhere)


def test_a_number_is_not_given_again_after_the_last_mail_is_deleted(store: Store) -> None:
    (first,) = catch(store)
    with store.writing("here") as transaction:
        delete_mail(transaction, None)
    (second,) = catch(store)
    assert second > first


def test_mails_are_marked_read_and_unread(store: Store) -> None:
    first, _, third = catch(store, count=3)
    catch(store, "there")

    def unread(realm: str = "here") -> int:
        with store.reading(realm) as transaction:
            return count_mail(transaction)[1]

    with store.writing("here") as transaction:
        mark_mails(transaction, [first, third], read=True)
    assert unread() == 1
    with store.writing("here") as transaction:
        mark_mails(transaction, None, read=True)
    assert (unread(), unread("there")) == (0, 1)
    with store.writing("here") as transaction:
        mark_mails(transaction, None, read=False)
    assert unread() == 3
