"""The snapshots of the realms: each a document, stored as it was written."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from maquette.simulator.store.database import Row, Transaction
from maquette.simulator.store.instants import from_seconds, to_seconds


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """The fields of a snapshot in a list.

    `id` is never reused, in no realm; `name` is None when the snapshot has none; `made_at` is the realm's
    instant; `size` is the document's, in octets.
    """

    id: int
    name: str | None
    made_at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A snapshot: its realm, its document, and the ids of the document's mails in that realm."""

    id: int
    realm: str
    name: str | None
    document: str
    mail_ids: tuple[int, ...]


def add_snapshot(
    transaction: Transaction, *, name: str | None, made_at: datetime, document: str, mail_ids: Sequence[int]
) -> SnapshotLine:
    """Store a snapshot of the realm."""
    size = len(document.encode())
    snapshot_id = transaction.value(
        """
        INSERT INTO snapshots (realm, name, made_at, size, mail_ids, document)
        VALUES (:realm, :name, :made_at, :size, :mail_ids, :document) RETURNING id
        """,
        name=name,
        made_at=to_seconds(made_at),
        size=size,
        mail_ids=json.dumps(list(mail_ids)),
        document=document,
    )
    return SnapshotLine(snapshot_id, name, made_at, size)


def list_snapshots(transaction: Transaction) -> list[SnapshotLine]:
    """The realm's snapshots, oldest first."""
    rows = transaction.rows("SELECT id, name, made_at, size FROM snapshots WHERE realm = :realm ORDER BY id")
    return [
        SnapshotLine(snapshot_id, name, from_seconds(made_at), size)
        for snapshot_id, name, made_at, size in rows
    ]


def find_snapshot(transaction: Transaction, snapshot_id: int) -> StoredSnapshot | None:
    """One snapshot of the realm, or None."""
    return _snapshot(transaction.row(f"{_ONE} AND realm = :realm", id=snapshot_id))


def find_snapshot_of_any_realm(transaction: Transaction, snapshot_id: int) -> StoredSnapshot | None:
    """One snapshot of any realm, or None."""
    return _snapshot(transaction.row(_ONE, id=snapshot_id))


def remove_snapshot(transaction: Transaction, snapshot_id: int) -> bool:
    """Delete a snapshot of the realm; False when there is none of that id."""
    sql = "DELETE FROM snapshots WHERE realm = :realm AND id = :id"
    return transaction.change(sql, id=snapshot_id) == 1


_ONE = "SELECT id, realm, name, document, mail_ids FROM snapshots WHERE id = :id"


def _snapshot(row: Row | None) -> StoredSnapshot | None:
    if row is None:
        return None
    snapshot_id, realm, name, document, mail_ids = row
    return StoredSnapshot(snapshot_id, realm, name, document, tuple(json.loads(mail_ids)))
