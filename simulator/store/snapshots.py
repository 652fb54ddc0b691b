"""The snapshots of the realms: each a document, kept as it was written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.schema import snapshots


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """What a list says of a snapshot.

    `id` is never given again, in no realm; `name` is None where nobody gave one; `made_at` is the realm's
    instant; `size` the document's, in octets.
    """

    id: int
    name: str | None
    made_at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class StoredSnapshot:
    """A snapshot: of which realm, its document, and the ids that the document's mails had there."""

    id: int
    realm: str
    name: str | None
    document: str
    mail_ids: tuple[int, ...]


_LINE = [snapshots.c[name] for name in SnapshotLine.__slots__]


def add_snapshot(
    transaction: Transaction, *, name: str | None, made_at: datetime, document: str, mail_ids: Sequence[int]
) -> SnapshotLine:
    """Keep a snapshot of the realm."""
    size = len(document.encode())
    added = transaction.connection.execute(
        sa.insert(snapshots).values(
            realm=transaction.realm,
            name=name,
            made_at=made_at,
            size=size,
            mail_ids=list(mail_ids),
            document=document,
        )
    )
    (snapshot_id,) = added.inserted_primary_key or (0,)
    return SnapshotLine(int(snapshot_id), name, made_at, size)


def list_snapshots(transaction: Transaction) -> list[SnapshotLine]:
    """The realm's snapshots, oldest first."""
    query = sa.select(*_LINE).where(snapshots.c.realm == transaction.realm).order_by(snapshots.c.id)
    return [SnapshotLine(**row._mapping) for row in transaction.connection.execute(query)]


def find_snapshot(transaction: Transaction, snapshot_id: int) -> StoredSnapshot | None:
    """One snapshot of the realm, or None."""
    return _find(transaction, snapshots.c.realm == transaction.realm, snapshots.c.id == snapshot_id)


def find_snapshot_of_any_realm(transaction: Transaction, snapshot_id: int) -> StoredSnapshot | None:
    """One snapshot of whatever realm, or None."""
    return _find(transaction, snapshots.c.id == snapshot_id)


def remove_snapshot(transaction: Transaction, snapshot_id: int) -> bool:
    """Forget a snapshot of the realm; False when there is none of that id."""
    removed = transaction.connection.execute(
        sa.delete(snapshots).where(snapshots.c.realm == transaction.realm, snapshots.c.id == snapshot_id)
    )
    return removed.rowcount == 1


def _find(transaction: Transaction, *which: sa.ColumnElement[bool]) -> StoredSnapshot | None:
    query = sa.select(*(snapshots.c[name] for name in StoredSnapshot.__slots__)).where(*which)
    row = transaction.connection.execute(query).one_or_none()
    return None if row is None else StoredSnapshot(**{**row._mapping, "mail_ids": tuple(row.mail_ids)})
