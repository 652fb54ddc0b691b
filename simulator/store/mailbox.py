"""What the catcher caught: raw, numbered as it came."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.dml import ReturningDelete, ReturningUpdate

from maquette.simulator.domain.delivery import Folder
from maquette.simulator.store.engine import OF_REALM, Transaction
from maquette.simulator.store.schema import mail_recipients, mailbox

_AT_A_TIME = 50
"""Mails that are held in memory while a mailbox is gone through."""

_NAMED_AT_A_TIME = 500
"""Mails that one statement names."""


@dataclass(frozen=True, slots=True)
class ArrivingMail:
    """A mail as it is filed. `recipients` are those of the envelope for whom this copy is."""

    message_id: str | None
    sender: str
    recipients: tuple[str, ...]
    subject: str
    author: str
    folder: Folder
    raw: bytes


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A caught mail. `id` rises with every mail that arrives, so it is a cursor as well."""

    id: int
    message_id: str | None
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    received_at: datetime
    read: bool
    folder: Folder


@dataclass(frozen=True, slots=True)
class MailLine:
    """What an inbox shows of a mail; subject and `author`, From as written, are cut, empty where missing."""

    id: int
    sender: str
    author: str
    recipients: tuple[str, ...]
    subject: str
    received_at: datetime
    read: bool


def add_mail(
    transaction: Transaction,
    mail: ArrivingMail,
    received_at: datetime,
    *,
    read: bool = False,
    id_before: int | None = None,
) -> int:
    """Keep a mail that arrives, and give its id; `id_before` is that of one that is put back where it was."""
    numbered = {} if id_before is None else {"id": id_before}
    ((mail_id,),) = transaction.rows(
        _ADD,
        **numbered,
        message_id=mail.message_id,
        sender=mail.sender,
        recipients=list(mail.recipients),
        subject=mail.subject,
        author=mail.author,
        folder=mail.folder.value,
        raw=mail.raw,
        received_at=received_at,
        read=read,
    )
    for address in sorted({recipient.casefold() for recipient in mail.recipients}):
        transaction.change(_ADD_RECIPIENT, address=address, mail=mail_id)
    return int(mail_id)


def list_mail(
    transaction: Transaction,
    after: int = 0,
    *,
    to: str | None = None,
    folder: Folder | None = None,
    most: int | None = None,
) -> list[StoredMail]:
    """At most `most` of the realm's mails with an id above `after`, oldest first.

    `to` is a recipient's address, whatever its case, `folder` where the mail is filed; None is any.
    """
    query = _selected(transaction, sa.select(mailbox), after, to, folder).limit(most)
    return [_stored(row._mapping) for row in transaction.connection.execute(query)]


def recipients_after(transaction: Transaction, after: int) -> set[str]:
    """The addresses, in lower case, that the realm's mails with an id above `after` are for."""
    query = sa.select(mail_recipients.c.address).where(
        mail_recipients.c.realm == transaction.realm, mail_recipients.c.mail > after
    )
    return set(transaction.connection.execute(query).scalars())


def list_mail_ids(
    transaction: Transaction, after: int = 0, *, to: str | None = None, folder: Folder | None = None
) -> list[int]:
    """The ids of the same mails."""
    query = _selected(transaction, sa.select(mailbox.c.id), after, to, folder)
    return list(transaction.connection.execute(query).scalars())


def list_newest_mail(
    transaction: Transaction, folder: Folder, *, before: int | None, most: int
) -> list[MailLine]:
    """At most `most` of a folder's mails with an id below `before`, newest first, without their text."""
    query = sa.select(*(mailbox.c[name] for name in MailLine.__slots__)).where(
        mailbox.c.realm == transaction.realm, mailbox.c.folder == folder.value
    )
    if before is not None:
        query = query.where(mailbox.c.id < before)
    rows = transaction.connection.execute(query.order_by(mailbox.c.id.desc()).limit(most))
    return [MailLine(**{**row._mapping, "recipients": tuple(row.recipients)}) for row in rows]


def newest_mails(transaction: Transaction, folder: Folder) -> Iterator[StoredMail]:
    """All mails of one of the realm's folders, newest first, read from the database a few at a time."""
    query = sa.select(mailbox).where(mailbox.c.realm == transaction.realm, mailbox.c.folder == folder.value)
    query = query.order_by(mailbox.c.id.desc()).limit(_AT_A_TIME)
    rows = transaction.connection.execute(query).all()
    while rows:
        yield from (_stored(row._mapping) for row in rows)
        rows = transaction.connection.execute(query.where(mailbox.c.id < rows[-1].id)).all()


def count_mail(transaction: Transaction, folder: Folder) -> tuple[int, int]:
    """How many mails one of the realm's folders has, and how many of them are unread."""
    query = sa.select(sa.func.count(), sa.func.count().filter(mailbox.c.read.is_(False))).where(
        mailbox.c.realm == transaction.realm, mailbox.c.folder == folder.value
    )
    total, unread = transaction.connection.execute(query).one()
    return total, unread


def count_octets(transaction: Transaction) -> int:
    """How many octets the realm's mails have in all."""
    query = sa.select(sa.func.sum(sa.func.length(mailbox.c.raw))).where(mailbox.c.realm == transaction.realm)
    return transaction.connection.execute(query).scalar() or 0


def find_mail(transaction: Transaction, mail_id: int) -> StoredMail | None:
    """One mail, or None."""
    row = transaction.execute(_ONE, of_id=mail_id).one_or_none()
    return None if row is None else _stored(row._mapping)


def mark_mails(
    transaction: Transaction, mail_ids: Collection[int] | None, *, read: bool, folder: Folder | None = None
) -> list[int]:
    """Mark these mails, or all for None, as read or unread; the ids of those that were not so before.

    An id that is no mail's is passed over, and one that is not in the folder, where one is named.
    """
    marking = (
        sa.update(mailbox)
        .where(mailbox.c.realm == transaction.realm, mailbox.c.read.is_(not read))
        .values(read=read)
        .returning(mailbox.c.id)
    )
    return _changed(transaction, marking, mail_ids, folder)


def delete_mail(
    transaction: Transaction, mail_ids: Collection[int] | None, *, folder: Folder | None = None
) -> list[int]:
    """Delete these mails, or all for None, of the folder or of both; the ids of those that were there.

    None is given again.
    """
    deleting = sa.delete(mailbox).where(mailbox.c.realm == transaction.realm).returning(mailbox.c.id)
    return _changed(transaction, deleting, mail_ids, folder)


def last_mail_id(transaction: Transaction) -> int:
    """The cursor behind everything caught so far; 0 before the first mail."""
    return transaction.execute(_LAST_ID).scalar() or 0


_ADD = sa.insert(mailbox).values(realm=OF_REALM).returning(mailbox.c.id)
_ADD_RECIPIENT = sa.insert(mail_recipients).values(realm=OF_REALM)
_ONE = sa.select(mailbox).where(mailbox.c.realm == OF_REALM, mailbox.c.id == sa.bindparam("of_id"))
_LAST_ID = sa.select(sa.func.max(mailbox.c.id)).where(mailbox.c.realm == OF_REALM)


def _selected(
    transaction: Transaction, query: sa.Select[Any], after: int, to: str | None, folder: Folder | None
) -> sa.Select[Any]:
    if to is None:
        query = query.where(mailbox.c.realm == transaction.realm, mailbox.c.id > after)
    else:
        of_address = sa.select(mail_recipients.c.mail).where(
            mail_recipients.c.realm == transaction.realm,
            mail_recipients.c.address == to.casefold(),
            mail_recipients.c.mail > after,
        )
        query = query.where(mailbox.c.id.in_(of_address))
    if folder is not None:
        query = query.where(mailbox.c.folder == folder.value)
    return query.order_by(mailbox.c.id)


def _changed(
    transaction: Transaction,
    change: ReturningUpdate[Any] | ReturningDelete[Any],
    mail_ids: Collection[int] | None,
    folder: Folder | None,
) -> list[int]:
    """Change these mails, or all for None, a few at a time; the ids of those that the change found."""
    if folder is not None:
        change = change.where(mailbox.c.folder == folder.value)
    if mail_ids is None:
        return sorted(transaction.connection.execute(change).scalars())
    named = sorted(set(mail_ids))
    found: list[int] = []
    for start in range(0, len(named), _NAMED_AT_A_TIME):
        some = change.where(mailbox.c.id.in_(named[start : start + _NAMED_AT_A_TIME]))
        found += transaction.connection.execute(some).scalars()
    return sorted(found)


def _stored(columns: sa.RowMapping) -> StoredMail:
    return StoredMail(
        id=columns["id"],
        message_id=columns["message_id"],
        sender=columns["sender"],
        recipients=tuple(columns["recipients"]),
        raw=columns["raw"],
        received_at=columns["received_at"],
        read=columns["read"],
        folder=Folder(columns["folder"]),
    )
