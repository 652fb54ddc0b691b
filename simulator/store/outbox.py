"""Letters that still have to be sent. A letter's row is gone once the mail server took it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from maquette.simulator.store.engine import OF_REALM, Transaction
from maquette.simulator.store.schema import as_kept, outbox, read_instant


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
    transaction.change(
        _ADD,
        of_realm=letter.realm,
        option_id=letter.option_id,
        correlation=letter.correlation,
        due_at=letter.due_at,
        attempts=letter.attempts,
        attempt_at=letter.attempt_at,
    )


def list_letters(transaction: Transaction, of_realm: str | None = None) -> list[OutgoingLetter]:
    """The letters of a realm, or of all, that still have to be sent, in the order in which they fall due."""
    query = _ALL if of_realm is None else _ALL_OF_REALM
    return [_letter(*row) for row in transaction.rows(query, of_realm=of_realm)]


def save_letter(transaction: Transaction, letter: OutgoingLetter) -> None:
    """Keep an attempt's beginning or failure."""
    transaction.change(
        _CHANGE,
        of_realm=letter.realm,
        of_option=letter.option_id,
        due_at=letter.due_at,
        attempts=letter.attempts,
        attempt_at=letter.attempt_at,
    )


def remove_letter(transaction: Transaction, letter: OutgoingLetter) -> None:
    """Forget a letter that was taken, or that is given up."""
    transaction.change(_REMOVE, of_realm=letter.realm, of_option=letter.option_id)


_OF_OPTION = (outbox.c.realm == OF_REALM, outbox.c.option_id == sa.bindparam("of_option"))
_ADD = sa.insert(outbox).values(realm=OF_REALM)
_LETTERS: sa.Select[Any] = sa.select(
    *as_kept(
        outbox.c.realm,
        outbox.c.option_id,
        outbox.c.correlation,
        outbox.c.due_at,
        outbox.c.attempts,
        outbox.c.attempt_at,
    )
)
_ALL = _LETTERS.order_by(outbox.c.due_at, outbox.c.option_id)
_ALL_OF_REALM = _ALL.where(outbox.c.realm == OF_REALM)
_CHANGE = sa.update(outbox).where(*_OF_OPTION)
_REMOVE = sa.delete(outbox).where(*_OF_OPTION)


def _letter(
    realm: str, option_id: str, correlation: str, due_at: int, attempts: int, attempt_at: int | None
) -> OutgoingLetter:
    return OutgoingLetter(
        realm=realm,
        option_id=option_id,
        correlation=correlation,
        due_at=read_instant(due_at),
        attempts=attempts,
        attempt_at=None if attempt_at is None else read_instant(attempt_at),
    )
