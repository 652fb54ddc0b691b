"""Letters that still have to be sent. A letter's row is gone once the mail server took it."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.schema import outbox


@dataclass(frozen=True, slots=True)
class OutgoingLetter:
    """A letter on its way out.

    It is written out from its option when it is sent. `attempt_at` is the instant of an attempt whose
    outcome is not known yet, None between attempts.
    """

    realm: str
    option_id: str
    correlation: str
    due_at: datetime
    attempts: int = 0
    attempt_at: datetime | None = None


def add_letter(transaction: Transaction, letter: OutgoingLetter) -> None:
    """Queue a letter, in the transaction of the option that it belongs to (MAIL-6)."""
    transaction.connection.execute(sa.insert(outbox).values(**_columns(letter)))


def list_letters(transaction: Transaction, of_realm: str | None = None) -> list[OutgoingLetter]:
    """The letters of a realm, or of all, that still have to be sent, in the order in which they fall due."""
    query = sa.select(outbox).order_by(outbox.c.due_at, outbox.c.option_id)
    if of_realm is not None:
        query = query.where(outbox.c.realm == of_realm)
    return [OutgoingLetter(**row._mapping) for row in transaction.connection.execute(query)]


def save_letter(transaction: Transaction, letter: OutgoingLetter) -> None:
    """Keep an attempt's beginning or failure."""
    transaction.connection.execute(
        sa.update(outbox)
        .where(outbox.c.realm == letter.realm, outbox.c.option_id == letter.option_id)
        .values(due_at=letter.due_at, attempts=letter.attempts, attempt_at=letter.attempt_at)
    )


def remove_letter(transaction: Transaction, letter: OutgoingLetter) -> None:
    """Forget a letter that was taken, or that is given up."""
    transaction.connection.execute(
        sa.delete(outbox).where(outbox.c.realm == letter.realm, outbox.c.option_id == letter.option_id)
    )


def _columns(letter: OutgoingLetter) -> dict[str, object]:
    return {name: getattr(letter, name) for name in OutgoingLetter.__slots__}
