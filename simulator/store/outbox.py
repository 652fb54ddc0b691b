"""Letters that still have to be sent. A letter's row is deleted once the mail server has accepted it."""

from dataclasses import dataclass
from datetime import datetime

from maquette.simulator.store.database import Transaction
from maquette.simulator.store.instants import from_seconds, to_seconds


@dataclass(frozen=True, slots=True)
class OutgoingLetter:
    """A letter that is to be sent; it is written from its option when it is sent.

    `attempt_at` is the instant of an attempt whose outcome is still unknown, None between attempts.
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
        """
        INSERT INTO outbox (realm, option_id, correlation, due_at, attempts, attempt_at)
        VALUES (:realm, :option_id, :correlation, :due_at, :attempts, :attempt_at)
        """,
        correlation=letter.correlation,
        **_key(letter),
        **_attempts(letter),
    )


def list_letters(transaction: Transaction, of_realm: str | None = None) -> list[OutgoingLetter]:
    """The letters of a realm, or of all, that still have to be sent, in the order in which they fall due."""
    rows = transaction.rows(
        f"""
        SELECT realm, option_id, correlation, due_at, attempts, attempt_at FROM outbox
        {"" if of_realm is None else "WHERE realm = :realm"} ORDER BY due_at, option_id
        """,
        realm=of_realm,
    )
    return [
        OutgoingLetter(
            realm, option_id, correlation, from_seconds(due_at), attempts, from_seconds(attempt_at)
        )
        for realm, option_id, correlation, due_at, attempts, attempt_at in rows
    ]


def save_letter(transaction: Transaction, letter: OutgoingLetter) -> None:
    """Store the beginning of an attempt, or its failure."""
    transaction.change(
        """
        UPDATE outbox SET due_at = :due_at, attempts = :attempts, attempt_at = :attempt_at
        WHERE realm = :realm AND option_id = :option_id
        """,
        **_key(letter),
        **_attempts(letter),
    )


def remove_letter(transaction: Transaction, letter: OutgoingLetter) -> None:
    """Delete a letter that was accepted, or that is given up."""
    transaction.change("DELETE FROM outbox WHERE realm = :realm AND option_id = :option_id", **_key(letter))


def _key(letter: OutgoingLetter) -> dict[str, object]:
    return {"realm": letter.realm, "option_id": letter.option_id}


def _attempts(letter: OutgoingLetter) -> dict[str, object]:
    return {
        "due_at": to_seconds(letter.due_at),
        "attempts": letter.attempts,
        "attempt_at": to_seconds(letter.attempt_at),
    }
