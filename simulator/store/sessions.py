"""Open sessions with their drafts, and which browser may open which result."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from maquette.simulator.domain.founding import Application, CreationMode
from maquette.simulator.domain.session import Draft, Session, Way
from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.schema import results, sessions


def add_session(transaction: Transaction, session: Session) -> None:
    """Keep a session that has just been opened."""
    columns = {**asdict(session), "way": session.way.value, "draft": _draft_json(session.draft)}
    transaction.connection.execute(sa.insert(sessions).values(realm=transaction.realm, **columns))


def list_sessions(transaction: Transaction) -> list[Session]:
    """All sessions of the realm that nobody has ended."""
    query = sa.select(sessions).where(sessions.c.realm == transaction.realm)
    return [_session(row._mapping) for row in transaction.connection.execute(query)]


def find_session(transaction: Transaction, session_id: str) -> Session | None:
    """The session of that id, or None when it has ended or never was."""
    query = sa.select(sessions).where(sessions.c.realm == transaction.realm, sessions.c.id == session_id)
    row = transaction.connection.execute(query).one_or_none()
    return None if row is None else _session(row._mapping)


def save_session(transaction: Transaction, session: Session) -> None:
    """Keep when the session was last seen, its draft, and the number that its new space has got."""
    transaction.connection.execute(
        sa.update(sessions)
        .where(sessions.c.realm == transaction.realm, sessions.c.id == session.id)
        .values(
            seen_at=session.seen_at,
            draft=_draft_json(session.draft),
            subscriber_number=session.subscriber_number,
        )
    )


def end_session(transaction: Transaction, session_id: str) -> None:
    """Forget one session."""
    transaction.connection.execute(
        sa.delete(sessions).where(sessions.c.realm == transaction.realm, sessions.c.id == session_id)
    )


def list_sessions_of(transaction: Transaction, subscriber_number: str) -> list[Session]:
    """The space's sessions that nobody has ended."""
    query = sa.select(sessions).where(
        sessions.c.realm == transaction.realm, sessions.c.subscriber_number == subscriber_number
    )
    return [_session(row._mapping) for row in transaction.connection.execute(query)]


def put_result(transaction: Transaction, visitor: str, option_id: str, until: datetime) -> None:
    """Let this browser open this activation's result until the given instant, this one alone (REG-5)."""
    forget_result(transaction, visitor, option_id)
    transaction.connection.execute(
        sa.insert(results).values(realm=transaction.realm, visitor=visitor, option_id=option_id, until=until)
    )


def find_result_end(transaction: Transaction, visitor: str, option_id: str) -> datetime | None:
    """Until when this browser may open this activation's result; None when it never might."""
    query = sa.select(results.c.until).where(
        results.c.realm == transaction.realm, results.c.visitor == visitor, results.c.option_id == option_id
    )
    return transaction.connection.execute(query).scalar()


def forget_result(transaction: Transaction, visitor: str, option_id: str) -> None:
    """Let this browser open this activation's result no more."""
    transaction.connection.execute(
        sa.delete(results).where(
            results.c.realm == transaction.realm,
            results.c.visitor == visitor,
            results.c.option_id == option_id,
        )
    )


def _session(columns: sa.RowMapping) -> Session:
    return Session(
        id=columns["id"],
        way=Way(columns["way"]),
        subscriber_number=columns["subscriber_number"],
        fingerprint=columns["fingerprint"],
        certificate_end=columns["certificate_end"],
        seen_at=columns["seen_at"],
        draft=_draft(columns["draft"]),
    )


def _draft_json(draft: Draft) -> dict[str, Any]:
    written = asdict(draft)
    if draft.application is not None:
        written["application"]["mode"] = draft.application.mode.value
    return written


def _draft(written: dict[str, Any]) -> Draft:
    typed = written["application"]
    if typed is None:
        return Draft(**written)
    return Draft(**{**written, "application": Application(**{**typed, "mode": CreationMode(typed["mode"])})})
