"""Wrong tries, by their key: the typed address or number, or the caller.

Source: rules ACT-15, OUT-2, PWD-2, PWD-4.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from maquette.simulator.store.database import Transaction
from maquette.simulator.store.instants import from_seconds, to_seconds


class Lock(Enum):
    """The purposes of tries; each has its own count."""

    ACTIVATION = "activation"
    LOGIN = "login"
    CLASS = "class"
    OUTSIDE = "outside"
    RECOVERY = "recovery"


@dataclass(frozen=True, slots=True)
class WrongTry:
    """A wrong try: its lock, its key, its instant."""

    lock: Lock
    key: str
    at: datetime


def add_wrong_try(transaction: Transaction, lock: Lock, key: str, at: datetime) -> None:
    """Store one more wrong try."""
    transaction.change(
        "INSERT INTO wrong_tries (realm, lock, key, at) VALUES (:realm, :lock, :key, :at)",
        lock=lock.value,
        key=key,
        at=to_seconds(at),
    )


def list_wrong_tries(transaction: Transaction, lock: Lock, key: str, most: int) -> list[datetime]:
    """The instants of the last `most` wrong tries, in order of time."""
    rows = transaction.rows(
        """
        SELECT at FROM wrong_tries WHERE realm = :realm AND lock = :lock AND key = :key
        ORDER BY id DESC LIMIT :most
        """,
        lock=lock.value,
        key=key,
        most=most,
    )
    return [from_seconds(at) for (at,) in reversed(rows)]


def list_all_wrong_tries(transaction: Transaction) -> list[WrongTry]:
    """All wrong tries of the realm, in order of time."""
    rows = transaction.rows("SELECT lock, key, at FROM wrong_tries WHERE realm = :realm ORDER BY id")
    return [WrongTry(Lock(lock), key, from_seconds(at)) for lock, key, at in rows]
