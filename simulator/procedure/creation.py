"""The request for a new space: the applicant and the companies. The option's steps follow, without a warning.

Only the session's draft stores the request until the question is answered; the activation creates the space.
Source: fiche §1.2, §4.1; rules NEW-1, NEW-2.
"""

from dataclasses import replace

from maquette.simulator.domain.refusals import Refused
from maquette.simulator.domain.session import Draft, Way
from maquette.simulator.domain.space_application import Application, listed_sirens
from maquette.simulator.procedure.context import Context
from maquette.simulator.procedure.option_steps import StepRefused
from maquette.simulator.procedure.sessions import find_open_session, open_session


def apply_for_space(
    context: Context, application: Application, *, earlier: str | None = None
) -> str | StepRefused:
    """Open the way to a new space; return the session's token, or all mistakes in the form (NEW-1).

    `earlier` is the token of the browser's session until now; the new session replaces it, and keeps the
    address that the person chose in it for a new space (CRED-11).
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


def find_application(context: Context, token: str | None) -> Application | None:
    """Return the request for a new space in this browser's session, for « Retour »; None without one."""
    session = find_open_session(context, token) if token else None
    return session.draft.application if session else None
