"""Opens, continues and ends sessions.

Source: fiche §1.5, §2; rules ACC-10, SES-1 to SES-3, REG-5.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

from maquette.simulator.domain.certificate import CertificateFacts
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.refusals import Refusal, Refused
from maquette.simulator.domain.session import Draft, Leaving, Session, Way
from maquette.simulator.domain.space import Space
from maquette.simulator.domain.steps import Step
from maquette.simulator.procedure.context import Context, ElsewhereError, NoSessionError
from maquette.simulator.procedure.options import record_lapse
from maquette.simulator.store.options import find_latest_option
from maquette.simulator.store.sessions import (
    add_session,
    end_session,
    find_session,
    forget_result,
    save_session,
)
from maquette.simulator.store.visits import find_visit


@dataclass(frozen=True, slots=True)
class Entered:
    """A session that has just been opened; only the browser keeps `token`.

    `space` is the space of the session; only a session by certificate or password opens it.
    """

    token: str
    space: Space


@dataclass(frozen=True, slots=True)
class Visit:
    """A session that continues: its space, the space's latest option and its state at this instant.

    `space` may be still to be created, without a number until its option is accepted. `deadline` is the last
    second at which the option's code works, or worked.
    """

    session: Session
    space: Space
    option: Option | None
    state: SpaceState
    deadline: datetime | None


def session_id(token: str) -> str:
    """Return the session's id in the database, which never stores the token itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(
    context: Context,
    way: Way,
    subscriber_number: str | None,
    *,
    facts: CertificateFacts | None = None,
    draft: Draft = Draft(),  # noqa: B008 - frozen
    earlier: str | None,
) -> str:
    """Open a session in place of the browser's earlier one; return its token."""
    if earlier is not None:
        end_session(context.transaction, session_id(earlier))
    token = secrets.token_urlsafe(24)
    session = Session(
        id=session_id(token),
        way=way,
        subscriber_number=subscriber_number,
        fingerprint=facts.fingerprint if facts else None,
        certificate_end=facts.not_after if facts else None,
        seen_at=context.now,
        draft=draft,
    )
    add_session(context.transaction, session)
    return token


def find_open_session(context: Context, token: str) -> Session | None:
    """Return the session of that token, or None when it has ended."""
    session = find_session(context.transaction, session_id(token))
    if session is None or context.now > context.rules.session.end(session, context.policy.session_idle):
        return None
    return session


def resume(context: Context, token: str | None, fingerprint: str | None) -> Visit:
    """Continue the browser's session: it must not have ended, and needs its own certificate again.

    `fingerprint` is that of the connection's certificate, None when there is none. Raises NoSessionError.
    Source: rules SES-2, SES-3.
    """
    if token is None:
        raise NoSessionError
    found = find_visit(context.transaction, session_id(token))
    if found is None:
        raise NoSessionError(Refused(Refusal.SESSION_ENDED))
    session, space, option = found
    number = session.subscriber_number
    if not context.rules.session.is_bound_to(session, fingerprint):
        refused = Refused(Refusal.SESSION_OF_ANOTHER_CERTIFICATE)
        raise NoSessionError(context.refuse(refused, subscriber_number=number))
    if context.now > context.rules.session.end(session, context.policy.session_idle):
        end_session(context.transaction, session.id)
        context.note("session-ended", subscriber_number=number, why="idle")
        raise NoSessionError(context.refuse(Refused(Refusal.SESSION_ENDED), subscriber_number=number))
    if session.seen_at != context.now:
        session = replace(session, seen_at=context.now)
        save_session(context.transaction, session)
    return _visit_of(context, session, space, option)


def _visit_of(context: Context, session: Session, space: Space | None, option: Option | None) -> Visit:
    """Return the visit with the state of its space now; note a lapse the first time it is seen (ACT-6)."""
    if space is None and option is not None:
        space = option.founds
    if space is None:
        if session.subscriber_number is not None or session.draft.application is None:
            raise AssertionError("a session without a space and without a request for one")
        space = context.rules.application.founded(session.draft.application, "", context.day, "")
    state = context.state_of(space, option)
    unused = option is not None and option.used_at is None and option.replaced_at is None
    if option is not None and unused and state is SpaceState.CERTIFICATE:
        record_lapse(context, option)
    deadline = context.window_end(option) if option else None
    return Visit(session, space, option, state, deadline)


def require_step(context: Context, visit: Visit, step: Step) -> None:
    """Raise ElsewhereError, with a journal line, when the person may not take the step now."""
    there = context.rules.steps.reachable(visit.state, visit.session, step)
    if there is not step:
        context.note(
            "out-of-order",
            subscriber_number=visit.session.subscriber_number,
            wanted=step.value,
            there=there.value,
        )
        raise ElsewhereError(there)


def leave(context: Context, token: str, visitor: str) -> bool:
    """End the session (« Quitter », SES-1), and this browser's access to the activation's result (REG-5).

    A second call changes nothing. Returns whether the browser has no session now.
    """
    ended = context.rules.session.ended_by_leaving()
    session = find_session(context.transaction, session_id(token))
    if session is None:
        return True
    number = session.subscriber_number
    option = find_latest_option(context.transaction, number) if number else None
    if option is not None and Leaving.RESULT in ended:
        forget_result(context.transaction, visitor, option.id)
    if Leaving.SESSION not in ended:
        return False
    end_session(context.transaction, session.id)
    context.note("session-ended", subscriber_number=number, why="left")
    return True
