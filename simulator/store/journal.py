"""The journal: the lines of each realm, and those of the installation.

Lines are written in batches, after the requests that caused them: a crash may lose the last moments of the
journal, never of the state.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.store.database import Row, Transaction
from maquette.simulator.store.instants import from_seconds, to_seconds


@dataclass(frozen=True, slots=True)
class JournalRecord:
    """A line of the journal: realm, both instants, kind, request and data.

    `kind` is the name of a `Kind`, which says what `data` may hold. `realm` and `at` are None in the
    installation's own lines; `real_at` is the world's instant. `correlation` names the request that caused
    the line; `id`, a cursor, is None until the line is written.
    """

    realm: str | None
    at: datetime | None
    real_at: datetime
    kind: str
    correlation: str | None
    data: dict[str, object] = field(default_factory=dict)
    id: int | None = None


_LINE = "SELECT realm, at, real_at, kind, correlation, data, id FROM journal"


def add_lines(transaction: Transaction, lines: Iterable[JournalRecord]) -> None:
    """Write lines, in their order."""
    transaction.add_rows(
        """
        INSERT INTO journal (realm, at, real_at, kind, correlation, data)
        VALUES (:realm, :at, :real_at, :kind, :correlation, :data)
        """,
        [
            {
                "realm": line.realm,
                "at": to_seconds(line.at),
                "real_at": line.real_at.timestamp(),
                "kind": line.kind,
                "correlation": line.correlation,
                "data": json.dumps(line.data),
            }
            for line in lines
        ],
    )


def last_line_id(transaction: Transaction) -> int:
    """Return the cursor after the last line of all realms; 0 before the first line."""
    return transaction.value("SELECT MAX(id) FROM journal") or 0


def realms_of_lines(transaction: Transaction, *, after: int) -> list[str | None]:
    """The realms that have lines after the cursor; None for the installation."""
    rows = transaction.rows("SELECT DISTINCT realm FROM journal WHERE id > :after", after=after)
    return [realm for (realm,) in rows]


def list_lines(
    transaction: Transaction, *, of_realm: str | None, after: int, kind: str | None, most: int
) -> list[JournalRecord]:
    """At most `most` lines after the cursor, oldest first; `of_realm` None is the installation's journal."""
    rows = transaction.rows(
        f"""
        {_LINE} WHERE {_of(of_realm)} AND id > :after {"" if kind is None else "AND kind = :kind"}
        ORDER BY id LIMIT :most
        """,
        of_realm=of_realm,
        after=after,
        kind=kind,
        most=most,
    )
    return list(map(_line, rows))


def list_newest_lines(
    transaction: Transaction,
    *,
    most: int,
    kinds: Iterable[str] | None = None,
    since: datetime | None = None,
) -> list[JournalRecord]:
    """At most `most` lines of the realm, newest first: of these kinds, from this instant of the realm on."""
    rows = transaction.rows(
        f"""
        {_LINE} WHERE realm = :realm {"" if kinds is None else "AND kind IN (:kinds)"}
        {"" if since is None else "AND at >= :since"} ORDER BY id DESC LIMIT :most
        """,
        most=most,
        kinds=None if kinds is None else list(kinds),
        since=to_seconds(since),
    )
    return list(map(_line, rows))


def list_lines_of(
    transaction: Transaction, correlations: Collection[str], *, kind: str
) -> list[JournalRecord]:
    """The realm's lines of that kind that these requests caused, oldest first."""
    rows = transaction.rows(
        f"""
        {_LINE} WHERE realm = :realm AND kind = :kind AND correlation IN (:correlations) ORDER BY id
        """,
        kind=kind,
        correlations=list(correlations),
    )
    return list(map(_line, rows))


def list_newest_of_installation(transaction: Transaction, *, kind: str, most: int) -> list[JournalRecord]:
    """At most `most` lines of that kind of the installation's own journal, newest first."""
    rows = transaction.rows(
        f"{_LINE} WHERE realm IS NULL AND kind = :kind ORDER BY id DESC LIMIT :most", kind=kind, most=most
    )
    return list(map(_line, rows))


def trim(transaction: Transaction, *, of_realm: str | None, keep: int, most: int) -> int:
    """Delete the oldest lines so that about `keep` stay, but at most `most` lines in one call.

    A line of kind `journal-trimmed` replaces the deleted lines, under the id of the last of them, so that a
    reader whose cursor is before it learns of the deletion. Returns how many lines are deleted.
    """
    rows = transaction.rows(
        f"""
        SELECT id FROM journal WHERE {_of(of_realm)} AND id < (
            SELECT id FROM journal WHERE {_of(of_realm)} ORDER BY id DESC LIMIT 1 OFFSET :kept_before
        )
        ORDER BY id LIMIT :most
        """,
        of_realm=of_realm,
        kept_before=keep - 1,
        most=most,
    )
    if len(rows) < 2:
        return 0
    earlier = find_trimmed(transaction, of_realm=of_realm)
    count = len(rows) if earlier is None else int(str(earlier.data["lines"])) + len(rows) - 1
    (last,) = rows[-1]
    transaction.change(
        f"DELETE FROM journal WHERE {_of(of_realm)} AND id < :last", of_realm=of_realm, last=last
    )
    transaction.change(
        "UPDATE journal SET kind = :kind, correlation = NULL, data = :data WHERE id = :last",
        kind=Kind.JOURNAL_TRIMMED.value,
        data=json.dumps({"lines": count}),
        last=last,
    )
    return len(rows) - 1


def find_trimmed(transaction: Transaction, *, of_realm: str | None) -> JournalRecord | None:
    """Return the line that replaces the deleted ones, or None when nothing was deleted."""
    first = list_lines(transaction, of_realm=of_realm, after=0, kind=None, most=1)
    return first[0] if first and first[0].kind == Kind.JOURNAL_TRIMMED else None


def _of(of_realm: str | None) -> str:
    """The condition of a realm's own lines, or of the installation's."""
    return "realm IS NULL" if of_realm is None else "realm = :of_realm"


def _line(row: Row) -> JournalRecord:
    realm, at, real_at, kind, correlation, data, line_id = row
    return JournalRecord(
        realm=realm,
        at=from_seconds(at),
        real_at=datetime.fromtimestamp(real_at, UTC),
        kind=kind,
        correlation=correlation,
        data=json.loads(data),
        id=line_id,
    )
