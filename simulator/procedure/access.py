"""Opens a space: by certificate at the gate, or by e-mail and password.

Source: fiche §1.5, §4.2; rules ACC-2 to ACC-11, PWD-1, PWD-2.
"""

from maquette.simulator.domain.certificate import CertificateFacts, PresentedCertificate
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.domain.session import Way
from maquette.simulator.domain.space import Space
from maquette.simulator.procedure.context import Context
from maquette.simulator.procedure.passwords import dummy_hash, password_is
from maquette.simulator.procedure.sessions import Entered, open_session, session_id
from maquette.simulator.procedure.wrong_tries import LONGEST_TYPED, loggable_email
from maquette.simulator.store.options import find_latest_option
from maquette.simulator.store.personas import find_certificate_record
from maquette.simulator.store.sessions import (
    find_session,
)
from maquette.simulator.store.spaces import find_claim, find_space, get_space
from maquette.simulator.store.tries import Lock, add_wrong_try, list_wrong_tries


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
        space = get_space(context.transaction, record.subscriber_number)
        state = context.state_of(space, find_latest_option(context.transaction, space.subscriber_number))
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


def _enter(
    context: Context, way: Way, space: Space, *, facts: CertificateFacts | None = None, earlier: str | None
) -> Entered:
    token = open_session(context, way, space.subscriber_number, facts=facts, earlier=earlier)
    context.note("session-opened", subscriber_number=space.subscriber_number, access=way.value)
    return Entered(token, space)


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
