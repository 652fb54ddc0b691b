"""Open sessions with their drafts, and which browser may open which result."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from maquette.simulator.domain.session import Draft, Session, Way
from maquette.simulator.domain.space_application import Application, CreationMode
from maquette.simulator.store.engine import OF_REALM, Transaction
from maquette.simulator.store.schema import as_kept, read_instant, results, sessions


def add_session(transaction: Transaction, session: Session) -> None:
    """Keep a session that has just been opened."""
    columns = {**asdict(session), "way": session.way.value, "draft": _draft_json(session.draft)}
    transaction.change(_ADD, **columns)


def list_sessions(transaction: Transaction) -> list[Session]:
    """All sessions of the realm that nobody has ended."""
    return [_session(*row) for row in transaction.rows(_ALL)]


def find_session(transaction: Transaction, session_id: str) -> Session | None:
    """The session of that id, or None when it has ended or never was."""
    row = transaction.first_row(_ONE, of_id=session_id)
    return None if row is None else _session(*row)


def save_session(transaction: Transaction, session: Session) -> None:
    """Keep when the session was last seen, its draft, and the number that its new space has got."""
    transaction.change(
        _CHANGE,
        of_id=session.id,
        seen_at=session.seen_at,
        draft=_draft_json(session.draft),
        subscriber_number=session.subscriber_number,
    )


def end_session(transaction: Transaction, session_id: str) -> None:
    """Forget one session."""
    transaction.change(_END, of_id=session_id)


def list_sessions_of(transaction: Transaction, subscriber_number: str) -> list[Session]:
    """The space's sessions that nobody has ended."""
    return [_session(*row) for row in transaction.rows(_OF_SPACE, of_number=subscriber_number)]


def put_result(transaction: Transaction, visitor: str, option_id: str, until: datetime) -> None:
    """Let this browser open this activation's result until the given instant, this one alone (REG-5)."""
    forget_result(transaction, visitor, option_id)
    transaction.change(_ADD_RESULT, visitor=visitor, option_id=option_id, until=until)


def find_result_end(transaction: Transaction, visitor: str, option_id: str) -> datetime | None:
    """Until when this browser may open this activation's result; None when it never might."""
    row = transaction.first_row(_RESULT_END, of_visitor=visitor, of_option=option_id)
    return None if row is None else read_instant(*row)


def forget_result(transaction: Transaction, visitor: str, option_id: str) -> None:
    """Let this browser open this activation's result no more."""
    transaction.change(_FORGET_RESULT, of_visitor=visitor, of_option=option_id)


_OF_ID = (sessions.c.realm == OF_REALM, sessions.c.id == sa.bindparam("of_id"))
_ADD = sa.insert(sessions).values(realm=OF_REALM)
_SESSIONS: sa.Select[Any] = sa.select(
    *as_kept(
        sessions.c.id,
        sessions.c.way,
        sessions.c.subscriber_number,
        sessions.c.fingerprint,
        sessions.c.certificate_end,
        sessions.c.seen_at,
        sessions.c.draft,
    )
)
_ALL = _SESSIONS.where(sessions.c.realm == OF_REALM)
_ONE = _SESSIONS.where(*_OF_ID)
_OF_SPACE = _ALL.where(sessions.c.subscriber_number == sa.bindparam("of_number"))
_CHANGE = sa.update(sessions).where(*_OF_ID)
_END = sa.delete(sessions).where(*_OF_ID)

_OF_BROWSER = (
    results.c.realm == OF_REALM,
    results.c.visitor == sa.bindparam("of_visitor"),
    results.c.option_id == sa.bindparam("of_option"),
)
_ADD_RESULT = sa.insert(results).values(realm=OF_REALM)
_RESULT_END: sa.Select[Any] = sa.select(*as_kept(results.c.until)).where(*_OF_BROWSER)
_FORGET_RESULT = sa.delete(results).where(*_OF_BROWSER)


def _session(
    session_id: str,
    way: str,
    subscriber_number: str | None,
    fingerprint: str | None,
    certificate_end: int | None,
    seen_at: int,
    draft: str,
) -> Session:
    return Session(
        id=session_id,
        way=Way(way),
        subscriber_number=subscriber_number,
        fingerprint=fingerprint,
        certificate_end=None if certificate_end is None else read_instant(certificate_end),
        seen_at=read_instant(seen_at),
        draft=_draft(json.loads(draft)),
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
