"""The order of the screens on the way through the option.

Decides from the state of the space and the session: from outside, nothing leads into the space. It must not
know pages. Source: fiche §1.1, §2, §3, §4.1; rules OPT-1, CRED-11, OUT-1, NEW-1, PWD-3.
"""

from enum import Enum

from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.session import Draft, Session, Way


class Step(Enum):
    """A place on the way through the option, or to a new password."""

    SPACE = "space"
    APPLICATION = "application"
    WARNING = "irrevocable"
    CREDENTIALS = "credentials"
    QUESTION = "question"
    PENDING = "pending"
    NEW_PASSWORD = "new_password"  # noqa: S105 - the name of a step


class StepRules:
    """The decision on the order of screens."""

    def reachable(self, state: SpaceState, session: Session, wanted: Step) -> Step:
        """The wanted step where the person may take it now, else the step where they are.

        After the option is accepted, an earlier form that is sent again leads to the waiting.
        """
        if session.way is Way.RECOVERY:
            return Step.NEW_PASSWORD
        pending, draft = state is SpaceState.PENDING, session.draft
        if session.way is Way.CREATION:
            return _creating(draft, wanted, pending=pending)
        entrance = Step.SPACE
        if session.way is Way.OUTSIDE:
            entrance = Step.WARNING if state is SpaceState.CERTIFICATE else Step.PENDING
        if wanted in (Step.SPACE, Step.APPLICATION, Step.NEW_PASSWORD) or state is SpaceState.PASSWORD:
            return entrance
        if wanted is Step.PENDING:
            return Step.PENDING if pending else entrance
        if wanted is Step.WARNING:
            return Step.WARNING
        if not draft.warned:
            return Step.PENDING if pending else Step.WARNING
        return Step.CREDENTIALS if draft.email is None else wanted


def _creating(draft: Draft, wanted: Step, *, pending: bool) -> Step:
    """The step on the way to a new space, which has no warning: nothing there is irrevocable."""
    if pending:
        return Step.PENDING
    if draft.application is None or wanted is Step.APPLICATION:
        return Step.APPLICATION
    return Step.QUESTION if wanted is Step.QUESTION and draft.email is not None else Step.CREDENTIALS
