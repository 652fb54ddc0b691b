"""Finds out why an awaited mail is not in the inbox.

It reads the realm's outbox, its mail in transit and its folders. Source: rule MAIL-5.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from maquette.simulator.domain.credentials import email_key
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.delivery_queue import DeliveryOutcome, list_in_transit, list_undelivered
from maquette.simulator.store.mailbox import list_mail
from maquette.simulator.store.options import get_option
from maquette.simulator.store.outbox import list_letters


class Missing(Enum):
    """The reasons why there is no mail."""

    NOT_SENT = "not-sent"
    RETRYING = "retrying"
    DELAYED = "delayed-until"
    LOST = "lost"
    BOUNCED = "bounced"
    IN_SPAM = "in-spam"


@dataclass(frozen=True, slots=True)
class MissingMail:
    """The reason why there is no mail; `until` is when it arrives or is tried again, None when unknown."""

    why: Missing
    until: datetime | None = None


_OUTCOMES = {DeliveryOutcome.LOST: Missing.LOST, DeliveryOutcome.BOUNCED: Missing.BOUNCED}


def why_no_mail(transaction: Transaction, to: str | None, after: int) -> MissingMail:
    """Return why no mail to that address (None: to any address) came after the mailbox's cursor.

    Mail that may still come goes first: a letter in the outbox, then a late mail, then the last mail that
    went to spam or was lost.
    """
    for letter in list_letters(transaction, transaction.realm):
        if _is_for(to, (get_option(transaction, letter.option_id).credentials.email,)):
            return (
                MissingMail(Missing.RETRYING, letter.due_at)
                if letter.attempts
                else MissingMail(Missing.NOT_SENT)
            )
    for late in list_in_transit(transaction):
        if late.mail.folder is Folder.INBOX and _is_for(to, late.mail.recipients):
            return MissingMail(Missing.DELAYED, late.arrives_at)
    ends = [
        (mail.received_at, Missing.IN_SPAM)
        for mail in list_mail(transaction, after, to=to, folder=Folder.SPAM)[-1:]
    ]
    ends += [
        (mail.at, _OUTCOMES[mail.outcome])
        for mail in list_undelivered(transaction, after)
        if _is_for(to, mail.recipients)
    ]
    return MissingMail(max(ends, key=lambda end: end[0])[1]) if ends else MissingMail(Missing.NOT_SENT)


def _is_for(to: str | None, recipients: Iterable[str]) -> bool:
    return to is None or email_key(to) in map(email_key, recipients)
