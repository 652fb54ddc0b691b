"""The steps of the option for access without certificate: warning, credentials, question, code.

Until the question is answered, only the session's draft changes. The steps are the same from outside the
space and for a new one. Source: fiche §2, §3; rules OPT-1, CRED-1 to CRED-12, ACT-1, ACT-7, ACT-8, MAIL-6,
OUT-2, NEW-2.
"""

import secrets
import uuid
from dataclasses import dataclass, replace

from maquette.simulator.domain.credentials import AddressUse
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.refusals import Refusal, Refused
from maquette.simulator.domain.session import Draft
from maquette.simulator.domain.space import Credentials, Space
from maquette.simulator.domain.space_application import Application
from maquette.simulator.domain.steps import Step
from maquette.simulator.procedure.context import Context
from maquette.simulator.procedure.options import record_lapse
from maquette.simulator.procedure.passwords import hash_password
from maquette.simulator.procedure.sessions import Visit, require_step
from maquette.simulator.store.options import add_option, save_option
from maquette.simulator.store.outbox import OutgoingLetter, add_letter
from maquette.simulator.store.sessions import save_session
from maquette.simulator.store.spaces import count_sharing, find_claim, is_number_taken, put_claim


@dataclass(frozen=True, slots=True)
class StepRefused:
    """The step was refused; `refusals` are all mistakes at once."""

    refusals: tuple[Refusal, ...]


def confirm_warning(context: Context, visit: Visit) -> StepRefused | None:
    """Note that the person has read that the option is irrevocable, and goes on (OPT-1)."""
    require_step(context, visit, Step.WARNING)
    if _may_not_opt(context, visit):
        return refuse(context, visit, (Refusal.OPTION_PENDING,))
    _keep(context, visit, replace(visit.session.draft, warned=True))
    context.note("warning-taken", subscriber_number=visit.session.subscriber_number)
    return None


def choose_credentials(
    context: Context,
    visit: Visit,
    *,
    email: str,
    email_confirmation: str,
    password: str,
    password_confirmation: str,
) -> StepRefused | None:
    """Store address and hashed password in the session's draft, or return all mistakes in them.

    Source: fiche §3, rules CRED-1 to CRED-7.
    """
    require_step(context, visit, Step.CREDENTIALS)
    rules, policy = context.rules, context.policy
    of_email = rules.credentials.check_email(email, email_confirmation, policy)
    if not of_email:
        taken = rules.credentials.judge_address(_address_use(context, email), context.now, policy)
        of_email = () if taken is None else (taken,)
    refusals = of_email + rules.credentials.check_password(password, password_confirmation, policy)
    if refusals:
        return refuse(context, visit, refusals)
    hashed = hash_password(password, policy.password_hash_cost)
    _keep(context, visit, replace(visit.session.draft, email=email, password_hash=hashed))
    context.note("credentials-chosen", subscriber_number=visit.session.subscriber_number, email=email)
    return None


def accept_option(context: Context, visit: Visit, *, question: str, answer: str) -> StepRefused | Option:
    """Accept the option in one transaction: draw the code, claim the address, queue the mail.

    A requested space gets its number now; the activation creates it (NEW-2). An earlier option of the space
    is replaced, and keeps its address for the rest of its own 48 hours (ACT-8). A lapsed option that had the
    address is replaced as well, so that a longer window cannot revive it. Source: fiche §3, rules CRED-9,
    CRED-12, ACT-1, ACT-7, MAIL-6.
    """
    require_step(context, visit, Step.QUESTION)
    draft = visit.session.draft
    if draft.email is None or draft.password_hash is None:
        raise AssertionError("the draft has an address without a password, or a password without an address")
    rules = context.rules
    refusals = rules.credentials.check_answer(question, answer)
    use = _address_use(context, draft.email)
    if (taken := rules.credentials.judge_address_again(use, context.now, context.policy)) is not None:
        refusals += (taken,)
    if not refusals and _may_not_opt(context, visit):
        refusals = (Refusal.OPTION_PENDING,)
    if refusals:
        return refuse(context, visit, refusals)
    for earlier in _left_behind(context, visit, draft.email):
        if context.now > context.window_end(earlier):
            record_lapse(context, earlier)
        save_option(context.transaction, replace(earlier, replaced_at=context.now))
    founds = None if draft.application is None else _founded(context, draft.application, draft.email)
    number = (founds or visit.space).subscriber_number
    option = Option(
        id=uuid.uuid4().hex,
        subscriber_number=number,
        credentials=Credentials(draft.email, draft.password_hash, question, answer),
        code=rules.code.draw(secrets.choice),
        queued_at=context.now,
        founds=founds,
    )
    add_option(context.transaction, option)
    put_claim(context.transaction, rules.credentials.claim_key(draft.email), number, option.id)
    add_letter(
        context.transaction,
        OutgoingLetter(
            realm=context.realm.name,
            option_id=option.id,
            correlation=context.correlation,
            due_at=context.now,
        ),
    )
    save_session(context.transaction, replace(visit.session, subscriber_number=number, draft=Draft()))
    context.note(
        "option-accepted",
        subscriber_number=number,
        email=draft.email,
        option=option.id,
        state={"from": None if founds else visit.state.value, "to": SpaceState.PENDING.value},
    )
    context.note("mail-queued", option=option.id, to=draft.email)
    return option


def _founded(context: Context, application: Application, email: str) -> Space:
    """Return the requested space, with a number that no space has or had."""
    number = context.rules.application.draw_number(
        context.day, secrets.randbelow, lambda drawn: is_number_taken(context.transaction, drawn)
    )
    return context.rules.application.founded(application, number, context.day, email)


def _left_behind(context: Context, visit: Visit, email: str) -> tuple[Option, ...]:
    claim = find_claim(context.transaction, context.rules.credentials.claim_key(email))
    return context.rules.option.left_behind(visit.option, claim.option if claim else None)


def _address_use(context: Context, email: str) -> AddressUse:
    key = context.rules.credentials.claim_key(email)
    claim = find_claim(context.transaction, key)
    end = context.window_end(claim.option) if claim and claim.option else None
    return AddressUse(claim, end, count_sharing(context.transaction, key))


def _may_not_opt(context: Context, visit: Visit) -> bool:
    return not context.rules.option.may_opt(visit.state, replacing=context.policy.option_replace)


def _keep(context: Context, visit: Visit, draft: Draft) -> None:
    save_session(context.transaction, replace(visit.session, draft=draft))


def refuse(context: Context, visit: Visit, refusals: tuple[Refusal, ...]) -> StepRefused:
    """Write the refusals of a step into the journal, and return them."""
    for refusal in refusals:
        context.refuse(Refused(refusal), subscriber_number=visit.session.subscriber_number)
    return StepRefused(refusals)
