"""Entering with address and password: which credentials open a space, and what is told of a wrong pair.

Must not know how a password is hashed. Source: fiche §2; rules ACC-1, ACC-9, PWD-1, PWD-2.
"""

from maquette.simulator.domain.option import Option
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.domain.space import Credentials, Space


def opening_credentials(space: Space, option: Option | None) -> Credentials | None:  # noqa: ARG001 - not yet its
    """The credentials that open the space: those it was converted with.

    What `option`, the last one of the address, has chosen opens nothing before it is activated (ACC-9).
    """
    return space.credentials


def refusal_of_login(reason: Reason) -> Refusal:  # noqa: ARG001 - the person is told the same of all
    """What the person is told whose login is refused: one sentence, whatever the reason (PWD-2)."""
    return Refusal.LOGIN_REFUSED
