"""Open sessions with their drafts, and which browser may open which result."""

from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from maquette.simulator.domain.session import Draft, Session
from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.schema import results, sessions


def add_session(transaction: Transaction, session: Session) -> None:
    """Keep a session that has just been opened."""
    columns = {**asdict(session), "draft": asdict(session.draft)}
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
    """Keep when the session was last seen, and its draft."""
    transaction.connection.execute(
        sa.update(sessions)
        .where(sessions.c.realm == transaction.realm, sessions.c.id == session.id)
        .values(seen_at=session.seen_at, draft=asdict(session.draft))
    )


def end_session(transaction: Transaction, session_id: str) -> None:
    """Forget one session."""
    transaction.connection.execute(
        sa.delete(sessions).where(sessions.c.realm == transaction.realm, sessions.c.id == session_id)
    )


def end_sessions_of(transaction: Transaction, subscriber_number: str) -> int:
    """Forget every session of the space, drafts included; how many there were (SES-1)."""
    ended = transaction.connection.execute(
        sa.delete(sessions).where(
            sessions.c.realm == transaction.realm, sessions.c.subscriber_number == subscriber_number
        )
    )
    return ended.rowcount


def put_result(transaction: Transaction, visitor: str, option_id: str, until: datetime) -> None:
    """Let this browser open this activation's result until the given instant (REG-5)."""
    transaction.connection.execute(
        sa.insert(results).values(realm=transaction.realm, visitor=visitor, option_id=option_id, until=until)
    )


def may_see_result(transaction: Transaction, visitor: str, option_id: str, now: datetime) -> bool:
    """Whether this browser may open this activation's result now."""
    query = sa.select(results.c.until).where(
        results.c.realm == transaction.realm,
        results.c.visitor == visitor,
        results.c.option_id == option_id,
        results.c.until >= now,
    )
    return transaction.connection.execute(query).first() is not None


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
        subscriber_number=columns["subscriber_number"],
        fingerprint=columns["fingerprint"],
        certificate_end=columns["certificate_end"],
        seen_at=columns["seen_at"],
        draft=Draft(**columns["draft"]),
    )
