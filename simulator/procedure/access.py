"""Opens, continues and ends sessions: by certificate, by password, or outside the space.

Source: fiche §1.5, §2, §4.2; rules ACC-2 to ACC-11, SES-1 to SES-3, PWD-1, PWD-2.
"""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from maquette.simulator.domain.certificate import CertificateFacts, PresentedCertificate
from maquette.simulator.domain.credentials import EMAIL_LENGTH, well_formed_email
from maquette.simulator.domain.option import Option, SpaceState, lapsed_state
from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.session import Draft, Leaving, Session, Way
from maquette.simulator.domain.space import Space
from maquette.simulator.domain.steps import Step
from maquette.simulator.procedure.context import Context, ElsewhereError, NoSessionError
from maquette.simulator.procedure.passwords import dummy_hash, password_is
from maquette.simulator.store.options import find_latest_option, note_lapse
from maquette.simulator.store.personas import find_certificate_record
from maquette.simulator.store.sessions import (
    add_session,
    end_session,
    find_session,
    forget_result,
    save_session,
)
from maquette.simulator.store.spaces import find_claim, find_space, get_space
from maquette.simulator.store.tries import Lock, add_wrong_try, list_wrong_tries
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


LONGEST_TYPED = EMAIL_LENGTH + 1
"""The most characters of a typed address that are read; a longer address is unknown in any case."""

CLASS_ATTEMPTS = 20
CLASS_LOCKOUT = timedelta(minutes=1)


def judge_class_code(context: Context, *, right: bool, caller: str, at: datetime) -> Refused | None:
    """Judge the class code of a browser at the address `caller`; twenty wrong codes a minute at most.

    `at` is the world's time: the portal has no such rule, and the realm's clock may stand still.
    """
    tries = list_wrong_tries(context.transaction, Lock.CLASS, caller, CLASS_ATTEMPTS)
    locked_until = RULES.tries.lockout_end(tries, CLASS_ATTEMPTS, CLASS_LOCKOUT)
    if locked_until is not None and at < locked_until:
        return context.refuse(Refused(Refusal.CLASS_CODE_WRONG, Reason.LOCKED_OUT), who=caller)
    if not right:
        add_wrong_try(context.transaction, Lock.CLASS, caller, at)
        return context.refuse(Refused(Refusal.CLASS_CODE_WRONG), who=caller)
    return None


def session_id(token: str) -> str:
    """Return the session's id in the database, which never stores the token itself."""
    return hashlib.sha256(token.encode()).hexdigest()


def enter_by_certificate(
    context: Context, facts: CertificateFacts | None, *, earlier: str | None = None
) -> Entered | Refused:
    """Open a session for a certificate, or return the refusal (ACC-3, ACC-4, ACC-10).

    `earlier` is the token of the browser's session until now; the new session replaces it.
    """
    record = state = None
    if facts is not None:
        record = find_certificate_record(context.transaction, facts.fingerprint)
    if record is not None and record.subscriber_number is not None:
        state = _find_state(context, record.subscriber_number)
    refusal = context.rules.certificate.judge(PresentedCertificate(facts, record, state), context.now)
    identity = {"subject": facts.subject, "fingerprint": facts.fingerprint} if facts else {}
    context.note("certificate-judged", verdict=refusal.code if refusal else "accepted", **identity)
    if refusal is not None:
        return context.refuse(
            Refused(refusal), subscriber_number=record.subscriber_number if record else None
        )
    if facts is None or record is None or record.subscriber_number is None:
        raise AssertionError("a certificate without facts or space was accepted")
    before = find_session(context.transaction, session_id(earlier)) if earlier else None
    number = context.rules.certificate.space_opened(record.subscriber_number, before)
    space = get_space(context.transaction, number)
    return _enter(context, Way.CERTIFICATE, space, facts=facts, earlier=earlier)


def enter_by_password(
    context: Context, email: str, password: str, *, earlier: str | None = None
) -> Entered | Refused:
    """Open a session of a password space, or refuse without naming the wrong field (PWD-2).

    An empty field is no try.
    """
    if not email or not password:
        return context.refuse(Refused(Refusal.PASSWORD_MISSING if email else Refusal.EMAIL_MISSING))
    policy, rules = context.policy, context.rules
    email = email[:LONGEST_TYPED]
    key = rules.credentials.claim_key(email)
    tries = list_wrong_tries(context.transaction, Lock.LOGIN, key, policy.login_attempts)
    locked_until = rules.tries.lockout_end(tries, policy.login_attempts, policy.login_lockout)
    if locked_until is not None and context.now < locked_until:
        refusal = rules.login.refusal(Reason.LOCKED_OUT)
        return context.refuse(Refused(refusal, Reason.LOCKED_OUT), email=loggable_email(email))
    claim = find_claim(context.transaction, key)
    space = find_space(context.transaction, claim.subscriber_number) if claim else None
    reason = _judge_login(context, space, claim.option if claim else None, email, password)
    if reason is not None:
        add_wrong_try(context.transaction, Lock.LOGIN, key, context.now)
        return context.refuse(Refused(rules.login.refusal(reason), reason), email=loggable_email(email))
    if space is None:
        raise AssertionError("a login without a space was accepted")
    return _enter(context, Way.PASSWORD, space, earlier=earlier)


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


def loggable_email(email: str) -> str | None:
    """Return a typed address for the journal; None for any other text, which may be a misplaced secret."""
    return email if well_formed_email(email) else None


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


def _visit_of(context: Context, session: Session, space: Space | None, option: Option | None) -> Visit:
    """Return the session's space and its state now; note a lapse the first time that it is seen (ACT-6)."""
    if space is None and option is not None:
        space = option.founds
    if space is None:
        if session.draft.application is None:
            raise AssertionError("a session without a space and without a request for one")
        space = context.rules.application.founded(session.draft.application, "", context.day, "")
    state = context.state_of(space, option)
    unused = option is not None and option.used_at is None and option.replaced_at is None
    if option is not None and unused and state is SpaceState.CERTIFICATE:
        record_lapse(context, option)
    deadline = context.window_end(option) if option else None
    return Visit(session, space, option, state, deadline)


def record_lapse(context: Context, option: Option) -> None:
    """Note that the option has lapsed, the first time only (ACT-6)."""
    if note_lapse(context.transaction, option.id):
        left = lapsed_state(option)
        context.note(
            "option-lapsed",
            subscriber_number=option.subscriber_number,
            option=option.id,
            state={"from": SpaceState.PENDING.value, "to": left and left.value},
        )


def space_of(context: Context, subscriber_number: str, option: Option | None) -> Space:
    """Return the space of that number, or the space that the option is to create (NEW-2)."""
    space = find_space(context.transaction, subscriber_number)
    if space is None and option is not None:
        space = option.founds
    if space is None:
        raise LookupError(f"no space {subscriber_number!r}, and none to be created")
    return space


def locked_out(context: Context, lock: Lock, key: str) -> bool:
    """Whether there were too many wrong tries at the lock with this key (ACT-15; OUT-2, PWD-4 alike)."""
    policy = context.policy
    tries = list_wrong_tries(context.transaction, lock, key, policy.activation_attempts)
    until = context.rules.tries.lockout_end(tries, policy.activation_attempts, policy.activation_lockout)
    return until is not None and context.now < until


def find_open_session(context: Context, token: str) -> Session | None:
    """Return the session of that token, or None when it has ended."""
    session = find_session(context.transaction, session_id(token))
    if session is None or context.now > context.rules.session.end(session, context.policy.session_idle):
        return None
    return session


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


def _find_state(context: Context, subscriber_number: str) -> SpaceState | None:
    space = find_space(context.transaction, subscriber_number)
    if space is None:
        return None
    return context.state_of(space, find_latest_option(context.transaction, subscriber_number))


def _judge_login(
    context: Context, space: Space | None, option: Option | None, email: str, password: str
) -> Reason | None:
    chosen = context.rules.login.opening_credentials(space, option) if space else None
    hashed = chosen.password_hash if chosen else dummy_hash(context.policy.password_hash_cost)
    right = password_is(password, hashed)
    if space is None:
        return Reason.ADDRESS_UNKNOWN
    if chosen is None:
        return Reason.SPACE_PENDING
    if not context.rules.credentials.same_email(email, chosen.email, context.policy.email_match):
        return Reason.ADDRESS_UNKNOWN
    return None if right else Reason.PASSWORD_WRONG


def _enter(
    context: Context, way: Way, space: Space, *, facts: CertificateFacts | None = None, earlier: str | None
) -> Entered:
    token = open_session(context, way, space.subscriber_number, facts=facts, earlier=earlier)
    context.note("session-opened", subscriber_number=space.subscriber_number, access=way.value)
    return Entered(token, space)
