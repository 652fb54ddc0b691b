"""Opting for access without certificate: the warning, the credentials, the question, the code on its way.

Until the question is answered nothing changes but the session's draft. Source: fiche §2, §3; rules OPT-1,
CRED-1 to CRED-12, ACT-1, ACT-7, ACT-8, MAIL-6.
"""

import secrets
import uuid
from dataclasses import dataclass, replace
from enum import Enum

from maquette.simulator.domain.option import Option, SpaceEvent, SpaceState
from maquette.simulator.domain.refusals import Refusal, Refused
from maquette.simulator.domain.session import Draft
from maquette.simulator.domain.space import Credentials
from maquette.simulator.procedure.access import Visit, see_lapse
from maquette.simulator.procedure.context import MAIL_QUEUED, Context
from maquette.simulator.procedure.passwords import hash_password
from maquette.simulator.store.options import add_option, save_option
from maquette.simulator.store.outbox import OutgoingLetter, add_letter
from maquette.simulator.store.sessions import save_session
from maquette.simulator.store.spaces import count_sharing, find_claim, put_claim


class Step(Enum):
    """Where a person is on the way through the option."""

    SPACE = "space"
    WARNING = "irrevocable"
    CREDENTIALS = "credentials"
    QUESTION = "question"
    PENDING = "pending"


@dataclass(frozen=True, slots=True)
class OutOfOrder:
    """The step was not to be taken now; `go_to` is where the person is."""

    go_to: Step


@dataclass(frozen=True, slots=True)
class StepRefused:
    """Why a step was not taken: all that is wrong at once."""

    refusals: tuple[Refusal, ...]


def reachable(visit: Visit, wanted: Step) -> Step:
    """The wanted step where the person may be at it, else the one where they are.

    After the option is accepted, going back and sending a form again leads to the waiting (portal.md §4).
    """
    draft, pending = visit.session.draft, visit.state is SpaceState.PENDING
    if wanted is Step.SPACE or visit.state is SpaceState.PASSWORD:
        return Step.SPACE
    if wanted is Step.PENDING:
        return Step.PENDING if pending else Step.SPACE
    if wanted is Step.WARNING:
        return Step.WARNING
    if not draft.warned:
        return Step.PENDING if pending else Step.WARNING
    if wanted is Step.QUESTION and draft.email is None:
        return Step.CREDENTIALS
    return wanted


def take_warning(context: Context, visit: Visit) -> OutOfOrder | StepRefused | None:
    """The person has read that the option is irrevocable, and goes on (OPT-1)."""
    if (elsewhere := _out_of_order(context, visit, Step.WARNING)) is not None:
        return elsewhere
    if _may_not_opt(context, visit):
        return _refuse(context, visit, (Refusal.OPTION_PENDING,))
    _keep(context, visit, replace(visit.session.draft, warned=True))
    context.note("warning-taken", subscriber_number=visit.space.subscriber_number)
    return None


def choose_credentials(
    context: Context,
    visit: Visit,
    *,
    email: str,
    email_confirmation: str,
    password: str,
    password_confirmation: str,
) -> OutOfOrder | StepRefused | None:
    """Keep address and hashed password in the session's draft, or say all that is wrong with them.

    Source: fiche §3, rules CRED-1 to CRED-7.
    """
    if (elsewhere := _out_of_order(context, visit, Step.CREDENTIALS)) is not None:
        return elsewhere
    rules, policy = context.rules, context.policy
    of_email = rules.check_email(email, email_confirmation, policy) or _judge_address(context, email)
    refusals = of_email + rules.check_password(password, password_confirmation, policy)
    if refusals:
        return _refuse(context, visit, refusals)
    hashed = hash_password(password, policy.password_hash_cost)
    _keep(context, visit, replace(visit.session.draft, email=email, password_hash=hashed))
    context.note("credentials-chosen", subscriber_number=visit.space.subscriber_number, email=email)
    return None


def accept_option(
    context: Context, visit: Visit, *, question: str, answer: str
) -> OutOfOrder | StepRefused | Option:
    """Accept the option: code drawn, address claimed and mail queued, all at once or not at all.

    An earlier option of the space dies, and keeps its address for the rest of its own 48 hours (ACT-8); so
    does a lapsed one that had the address, whatever its window may become.
    Source: fiche §3, rules CRED-9, CRED-12, ACT-1, ACT-7, MAIL-6.
    """
    if (elsewhere := _out_of_order(context, visit, Step.QUESTION)) is not None:
        return elsewhere
    draft, space = visit.session.draft, visit.space
    if draft.email is None or draft.password_hash is None:
        raise AssertionError("a draft holds an address without a password, or the other way round")
    refusals = context.rules.check_answer(question, answer) + _judge_address(context, draft.email)
    if not refusals and _may_not_opt(context, visit):
        refusals = (Refusal.OPTION_PENDING,)
    if refusals:
        return _refuse(context, visit, refusals)
    for earlier in _left_behind(context, visit, draft.email):
        if context.now > context.rules.window_end(earlier, context.policy.activation_window):
            see_lapse(context, earlier)
        save_option(context.transaction, replace(earlier, replaced_at=context.now))
    option = Option(
        id=uuid.uuid4().hex,
        subscriber_number=space.subscriber_number,
        credentials=Credentials(draft.email, draft.password_hash, question, answer),
        code=context.rules.draw_code(secrets.choice),
        queued_at=context.now,
    )
    add_option(context.transaction, option)
    put_claim(context.transaction, context.rules.email_key(draft.email), space.subscriber_number, option.id)
    add_letter(
        context.transaction,
        OutgoingLetter(
            realm=context.realm.name,
            option_id=option.id,
            correlation=context.correlation,
            due_at=context.now,
        ),
    )
    _keep(context, visit, Draft())
    context.note(
        "option-accepted",
        subscriber_number=space.subscriber_number,
        email=draft.email,
        option=option.id,
        state={"from": visit.state.value, "to": SpaceState.PENDING.value},
    )
    context.note(MAIL_QUEUED, option=option.id, to=draft.email)
    return option


def _left_behind(context: Context, visit: Visit, email: str) -> list[Option]:
    """The options that the new one leaves dead: the space's own last one, and the last one of its address."""
    claim = find_claim(context.transaction, context.rules.email_key(email))
    earlier = {option.id: option for option in (visit.option, claim and claim.option) if option}
    return [each for each in earlier.values() if each.used_at is None and each.replaced_at is None]


def _judge_address(context: Context, email: str) -> tuple[Refusal, ...]:
    key = context.rules.email_key(email)
    claim = find_claim(context.transaction, key)
    sharing = count_sharing(context.transaction, key)
    refusal = context.rules.judge_address(claim, sharing, context.now, context.policy)
    return () if refusal is None else (refusal,)


def _may_not_opt(context: Context, visit: Visit) -> bool:
    if context.rules.next_state(visit.state, SpaceEvent.ACCEPT) is None:
        return True
    return visit.state is SpaceState.PENDING and not context.policy.option_replace


def _keep(context: Context, visit: Visit, draft: Draft) -> None:
    save_session(context.transaction, replace(visit.session, draft=draft))


def _out_of_order(context: Context, visit: Visit, step: Step) -> OutOfOrder | None:
    there = reachable(visit, step)
    if there is step:
        return None
    context.note(
        "out-of-order",
        subscriber_number=visit.space.subscriber_number,
        wanted=step.value,
        there=there.value,
    )
    return OutOfOrder(there)


def _refuse(context: Context, visit: Visit, refusals: tuple[Refusal, ...]) -> StepRefused:
    for refusal in refusals:
        context.refuse(Refused(refusal), subscriber_number=visit.space.subscriber_number)
    return StepRefused(refusals)
