"""HORS espace: the option without a login, mostly for people whose certificate no longer works.

The person identifies themselves; then the option's steps are the same as inside, and the space stays closed.
Source: fiche §1.1, §2; rules OUT-1, OUT-2, ACC-13.
"""

from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.domain.session import Way
from maquette.simulator.procedure.context import Context
from maquette.simulator.procedure.option_steps import StepRefused
from maquette.simulator.procedure.sessions import Entered, open_session
from maquette.simulator.procedure.wrong_tries import LONGEST_TYPED, locked_out, loggable_email
from maquette.simulator.store.spaces import find_space
from maquette.simulator.store.tries import Lock, add_wrong_try


def identify_outside(
    context: Context, *, subscriber_number: str, email: str, siren: str, earlier: str | None = None
) -> Entered | StepRefused:
    """Open the option's steps for the holder of a certificate space, or refuse, with one sentence (OUT-2).

    An empty number or address is no try. Tries are counted by the typed number, whether or not it is a
    space's. `earlier` is the token of the browser's session until now; the new session replaces it.
    """
    typed = {Refusal.NUMBER_MISSING: subscriber_number, Refusal.EMAIL_MISSING: email}
    if missing := tuple(refusal for refusal, text in typed.items() if not text):
        for refusal in missing:
            context.refuse(Refused(refusal))
        return StepRefused(missing)
    number, email, rules = subscriber_number[:LONGEST_TYPED], email[:LONGEST_TYPED], context.rules
    space = find_space(context.transaction, number)
    reason: Reason | None = Reason.LOCKED_OUT
    if not locked_out(context, Lock.OUTSIDE, number):
        reason = rules.identification.judge_outside(space, email, siren, context.policy.email_match)
        if reason is not None:
            add_wrong_try(context.transaction, Lock.OUTSIDE, number, context.now)
    if reason is not None or space is None:
        whose = space.subscriber_number if space else None
        context.refuse(
            Refused(Refusal.OUTSIDE_REFUSED, reason), subscriber_number=whose, email=loggable_email(email)
        )
        return StepRefused((Refusal.OUTSIDE_REFUSED,))
    context.note("person-identified", subscriber_number=space.subscriber_number, way=Way.OUTSIDE.value)
    return Entered(open_session(context, Way.OUTSIDE, space.subscriber_number, earlier=earlier), space)
