"""Wrong tries at activation and at login, by the address that was typed (ACT-15, PWD-2)."""

from datetime import datetime
from enum import Enum

import sqlalchemy as sa

from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.schema import wrong_tries


class Door(Enum):
    """Where a try was made; each door counts for itself."""

    ACTIVATION = "activation"
    LOGIN = "login"


def add_wrong_try(transaction: Transaction, door: Door, email_key: str, at: datetime) -> None:
    """Keep one more wrong try."""
    transaction.connection.execute(
        sa.insert(wrong_tries).values(realm=transaction.realm, door=door.value, email_key=email_key, at=at)
    )


def list_wrong_tries(transaction: Transaction, door: Door, email_key: str, most: int) -> list[datetime]:
    """The instants of the last `most` wrong tries, in order of time."""
    query = (
        sa.select(wrong_tries.c.at)
        .where(
            wrong_tries.c.realm == transaction.realm,
            wrong_tries.c.door == door.value,
            wrong_tries.c.email_key == email_key,
        )
        .order_by(wrong_tries.c.id.desc())
        .limit(most)
    )
    return list(reversed(transaction.connection.execute(query).scalars().all()))
