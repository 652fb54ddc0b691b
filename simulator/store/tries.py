"""Wrong tries, by what they were for: the address or number that was typed, or who typed.

Source: rules ACT-15, OUT-2, PWD-2, PWD-4.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from maquette.simulator.store.engine import OF_REALM, Transaction
from maquette.simulator.store.schema import as_kept, read_instant, wrong_tries


class Lock(Enum):
    """What was tried to open; each counts for itself."""

    ACTIVATION = "activation"
    LOGIN = "login"
    CLASS = "class"
    OUTSIDE = "outside"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class WrongTry:
    """A wrong try: at which lock, what it was for, and when."""

    lock: Lock
    key: str
    at: datetime


def add_wrong_try(transaction: Transaction, lock: Lock, key: str, at: datetime) -> None:
    """Keep one more wrong try."""
    transaction.change(_ADD, lock=lock.value, key=key, at=at)


def list_wrong_tries(transaction: Transaction, lock: Lock, key: str, most: int) -> list[datetime]:
    """The instants of the last `most` wrong tries, in order of time."""
    rows = transaction.rows(_LAST, of_lock=lock.value, of_key=key, most=most)
    return [read_instant(at) for (at,) in reversed(rows)]


def list_all_wrong_tries(transaction: Transaction) -> list[WrongTry]:
    """All wrong tries of the realm, in order of time."""
    query = sa.select(wrong_tries).where(wrong_tries.c.realm == transaction.realm).order_by(wrong_tries.c.id)
    return [WrongTry(Lock(row.lock), row.key, row.at) for row in transaction.connection.execute(query)]


_ADD = sa.insert(wrong_tries).values(realm=OF_REALM)
_LAST: sa.Select[Any] = (
    sa.select(*as_kept(wrong_tries.c.at))
    .where(
        wrong_tries.c.realm == OF_REALM,
        wrong_tries.c.lock == sa.bindparam("of_lock"),
        wrong_tries.c.key == sa.bindparam("of_key"),
    )
    .order_by(wrong_tries.c.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer))
)
