"""The mail that was caught: raw, numbered in the order of its arrival."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from maquette.simulator.domain.delivery import Folder
from maquette.simulator.store.database import Row, Transaction
from maquette.simulator.store.instants import from_seconds, to_seconds

_AT_A_TIME = 50
"""Mails that are held in memory while a mailbox is read from end to end."""

_NAMED_AT_A_TIME = 500
"""Mails that one statement names."""


@dataclass(frozen=True, slots=True)
class ArrivingMail:
    """A mail to be stored. `recipients` are the envelope's recipients of this copy."""

    message_id: str | None
    sender: str
    recipients: tuple[str, ...]
    subject: str
    author: str
    folder: Folder
    raw: bytes


MAIL_COLUMNS = "message_id, sender, recipients, subject, author, folder, raw"


def mail_values(mail: ArrivingMail) -> dict[str, object]:
    """The values of MAIL_COLUMNS."""
    return {
        "message_id": mail.message_id,
        "sender": mail.sender,
        "recipients": json.dumps(mail.recipients),
        "subject": mail.subject,
        "author": mail.author,
        "folder": mail.folder.value,
        "raw": mail.raw,
    }


def read_mail(row: Sequence[Any]) -> ArrivingMail:
    """The mail of a row of MAIL_COLUMNS."""
    message_id, sender, recipients, subject, author, folder, raw = row
    return ArrivingMail(
        message_id, sender, tuple(json.loads(recipients)), subject, author, Folder(folder), raw
    )


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A caught mail. `id` rises with every mail, so that it serves as a cursor."""

    id: int
    message_id: str | None
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    received_at: datetime
    read: bool
    folder: Folder


_STORED = "SELECT id, message_id, sender, recipients, raw, received_at, read, folder FROM mailbox"


@dataclass(frozen=True, slots=True)
class MailLine:
    """The fields of a mail in an inbox; subject and `author` (From as written) are cut or empty."""

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
    """Store a mail that arrives, and return its id; `id_before` is the id of one that is put back."""
    mail_id: int = transaction.value(
        f"""
        INSERT INTO mailbox ({"" if id_before is None else "id, "} realm, received_at, read, {MAIL_COLUMNS})
        VALUES ({"" if id_before is None else ":id, "} :realm, :received_at, :read,
                :message_id, :sender, :recipients, :subject, :author, :folder, :raw)
        RETURNING id
        """,
        id=id_before,
        received_at=to_seconds(received_at),
        read=read,
        **mail_values(mail),
    )
    addresses = sorted({recipient.casefold() for recipient in mail.recipients})
    transaction.add_rows(
        "INSERT INTO mail_recipients (realm, address, mail) VALUES (:realm, :address, :mail)",
        [{"address": address, "mail": mail_id} for address in addresses],
    )
    return mail_id


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
    limit = "" if most is None else "LIMIT :most"
    return list(map(_stored, _selected(transaction, _STORED, limit, after, to, folder, most)))


def recipients_after(transaction: Transaction, after: int) -> set[str]:
    """The addresses, in lower case, to which the realm's mails with an id above `after` are addressed."""
    sql = "SELECT address FROM mail_recipients WHERE realm = :realm AND mail > :after"
    return {address for (address,) in transaction.rows(sql, after=after)}


def list_mail_ids(
    transaction: Transaction, after: int = 0, *, to: str | None = None, folder: Folder | None = None
) -> list[int]:
    """The ids of the same mails."""
    rows = _selected(transaction, "SELECT id FROM mailbox", "", after, to, folder, None)
    return [mail_id for (mail_id,) in rows]


def list_newest_mail(
    transaction: Transaction, folder: Folder, *, before: int | None, most: int
) -> list[MailLine]:
    """At most `most` of a folder's mails with an id below `before`, newest first, without their text."""
    rows = transaction.rows(
        f"""
        SELECT id, sender, author, recipients, subject, received_at, read FROM mailbox
        WHERE realm = :realm AND folder = :folder {"" if before is None else "AND id < :before"}
        ORDER BY id DESC LIMIT :most
        """,
        folder=folder.value,
        before=before,
        most=most,
    )
    return [
        MailLine(
            mail_id,
            sender,
            author,
            tuple(json.loads(recipients)),
            subject,
            from_seconds(received_at),
            bool(read),
        )
        for mail_id, sender, author, recipients, subject, received_at, read in rows
    ]


def newest_mails(transaction: Transaction, folder: Folder) -> Iterator[StoredMail]:
    """All mails of one of the realm's folders, newest first, read from the database a few at a time."""
    before = last_mail_id(transaction) + 1
    while rows := transaction.rows(
        f"""
        {_STORED} WHERE realm = :realm AND folder = :folder AND id < :before ORDER BY id DESC LIMIT :most
        """,
        folder=folder.value,
        before=before,
        most=_AT_A_TIME,
    ):
        yield from map(_stored, rows)
        before = rows[-1][0]


def count_mail(transaction: Transaction, folder: Folder) -> tuple[int, int]:
    """How many mails one of the realm's folders has, and how many of them are unread."""
    ((total, unread),) = transaction.rows(
        """
        SELECT COUNT(*), COUNT(*) FILTER (WHERE read IS FALSE) FROM mailbox
        WHERE realm = :realm AND folder = :folder
        """,
        folder=folder.value,
    )
    return total, unread


def count_octets(transaction: Transaction) -> int:
    """How many octets the realm's mails have in all."""
    return transaction.value("SELECT SUM(LENGTH(raw)) FROM mailbox WHERE realm = :realm") or 0


def find_mail(transaction: Transaction, mail_id: int) -> StoredMail | None:
    """One mail, or None."""
    row = transaction.row(f"{_STORED} WHERE realm = :realm AND id = :id", id=mail_id)
    return None if row is None else _stored(row)


def mark_mails(
    transaction: Transaction, mail_ids: Collection[int] | None, *, read: bool, folder: Folder | None = None
) -> list[int]:
    """Mark these mails, or all for None, as read or unread; return the ids of those that changed.

    Unknown ids are ignored, and so are those outside the folder, if a folder is given.
    """
    marking = "UPDATE mailbox SET read = :read WHERE realm = :realm AND read <> :read"
    return _changed(transaction, marking, mail_ids, folder, read=read)


def delete_mail(
    transaction: Transaction, mail_ids: Collection[int] | None, *, folder: Folder | None = None
) -> list[int]:
    """Delete these mails, or all for None, in the folder or in both; return the ids that existed.

    Ids are never reused.
    """
    return _changed(transaction, "DELETE FROM mailbox WHERE realm = :realm", mail_ids, folder)


def last_mail_id(transaction: Transaction) -> int:
    """Return the cursor after all mail caught so far; 0 before the first mail."""
    return transaction.value("SELECT MAX(id) FROM mailbox WHERE realm = :realm") or 0


def _selected(
    transaction: Transaction,
    select: str,
    limit: str,
    after: int,
    to: str | None,
    folder: Folder | None,
    most: int | None,
) -> list[Row]:
    """The rows of these mails. By recipient, only the mails to that address are read."""
    if to is None:
        of_realm = "realm = :realm AND id > :after"
    else:
        of_realm = """
            id IN (SELECT mail FROM mail_recipients WHERE realm = :realm AND address = :to AND mail > :after)
        """
    return transaction.rows(
        f"{select} WHERE {of_realm} {_in(folder)} ORDER BY id {limit}",
        after=after,
        to=to and to.casefold(),
        folder=folder and folder.value,
        most=most,
    )


def _in(folder: Folder | None) -> str:
    return "" if folder is None else "AND folder = :folder"


def _changed(
    transaction: Transaction,
    change: str,
    mail_ids: Collection[int] | None,
    folder: Folder | None,
    **values: object,
) -> list[int]:
    """Change these mails, or all for None, a few at a time; return the ids of those that were changed."""
    change = f"{change} {_in(folder)}"
    values["folder"] = folder and folder.value
    if mail_ids is None:
        return sorted(mail_id for (mail_id,) in transaction.rows(f"{change} RETURNING id", **values))
    named = sorted(set(mail_ids))
    found: list[int] = []
    for start in range(0, len(named), _NAMED_AT_A_TIME):
        some = named[start : start + _NAMED_AT_A_TIME]
        rows = transaction.rows(f"{change} AND id IN (:some) RETURNING id", some=some, **values)
        found += (mail_id for (mail_id,) in rows)
    return sorted(found)


def _stored(row: Row) -> StoredMail:
    mail_id, message_id, sender, recipients, raw, received_at, read, folder = row
    return StoredMail(
        mail_id,
        message_id,
        sender,
        tuple(json.loads(recipients)),
        raw,
        from_seconds(received_at),
        bool(read),
        Folder(folder),
    )
