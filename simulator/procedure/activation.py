"""Activating in two moves: the code is judged, then the new window's request activates.

The first changes nothing but the count of wrong tries; the second judges everything again and does it all in
one transaction. Source: fiche §4.2; rules ACT-4 to ACT-16, POP-1 to POP-6, SES-1, REG-5.
"""

from dataclasses import dataclass, replace

from maquette.simulator.domain.activation import RESULT_KEPT
from maquette.simulator.domain.option import Option, SpaceEvent, SpaceState
from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.domain.space import Space
from maquette.simulator.procedure.access import LONGEST_TYPED, noted, see_lapse
from maquette.simulator.procedure.context import Context
from maquette.simulator.store.options import find_option, get_option, save_option
from maquette.simulator.store.sessions import end_sessions_of, may_see_result, put_result
from maquette.simulator.store.spaces import find_claim, get_space, save_space
from maquette.simulator.store.tries import Lock, add_wrong_try, list_wrong_tries


@dataclass(frozen=True, slots=True)
class CodeAccepted:
    """Address and code are right: the window that activates this option may open."""

    option_id: str


def judge_typed_code(context: Context, *, email: str, code: str, visitor: str) -> CodeAccepted | Refused:
    """Judge address and code as typed; nothing is activated yet (POP-3).

    A field left empty is no try. The browser that activated with this code may open its result again (POP-5).
    """
    if not email or not code:
        return context.refuse(Refused(Refusal.CODE_MISSING if email else Refusal.EMAIL_MISSING))
    policy, rules = context.policy, context.rules
    email = email[:LONGEST_TYPED]
    key = rules.email_key(email)
    if _locked_out(context, key):
        return context.refuse(Refused(Refusal.ACTIVATION_REFUSED, Reason.LOCKED_OUT), email=noted(email))
    claim = find_claim(context.transaction, key)
    option = claim.option if claim else None
    if option and not rules.same_email(email, option.credentials.email, policy.email_match):
        option = None
    reason = rules.judge_code(option, code, context.now, policy.activation_window)
    if option is not None and reason is Reason.CODE_USED:
        if may_see_result(context.transaction, visitor, option.id, context.now):
            return CodeAccepted(option.id)
    elif option is not None and reason is Reason.CODE_EXPIRED:
        see_lapse(context, option)
    if option is None or reason is not None:
        add_wrong_try(context.transaction, Lock.ACTIVATION, key, context.now)
        return context.refuse(Refused(Refusal.ACTIVATION_REFUSED, reason), email=noted(email))
    context.note("code-accepted", email=email, option=option.id, subscriber_number=option.subscriber_number)
    return CodeAccepted(option.id)


def activate(context: Context, *, option_id: str, visitor: str) -> Space | Refused:
    """Activate the option for whom the window opened: everything is judged again, the 48 hours too.

    The browser that has activated it already gets the same result again (POP-5); any other one is refused.
    """
    option = find_option(context.transaction, option_id)
    if option is None:
        return context.refuse(Refused(Refusal.ACTIVATION_REFUSED, Reason.TICKET_FORGED))
    context.note("window-fetched", option=option.id, subscriber_number=option.subscriber_number)
    space = get_space(context.transaction, option.subscriber_number)
    if may_see_result(context.transaction, visitor, option.id, context.now):
        return space
    reason = _judge_again(context, space, option)
    if reason is not None:
        return context.refuse(
            Refused(Refusal.ACTIVATION_REFUSED, reason), subscriber_number=space.subscriber_number
        )
    space = context.rules.converted(space, option.credentials, context.now)
    save_space(context.transaction, space, context.rules.email_key(space.email))
    save_option(context.transaction, replace(option, used_at=context.now))
    ended = end_sessions_of(context.transaction, space.subscriber_number)
    put_result(context.transaction, visitor, option.id, context.now + RESULT_KEPT)
    context.note(
        "space-activated",
        subscriber_number=space.subscriber_number,
        option=option.id,
        state={"from": SpaceState.PENDING.value, "to": SpaceState.PASSWORD.value},
        sessions_ended=ended,
    )
    return space


def note_window_blocked(context: Context, *, option_id: str) -> None:
    """The page reports that the browser stopped its window (POP-6)."""
    context.note("window-blocked", option=option_id)


def see_registration(context: Context, *, option_id: str, visitor: str) -> Space | Refused:
    """The space of that activation, if it is this browser's own, for 30 minutes (REG-5)."""
    if not may_see_result(context.transaction, visitor, option_id, context.now):
        return context.refuse(Refused(Refusal.RECAP_OF_ANOTHER))
    option = get_option(context.transaction, option_id)
    return get_space(context.transaction, option.subscriber_number)


def see_recap(context: Context, *, option_id: str, visitor: str) -> Space | Refused:
    """The same, for its recap (REG-2)."""
    seen = see_registration(context, option_id=option_id, visitor=visitor)
    if isinstance(seen, Space):
        context.note("recap-made", subscriber_number=seen.subscriber_number)
    return seen


def _judge_again(context: Context, space: Space, option: Option) -> Reason | None:
    rules, window = context.rules, context.policy.activation_window
    if _locked_out(context, rules.email_key(option.credentials.email)):
        return Reason.LOCKED_OUT
    reason = rules.judge_code(option, option.code, context.now, window)
    if reason is not None:
        return reason
    state = rules.state_of(space, option, context.now, window)
    return None if rules.next_state(state, SpaceEvent.ACTIVATE) else Reason.CODE_EXPIRED


def _locked_out(context: Context, email_key: str) -> bool:
    policy = context.policy
    tries = list_wrong_tries(context.transaction, Lock.ACTIVATION, email_key, policy.activation_attempts)
    until = context.rules.lockout_end(tries, policy.activation_attempts, policy.activation_lockout)
    return until is not None and context.now < until
