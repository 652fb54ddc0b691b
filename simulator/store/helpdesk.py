"""Messages left with the helpdesk's form (HELP-2)."""

from datetime import datetime

import sqlalchemy as sa

from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.schema import helpdesk_messages


def add_helpdesk_message(
    transaction: Transaction, *, name: str, email: str, message: str, at: datetime
) -> None:
    """Keep a message."""
    transaction.connection.execute(
        sa.insert(helpdesk_messages).values(
            realm=transaction.realm, name=name, email=email, message=message, at=at
        )
    )


def list_helpdesk_messages(transaction: Transaction) -> list[dict[str, object]]:
    """The realm's messages, oldest first: id, at, name, email, message."""
    table = helpdesk_messages
    query = (
        sa.select(table.c.id, table.c.at, table.c.name, table.c.email, table.c.message)
        .where(table.c.realm == transaction.realm)
        .order_by(table.c.id)
    )
    return [dict(row._mapping) for row in transaction.connection.execute(query)]
