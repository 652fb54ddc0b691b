"""Activation in two steps: the code is judged, then the request of the new window activates.

The first step changes only the count of wrong tries. The second judges everything again, and activates in one
transaction. Source: fiche §4.2; rules ACT-4 to ACT-16, POP-1 to POP-6, SES-1, REG-5.
"""

from dataclasses import dataclass, replace

from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.domain.space import Space
from maquette.simulator.procedure.context import Context
from maquette.simulator.procedure.options import record_lapse, space_of
from maquette.simulator.procedure.wrong_tries import LONGEST_TYPED, locked_out, loggable_email
from maquette.simulator.store.options import find_option, save_option
from maquette.simulator.store.sessions import (
    end_session,
    find_result_end,
    list_sessions_of,
    put_result,
)
from maquette.simulator.store.spaces import add_space, find_claim, find_space, get_space, save_space
from maquette.simulator.store.tries import Lock, add_wrong_try


@dataclass(frozen=True, slots=True)
class CodeAccepted:
    """Address and code are right: the window that activates this option may open."""

    option_id: str


@dataclass(frozen=True, slots=True)
class Registration:
    """The result of an activation: the space, and whether it was created (NEW-2) or converted."""

    space: Space
    created: bool


def judge_typed_code(context: Context, *, email: str, code: str, visitor: str) -> CodeAccepted | Refused:
    """Judge the typed address and code; this activates nothing yet (POP-3).

    An empty field is no try. The browser that activated with this code may open its result again (POP-5).
    """
    if not email or not code:
        return context.refuse(Refused(Refusal.CODE_MISSING if email else Refusal.EMAIL_MISSING))
    policy, rules = context.policy, context.rules
    email = email[:LONGEST_TYPED]
    key = rules.credentials.claim_key(email)
    if locked_out(context, Lock.ACTIVATION, key):
        refusal = rules.code.refusal(Reason.LOCKED_OUT)
        return context.refuse(Refused(refusal, Reason.LOCKED_OUT), email=loggable_email(email))
    claim = find_claim(context.transaction, key)
    option = claim.option if claim else None
    if option and not rules.credentials.same_email(email, option.credentials.email, policy.email_match):
        option = None
    space = space_of(context, option) if option else None
    reason = rules.code.judge(option, code, context.state_of(space, option) if space else None)
    if option is not None and reason is Reason.CODE_USED:
        if _may_see_result(context, visitor, option):
            return CodeAccepted(option.id)
    elif option is not None and reason is Reason.CODE_EXPIRED:
        record_lapse(context, option)
    if reason is not None:
        add_wrong_try(context.transaction, Lock.ACTIVATION, key, context.now)
        return context.refuse(Refused(rules.code.refusal(reason), reason), email=loggable_email(email))
    if option is None or space is None:
        raise AssertionError("a code without an option was accepted")
    context.note("code-accepted", email=email, option=option.id, subscriber_number=option.subscriber_number)
    if rules.code.valider_activates():
        _convert(context, space, option, visitor)
    return CodeAccepted(option.id)


def activate(context: Context, *, option_id: str | None, visitor: str) -> Space | Refused:
    """Activate the option at the new window's request; everything is judged again, the 48 hours too.

    `option_id` is the option of the browser's ticket, None for a ticket that is not this browser's. The
    browser that has activated it already gets the same result again (POP-5); any other browser is refused.
    """
    option = find_option(context.transaction, option_id) if option_id is not None else None
    if option is None:
        return context.refuse(Refused(Refusal.ACTIVATION_REFUSED, Reason.TICKET_FORGED))
    context.note("window-fetched", option=option.id, subscriber_number=option.subscriber_number)
    space = space_of(context, option)
    if _may_see_result(context, visitor, option):
        return space
    reason = _judge_again(context, space, option)
    if reason is not None:
        refusal = context.rules.code.refusal(reason)
        return context.refuse(Refused(refusal, reason), subscriber_number=space.subscriber_number)
    return _convert(context, space, option, visitor)


def _convert(context: Context, space: Space, option: Option, visitor: str) -> Space:
    """Use up the code, convert or create the space, end its sessions, give this browser the result."""
    space = context.rules.space.converted(space, option.credentials, context.now)
    is_new = option.founds is not None and find_space(context.transaction, space.subscriber_number) is None
    keep = add_space if is_new else save_space
    keep(context.transaction, space, context.rules.credentials.claim_key(space.email))
    save_option(context.transaction, replace(option, used_at=context.now))
    ended = context.rules.session.ended_by_activation(
        list_sessions_of(context.transaction, space.subscriber_number)
    )
    for session in ended:
        end_session(context.transaction, session.id)
    put_result(context.transaction, visitor, option.id, context.rules.result.end(context.now))
    context.note(
        "space-activated",
        subscriber_number=space.subscriber_number,
        option=option.id,
        state={"from": SpaceState.PENDING.value, "to": SpaceState.PASSWORD.value},
        sessions_ended=len(ended),
    )
    return space


def note_window_blocked(context: Context, *, option_id: str) -> None:
    """Note the page's report that the browser blocked its window (POP-6)."""
    context.note("window-blocked", option=option_id)


def get_registration(context: Context, *, option_id: str, visitor: str) -> Registration | Refused:
    """Return the result of an activation by this browser, for 30 minutes (REG-5)."""
    option = find_option(context.transaction, option_id)
    if option is None or not _may_see_result(context, visitor, option):
        return context.refuse(Refused(Refusal.RECAP_OF_ANOTHER))
    space = get_space(context.transaction, option.subscriber_number)
    return Registration(space, created=option.founds is not None)


def get_recap_space(context: Context, *, option_id: str, visitor: str) -> Space | Refused:
    """Return the activated space, for the recap (REG-2)."""
    seen = get_registration(context, option_id=option_id, visitor=visitor)
    if isinstance(seen, Refused):
        return seen
    context.note("recap-made", subscriber_number=seen.space.subscriber_number)
    return seen.space


def _judge_again(context: Context, space: Space, option: Option) -> Reason | None:
    if locked_out(context, Lock.ACTIVATION, context.rules.credentials.claim_key(option.credentials.email)):
        return Reason.LOCKED_OUT
    return context.rules.code.judge_again(option, context.state_of(space, option))


def _may_see_result(context: Context, visitor: str, option: Option) -> bool:
    """Whether the browser may see the option's result; there is none before its code is used."""
    end = find_result_end(context.transaction, visitor, option.id)
    return option.used_at is not None and context.rules.result.is_open(end, context.now)
