"""« Mot de passe oublié ? »: identifies the person, then sets a new password; it does not open the space.

Source: fiche §3, §5; rules PWD-3, PWD-4, CRED-6.
"""

from dataclasses import replace

from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.domain.session import Way
from maquette.simulator.domain.steps import Step
from maquette.simulator.procedure.context import Context
from maquette.simulator.procedure.option_steps import StepRefused, refuse
from maquette.simulator.procedure.passwords import hash_password
from maquette.simulator.procedure.sessions import Entered, Visit, open_session, require_step
from maquette.simulator.procedure.wrong_tries import LONGEST_TYPED, locked_out, loggable_email
from maquette.simulator.store.personas import forget_password
from maquette.simulator.store.sessions import end_session, list_sessions_of
from maquette.simulator.store.spaces import find_claim, find_space, save_space
from maquette.simulator.store.tries import Lock, add_wrong_try


def identify_holder(
    context: Context, *, email: str, subscriber_number: str, answer: str, earlier: str | None = None
) -> Entered | StepRefused:
    """Open the way to a new password, or refuse, with one sentence for every reason (PWD-4).

    An empty field is no try. Tries are counted by the typed address, whether or not a space has it. `earlier`
    is the token of the browser's session until now; the new session replaces it.
    """
    typed = {
        Refusal.EMAIL_MISSING: email,
        Refusal.NUMBER_MISSING: subscriber_number,
        Refusal.ANSWER_MISSING: answer,
    }
    if missing := tuple(refusal for refusal, text in typed.items() if not text):
        for refusal in missing:
            context.refuse(Refused(refusal))
        return StepRefused(missing)
    rules, email = context.rules, email[:LONGEST_TYPED]
    key = rules.credentials.claim_key(email)
    claim = find_claim(context.transaction, key)
    space = find_space(context.transaction, claim.subscriber_number) if claim else None
    reason: Reason | None = Reason.LOCKED_OUT
    if not locked_out(context, Lock.RECOVERY, key):
        reason = rules.identification.judge_recovery(
            space, email, subscriber_number, answer, context.policy.email_match
        )
        if reason is not None:
            add_wrong_try(context.transaction, Lock.RECOVERY, key, context.now)
    if reason is not None or space is None:
        context.refuse(Refused(Refusal.RECOVERY_REFUSED, reason), email=loggable_email(email))
        return StepRefused((Refusal.RECOVERY_REFUSED,))
    context.note("person-identified", subscriber_number=space.subscriber_number, way=Way.RECOVERY.value)
    return Entered(open_session(context, Way.RECOVERY, space.subscriber_number, earlier=earlier), space)


def choose_new_password(
    context: Context, visit: Visit, *, password: str, password_confirmation: str
) -> StepRefused | None:
    """Set the space's new password, and end all its sessions, this one too (PWD-4, CRED-6)."""
    require_step(context, visit, Step.NEW_PASSWORD)
    rules, policy, space = context.rules, context.policy, visit.space
    if refusals := rules.credentials.check_password(password, password_confirmation, policy):
        return refuse(context, visit, refusals)
    if space.credentials is None:
        raise AssertionError("the space has no password to replace")
    hashed = hash_password(password, policy.password_hash_cost)
    space = replace(space, credentials=replace(space.credentials, password_hash=hashed))
    save_space(context.transaction, space, rules.credentials.claim_key(space.email))
    forget_password(context.transaction, space.subscriber_number)
    ended = list_sessions_of(context.transaction, space.subscriber_number)
    for session in ended:
        end_session(context.transaction, session.id)
    context.note("password-changed", subscriber_number=space.subscriber_number, sessions_ended=len(ended))
    return None
