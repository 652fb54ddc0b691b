"""Open sessions with their drafts, and which browser may open which result."""

from datetime import datetime

from pydantic import TypeAdapter

from maquette.simulator.domain.session import Draft, Session, Way
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.instants import from_seconds, to_seconds

COLUMNS = "id, way, subscriber_number, fingerprint, certificate_end, seen_at, draft"
_DRAFT = TypeAdapter(Draft)


def add_session(transaction: Transaction, session: Session) -> None:
    """Store a session that has just been opened."""
    transaction.change(
        f"""
        INSERT INTO sessions (realm, {COLUMNS}) VALUES
        (:realm, :id, :way, :subscriber_number, :fingerprint, :certificate_end, :seen_at, :draft)
        """,
        way=session.way.value,
        fingerprint=session.fingerprint,
        certificate_end=to_seconds(session.certificate_end),
        **_changing(session),
    )


def list_sessions(transaction: Transaction) -> list[Session]:
    """All sessions of the realm that have not ended."""
    rows = transaction.rows(f"SELECT {COLUMNS} FROM sessions WHERE realm = :realm")
    return [session_of_row(*row) for row in rows]


def find_session(transaction: Transaction, session_id: str) -> Session | None:
    """The session of that id, or None when it has ended or never was."""
    row = transaction.row(f"SELECT {COLUMNS} FROM sessions WHERE realm = :realm AND id = :id", id=session_id)
    return None if row is None else session_of_row(*row)


def save_session(transaction: Transaction, session: Session) -> None:
    """Store when the session was last seen, its draft, and the number that its new space was given."""
    transaction.change(
        """
        UPDATE sessions SET seen_at = :seen_at, draft = :draft, subscriber_number = :subscriber_number
        WHERE realm = :realm AND id = :id
        """,
        **_changing(session),
    )


def end_session(transaction: Transaction, session_id: str) -> None:
    """Delete one session."""
    transaction.change("DELETE FROM sessions WHERE realm = :realm AND id = :id", id=session_id)


def list_sessions_of(transaction: Transaction, subscriber_number: str) -> list[Session]:
    """The space's sessions that have not ended."""
    rows = transaction.rows(
        f"SELECT {COLUMNS} FROM sessions WHERE realm = :realm AND subscriber_number = :number",
        number=subscriber_number,
    )
    return [session_of_row(*row) for row in rows]


def put_result(transaction: Transaction, visitor: str, option_id: str, until: datetime) -> None:
    """Let this browser, and no other, open this activation's result until the given instant (REG-5)."""
    transaction.change(
        """
        INSERT INTO results (realm, visitor, option_id, until) VALUES (:realm, :visitor, :option_id, :until)
        ON CONFLICT (realm, visitor, option_id) DO UPDATE SET until = excluded.until
        """,
        visitor=visitor,
        option_id=option_id,
        until=to_seconds(until),
    )


def find_result_end(transaction: Transaction, visitor: str, option_id: str) -> datetime | None:
    """Until when this browser may open this activation's result; None when it never might."""
    until: int | None = transaction.value(
        "SELECT until FROM results WHERE realm = :realm AND visitor = :visitor AND option_id = :option",
        visitor=visitor,
        option=option_id,
    )
    return from_seconds(until)


def forget_result(transaction: Transaction, visitor: str, option_id: str) -> None:
    """Let this browser open this activation's result no more."""
    transaction.change(
        "DELETE FROM results WHERE realm = :realm AND visitor = :visitor AND option_id = :option_id",
        visitor=visitor,
        option_id=option_id,
    )


def _changing(session: Session) -> dict[str, object]:
    """The session's id, and the columns that change."""
    return {
        "id": session.id,
        "subscriber_number": session.subscriber_number,
        "seen_at": to_seconds(session.seen_at),
        "draft": _DRAFT.dump_json(session.draft).decode(),
    }


def session_of_row(
    session_id: str,
    way: str,
    subscriber_number: str | None,
    fingerprint: str | None,
    certificate_end: int | None,
    seen_at: int,
    draft: str,
) -> Session:
    """Parse the row of a session, as `COLUMNS` selects it."""
    return Session(
        id=session_id,
        way=Way(way),
        subscriber_number=subscriber_number,
        fingerprint=fingerprint,
        certificate_end=from_seconds(certificate_end),
        seen_at=from_seconds(seen_at),
        draft=_DRAFT.validate_json(draft),
    )
