"""Asking for a new space: who, and for which companies. What follows is the option's way, without a warning.

Nothing is kept but the session's draft until the question is answered; there is a space with its activation.
Source: fiche §1.2, §4.1; rules NEW-1, NEW-2.
"""

from dataclasses import replace

from maquette.simulator.domain.refusals import Refused
from maquette.simulator.domain.session import Draft, Way
from maquette.simulator.domain.space_application import Application, listed_sirens
from maquette.simulator.procedure.access import find_open_session, open_session
from maquette.simulator.procedure.context import Context
from maquette.simulator.procedure.option_steps import StepRefused


def apply_for_space(
    context: Context, application: Application, *, earlier: str | None = None
) -> str | StepRefused:
    """Open the way to a new space; the session's token, or all that is wrong with what was typed (NEW-1).

    `earlier` is the token of the session that this browser had; the new one takes its place, and keeps the
    address that was chosen in it for a new space (CRED-11).
    """
    if refusals := context.rules.application.check(application):
        for refusal in refusals:
            context.refuse(Refused(refusal))
        return StepRefused(refusals)
    companies = len(listed_sirens(application.sirens))
    context.note("creation-begun", mode=application.mode.value, companies=companies)
    before = find_open_session(context, earlier) if earlier else None
    kept = before.draft if before is not None and before.way is Way.CREATION else Draft()
    draft = replace(kept, application=application)
    return open_session(context, Way.CREATION, None, draft=draft, earlier=earlier)


def typed_before(context: Context, token: str | None) -> Application | None:
    """What this browser's session asks for a new space with, for « Retour »; None where it asks for none."""
    session = find_open_session(context, token) if token else None
    return session.draft.application if session else None
