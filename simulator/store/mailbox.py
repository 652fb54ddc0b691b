"""What the catcher caught: raw, numbered as it came."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.schema import mailbox

_AT_A_TIME = 50
"""Mails that are held in memory while a mailbox is gone through."""


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A caught mail. `id` rises with every mail caught, so it is a cursor as well."""

    id: int
    message_id: str | None
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    received_at: datetime
    read: bool


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
    *,
    message_id: str | None,
    from_portal: bool,
    sender: str,
    recipients: tuple[str, ...],
    subject: str,
    author: str,
    raw: bytes,
    received_at: datetime,
) -> int | None:
    """Keep a mail and give its id; None when it is one of the portal's that is here already.

    After a crash the portal sends a letter again under the same Message-ID: nobody sees it twice (MAIL-6).
    """
    if from_portal and message_id is not None:
        known = sa.select(mailbox.c.id).where(
            mailbox.c.realm == transaction.realm,
            mailbox.c.message_id == message_id,
            mailbox.c.from_portal.is_(True),
        )
        if transaction.connection.execute(known).first() is not None:
            return None
    added = transaction.connection.execute(
        sa.insert(mailbox).values(
            realm=transaction.realm,
            message_id=message_id,
            from_portal=from_portal,
            sender=sender,
            recipients=list(recipients),
            subject=subject,
            author=author,
            raw=raw,
            received_at=received_at,
        )
    )
    (mail_id,) = added.inserted_primary_key or (None,)
    return mail_id


def list_mail(
    transaction: Transaction, after: int = 0, *, to: str | None = None, most: int | None = None
) -> list[StoredMail]:
    """At most `most` of the realm's mails with an id above `after`, oldest first.

    `to` is a recipient's address, whatever its case; None is anybody's.
    """
    query = sa.select(mailbox).where(mailbox.c.realm == transaction.realm)
    if to is None:
        query = query.where(mailbox.c.id > after).limit(most)
    else:
        query = query.where(mailbox.c.id.in_(_ids_to(transaction, to, after)[:most]))
    return [_stored(row._mapping) for row in transaction.connection.execute(query.order_by(mailbox.c.id))]


def list_newest_mail(transaction: Transaction, *, before: int | None, most: int) -> list[MailLine]:
    """At most `most` of the realm's mails with an id below `before`, newest first, without their text."""
    query = sa.select(*(mailbox.c[name] for name in MailLine.__slots__)).where(
        mailbox.c.realm == transaction.realm
    )
    if before is not None:
        query = query.where(mailbox.c.id < before)
    rows = transaction.connection.execute(query.order_by(mailbox.c.id.desc()).limit(most))
    return [MailLine(**{**row._mapping, "recipients": tuple(row.recipients)}) for row in rows]


def newest_mails(transaction: Transaction) -> Iterator[StoredMail]:
    """All of the realm's mails, newest first, read from the database a few at a time."""
    query = sa.select(mailbox).where(mailbox.c.realm == transaction.realm)
    query = query.order_by(mailbox.c.id.desc()).limit(_AT_A_TIME)
    rows = transaction.connection.execute(query).all()
    while rows:
        yield from (_stored(row._mapping) for row in rows)
        rows = transaction.connection.execute(query.where(mailbox.c.id < rows[-1].id)).all()


def count_mail(transaction: Transaction) -> tuple[int, int]:
    """How many mails the realm has, and how many of them are unread."""
    query = sa.select(sa.func.count(), sa.func.count().filter(mailbox.c.read.is_(False))).where(
        mailbox.c.realm == transaction.realm
    )
    total, unread = transaction.connection.execute(query).one()
    return total, unread


def find_mail(transaction: Transaction, mail_id: int) -> StoredMail | None:
    """One mail, or None."""
    query = sa.select(mailbox).where(mailbox.c.realm == transaction.realm, mailbox.c.id == mail_id)
    row = transaction.connection.execute(query).one_or_none()
    return None if row is None else _stored(row._mapping)


def mark_mails(transaction: Transaction, mail_ids: Collection[int] | None, *, read: bool) -> None:
    """Mark these mails, or all for None, as read or unread; an id that is no mail's is passed over."""
    marking = sa.update(mailbox).where(mailbox.c.realm == transaction.realm).values(read=read)
    if mail_ids is not None:
        marking = marking.where(mailbox.c.id.in_(mail_ids))
    transaction.connection.execute(marking)


def delete_mail(transaction: Transaction, mail_ids: Collection[int] | None) -> None:
    """Delete these mails, or all for None; an id that is no mail's is passed over. None is given again."""
    deleting = sa.delete(mailbox).where(mailbox.c.realm == transaction.realm)
    if mail_ids is not None:
        deleting = deleting.where(mailbox.c.id.in_(mail_ids))
    transaction.connection.execute(deleting)


def last_mail_id(transaction: Transaction) -> int:
    """The cursor behind everything caught so far; 0 before the first mail."""
    query = sa.select(sa.func.max(mailbox.c.id)).where(mailbox.c.realm == transaction.realm)
    return transaction.connection.execute(query).scalar() or 0


def _ids_to(transaction: Transaction, address: str, after: int) -> list[int]:
    query = (
        sa.select(mailbox.c.id, mailbox.c.recipients)
        .where(mailbox.c.realm == transaction.realm, mailbox.c.id > after)
        .order_by(mailbox.c.id)
    )
    wanted = address.casefold()
    return [
        row.id
        for row in transaction.connection.execute(query)
        if any(to.casefold() == wanted for to in row.recipients)
    ]


def _stored(columns: sa.RowMapping) -> StoredMail:
    return StoredMail(
        id=columns["id"],
        message_id=columns["message_id"],
        sender=columns["sender"],
        recipients=tuple(columns["recipients"]),
        raw=columns["raw"],
        received_at=columns["received_at"],
        read=columns["read"],
    )
