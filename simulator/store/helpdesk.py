"""Messages left with the helpdesk's form (HELP-2)."""

from datetime import datetime

from maquette.simulator.store.database import Transaction
from maquette.simulator.store.instants import from_seconds, to_seconds


def add_helpdesk_message(
    transaction: Transaction, *, name: str, email: str, message: str, at: datetime
) -> None:
    """Store a message."""
    transaction.change(
        """
        INSERT INTO helpdesk_messages (realm, at, name, email, message)
        VALUES (:realm, :at, :name, :email, :message)
        """,
        at=to_seconds(at),
        name=name,
        email=email,
        message=message,
    )


def list_helpdesk_messages(transaction: Transaction) -> list[dict[str, object]]:
    """The realm's messages, oldest first: id, at, name, email, message."""
    rows = transaction.rows(
        "SELECT id, at, name, email, message FROM helpdesk_messages WHERE realm = :realm ORDER BY id"
    )
    return [
        {"id": message_id, "at": from_seconds(at), "name": name, "email": email, "message": message}
        for message_id, at, name, email, message in rows
    ]
