"""A realm's mail: find, open, mark, delete, wait (MAIL-1, MAIL-5).

The journal records who first opened a mail and who deleted mails, through the API or the pages.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Literal

from maquette.simulator.console.operations.context import OperationContext
from maquette.simulator.console.operations.names import as_id
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.mail.letters import option_of_message_id
from maquette.simulator.mail.search import OpenedMail, Test
from maquette.simulator.store.database import Store, Transaction
from maquette.simulator.store.mailbox import (
    MailLine,
    StoredMail,
    delete_mail,
    find_mail,
    last_mail_id,
    list_mail,
    list_mail_ids,
    mark_mails,
    newest_mails,
)
from maquette.simulator.store.options import find_option
from maquette.simulator.store.realms import RealmRecord

AT_A_TIME = 50
"""Mails that are read in one transaction; other requests are served between two transactions."""

NAMED_IN_JOURNAL = 100
"""Mails that one line of the journal names."""

Door = Literal["api", "mailpit", "console"]
"""The console's doors to a mailbox."""


class MailNotFoundError(LookupError):
    """The realm has no such mail."""


@dataclass(frozen=True, slots=True)
class MailFilter:
    """Which mails: to this address, in this folder, with an id above `after`; None is any."""

    to: str | None = None
    folder: Folder | None = None
    after: int = 0


@dataclass(frozen=True, slots=True)
class MailPage:
    """Some mails, oldest first; `cursor` continues after them."""

    mails: list[StoredMail]
    cursor: int


def get_mail(transaction: Transaction, named: str) -> StoredMail:
    """Return the mail of that number, which a request gave. Raises MailNotFoundError."""
    number = as_id(named)
    mail = None if number is None else find_mail(transaction, number)
    if mail is None:
        raise MailNotFoundError(f"mail {named!r} in realm {transaction.realm!r}")
    return mail


async def list_some_mail(
    store: Store, realm: str, which: MailFilter, wanted: Test | None, most: int
) -> MailPage:
    """Return at most `most` of the mails that filter and search select.

    The cursor continues after the last of them if there are more, else after the realm's last mail.
    """
    with store.reading(realm) as transaction:
        last = last_mail_id(transaction)
    found = [mail async for mail in _select(store, realm, which, wanted, most + 1)]
    mails = found[:most]
    cursor = mails[-1].id if len(found) > most else max([last, *(mail.id for mail in mails)])
    return MailPage(mails, cursor)


def search_folder(
    transaction: Transaction, folder: Folder, wanted: Test, *, searched: int, most: int
) -> list[MailLine]:
    """Search the folder's newest `searched` mails; return at most `most` of those found, newest first."""
    opened = map(OpenedMail, islice(newest_mails(transaction, folder), searched))
    return [
        MailLine(
            id=each.mail.id,
            sender=each.mail.sender,
            author=each.letter.sender,
            recipients=each.mail.recipients,
            subject=each.letter.subject,
            received_at=each.mail.received_at,
            read=each.mail.read,
        )
        for each in islice(filter(wanted, opened), most)
    ]


def inbox(transaction: Transaction, wanted: Test | None = None) -> Iterator[OpenedMail]:
    """Yield the mails of the inbox that the search finds, newest first; all mails without a search."""
    mails = map(OpenedMail, newest_mails(transaction, Folder.INBOX))
    return mails if wanted is None else filter(wanted, mails)


def open_mail(
    context: OperationContext, realm: RealmRecord, find: Callable[[Transaction], StoredMail], door: Door
) -> OpenedMail:
    """Mark the mail that `find` returns as read, and return it as it was before.

    The first time is written to the journal. Raises what `find` raises.
    """
    with context.store.writing(realm.name) as transaction:
        mail = find(transaction)
        first = mark_mails(transaction, [mail.id], read=True)
    if first:
        to = list(mail.recipients)
        context.note(realm, Kind.MAIL_READ, mail=mail.id, message_id=mail.message_id, to=to, by=door)
    return OpenedMail(mail)


def mark_inbox(
    context: OperationContext,
    realm: RealmRecord,
    find_ids: Callable[[Transaction], Collection[int] | None],
    door: Door,
    *,
    read: bool,
) -> None:
    """Mark these mails of the inbox as read or unread; all when `find_ids` returns None."""
    with context.store.writing(realm.name) as transaction:
        changed = mark_mails(transaction, find_ids(transaction), read=read, folder=Folder.INBOX)
    if changed:
        some = list(changed[:NAMED_IN_JOURNAL])
        context.note(realm, Kind.MAIL_MARKED, read=read, count=len(changed), mails=some, by=door)


def delete_mails(
    context: OperationContext,
    realm: RealmRecord,
    find_ids: Callable[[Transaction], Collection[int] | None],
    door: Door,
    *,
    folder: Folder | None = None,
) -> int:
    """Delete these mails, of the folder if one is named, and return their number.

    All mails are deleted when `find_ids` returns None.
    """
    with context.store.writing(realm.name) as transaction:
        deleted = delete_mail(transaction, find_ids(transaction), folder=folder)
    if deleted:
        some = list(deleted[:NAMED_IN_JOURNAL])
        context.note(realm, Kind.MAIL_DELETED, count=len(deleted), mails=some, by=door)
    return len(deleted)


def delete_one(context: OperationContext, realm: RealmRecord, named: str, door: Door) -> int:
    """Delete the mail of that number. Raises MailNotFoundError."""
    return delete_mails(context, realm, lambda transaction: [get_mail(transaction, named).id], door)


async def delete_selected(
    context: OperationContext, realm: RealmRecord, which: MailFilter, wanted: Test | None, door: Door
) -> int:
    """Delete the mails that filter and search select, and return their number."""
    if wanted is not None:
        ids: Sequence[int] = [mail.id async for mail in _select(context.store, realm.name, which, wanted)]
    else:
        with context.store.reading(realm.name) as transaction:
            ids = list_mail_ids(transaction, which.after, to=which.to, folder=which.folder)
    return delete_mails(context, realm, lambda _transaction: ids, door)


def last_cursor(store: Store, realm: str) -> int:
    """The cursor after the realm's last mail."""
    with store.reading(realm) as transaction:
        return last_mail_id(transaction)


async def follow_mail(
    context: OperationContext, realm: str, which: MailFilter
) -> AsyncGenerator[StoredMail, None]:
    """Yield the mails that the filter selects: first the present ones, then, without end, each new one."""
    after = which.after
    while True:
        arrival = asyncio.ensure_future(context.parts.delivery.next_arrival(realm, which.to))
        try:
            with context.store.reading(realm) as transaction:
                mails = list_mail(transaction, after, to=which.to, folder=which.folder, most=AT_A_TIME)
            for mail in mails:
                after = mail.id
                yield mail
            if not mails:
                await arrival
        finally:
            arrival.cancel()


async def wait_for_mail(
    context: OperationContext, realm: str, which: MailFilter, timeout: float
) -> StoredMail | None:
    """Return the first mail that the filter selects, present or still to arrive; None after the timeout."""
    try:
        async with asyncio.timeout(timeout), aclosing(follow_mail(context, realm, which)) as mails:
            return await anext(mails)
    except TimeoutError:
        return None


def find_sent_at(store: Store, realm: str, mail: StoredMail, dated: datetime | None) -> datetime | None:
    """Return when the letter in the mail was sent; None when it is not an activation letter of the realm.

    `dated` is the letter's own date, for an option whose letter is not recorded as sent yet.
    """
    with store.reading(realm) as transaction:
        option = find_option(transaction, option_of_message_id(mail.message_id or ""))
    return (option.sent_at or dated) if option else None


async def _select(
    store: Store, realm: str, which: MailFilter, wanted: Test | None, most: int | None = None
) -> AsyncGenerator[StoredMail, None]:
    """Yield at most `most` of the selected mails, oldest first, in batches of one transaction each."""
    after, count = which.after, 0
    while True:
        with store.reading(realm) as transaction:
            mails = list_mail(transaction, after, to=which.to, folder=which.folder, most=AT_A_TIME)
        for mail in mails:
            if wanted is None or wanted(OpenedMail(mail)):
                yield mail
                count += 1
                if count == most:
                    return
        if len(mails) < AT_A_TIME:
            return
        after = mails[-1].id
        await asyncio.sleep(0)
