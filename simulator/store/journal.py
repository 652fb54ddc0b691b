"""The journal: one line of time a realm, and the installation's own.

Lines are written behind the requests that caused them, in batches: a crash may lose the last moments of the
journal, never of the state.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.schema import journal


@dataclass(frozen=True, slots=True)
class JournalLine:
    """Something that happened: where, when by the realm's clock and by the world's, what, why.

    `kind` is the name of a `Kind`, and `data` says what its lines may say.
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
    transaction.add_rows(_ADD, rows)


def last_line_id(transaction: Transaction) -> int:
    """The cursor behind the last line of all; 0 before the first."""
    ((last,),) = transaction.rows(_LAST_ID)
    return last or 0


def realms_of_lines(transaction: Transaction, *, after: int) -> list[str | None]:
    """The realms that have lines after the cursor; None for the installation."""
    query = sa.select(journal.c.realm).where(journal.c.id > after).distinct()
    return list(transaction.connection.execute(query).scalars())


def list_lines(
    transaction: Transaction, *, of_realm: str | None, after: int, kind: str | None, most: int
) -> list[JournalLine]:
    """At most `most` lines after the cursor, oldest first; `of_realm` None is the installation's journal."""
    query = (
        sa.select(journal).where(_is_of(of_realm), journal.c.id > after).order_by(journal.c.id).limit(most)
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


def list_lines_of(transaction: Transaction, correlations: Collection[str], *, kind: str) -> list[JournalLine]:
    """The realm's lines of that kind that these requests caused, oldest first."""
    query = sa.select(journal).where(
        journal.c.realm == transaction.realm,
        journal.c.kind == kind,
        journal.c.correlation.in_(correlations),
    )
    return [_line(row._mapping) for row in transaction.connection.execute(query.order_by(journal.c.id))]


def list_newest_of_installation(transaction: Transaction, *, kind: str, most: int) -> list[JournalLine]:
    """At most `most` lines of that kind of the installation's own journal, newest first."""
    query = sa.select(journal).where(journal.c.realm.is_(None), journal.c.kind == kind)
    rows = transaction.connection.execute(query.order_by(journal.c.id.desc()).limit(most))
    return [_line(row._mapping) for row in rows]


def trim(transaction: Transaction, *, of_realm: str | None, keep: int, most: int) -> int:
    """Leave about `keep` of the journal's lines, the newest, but take no more than `most` away at once.

    A line of kind `journal-trimmed` takes the place of those that are gone, under the number of the last of
    them, so that whoever reads on from before it learns of it. How many are gone now.
    """
    of_journal = _is_of(of_realm)
    ids = sa.select(journal.c.id).where(of_journal)
    connection = transaction.connection
    first_kept = connection.execute(ids.order_by(journal.c.id.desc()).offset(keep - 1).limit(1)).scalar()
    if first_kept is None:
        return 0
    old = connection.execute(ids.where(journal.c.id < first_kept).order_by(journal.c.id).limit(most))
    going = list(old.scalars())
    if len(going) < 2:
        return 0
    *gone, last = going
    earlier = find_trimmed(transaction, of_realm=of_realm)
    count = len(going) if earlier is None else int(str(earlier.data["lines"])) + len(going) - 1
    connection.execute(sa.delete(journal).where(of_journal, journal.c.id < last))
    connection.execute(
        sa.update(journal)
        .where(journal.c.id == last)
        .values(kind=Kind.JOURNAL_TRIMMED.value, correlation=None, data={"lines": count})
    )
    return len(gone)


def find_trimmed(transaction: Transaction, *, of_realm: str | None) -> JournalLine | None:
    """The line that stands for those the journal no longer has, or None when it has them all."""
    first = list_lines(transaction, of_realm=of_realm, after=0, kind=None, most=1)
    return first[0] if first and first[0].kind == Kind.JOURNAL_TRIMMED else None


_ADD = sa.insert(journal)
_LAST_ID: sa.Select[Any] = sa.select(sa.func.max(journal.c.id))


def _is_of(of_realm: str | None) -> sa.ColumnElement[bool]:
    return journal.c.realm.is_(None) if of_realm is None else journal.c.realm == of_realm


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
