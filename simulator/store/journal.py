"""The journal: one line of time a realm, and the installation's own.

Lines are written behind the requests that caused them, in batches: a crash may lose the last moments of the
journal, never of the state.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlalchemy as sa

from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.schema import journal


@dataclass(frozen=True, slots=True)
class JournalLine:
    """Something that happened: where, when by the realm's clock and by the world's, what, why.

    `realm` and `at` are None in the installation's own lines; `correlation` names the request that caused
    it; `id` is None until the line is written, then a cursor.
    """

    realm: str | None
    at: datetime | None
    real_at: datetime
    kind: str
    correlation: str | None
    data: dict[str, object] = field(default_factory=dict)
    id: int | None = None


def add_lines(transaction: Transaction, lines: Iterable[JournalLine]) -> None:
    """Write lines, in their order."""
    rows = [
        {
            "realm": line.realm,
            "at": line.at,
            "real_at": line.real_at.timestamp(),
            "kind": line.kind,
            "correlation": line.correlation,
            "data": line.data,
        }
        for line in lines
    ]
    transaction.connection.execute(sa.insert(journal), rows)


def last_line_id(transaction: Transaction) -> int:
    """The cursor behind the last line of all; 0 before the first."""
    return transaction.connection.execute(sa.select(sa.func.max(journal.c.id))).scalar() or 0


def list_lines(
    transaction: Transaction, *, of_realm: str | None, after: int, kind: str | None, most: int
) -> list[JournalLine]:
    """At most `most` lines after the cursor, oldest first; `of_realm` None is the installation's journal."""
    query = (
        sa.select(journal)
        .where(journal.c.realm.is_(None) if of_realm is None else journal.c.realm == of_realm)
        .where(journal.c.id > after)
        .order_by(journal.c.id)
        .limit(most)
    )
    if kind is not None:
        query = query.where(journal.c.kind == kind)
    return [_line(row._mapping) for row in transaction.connection.execute(query)]


def list_newest_lines(
    transaction: Transaction,
    *,
    most: int,
    kinds: Iterable[str] | None = None,
    since: datetime | None = None,
) -> list[JournalLine]:
    """At most `most` lines of the realm, newest first: of these kinds, from this instant of the realm on."""
    query = (
        sa.select(journal)
        .where(journal.c.realm == transaction.realm)
        .order_by(journal.c.id.desc())
        .limit(most)
    )
    if kinds is not None:
        query = query.where(journal.c.kind.in_(kinds))
    if since is not None:
        query = query.where(journal.c.at >= since)
    return [_line(row._mapping) for row in transaction.connection.execute(query)]


def _line(columns: sa.RowMapping) -> JournalLine:
    return JournalLine(
        realm=columns["realm"],
        at=columns["at"],
        real_at=datetime.fromtimestamp(columns["real_at"], UTC),
        kind=columns["kind"],
        correlation=columns["correlation"],
        data=columns["data"],
        id=columns["id"],
    )
