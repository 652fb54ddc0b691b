"""Entering with address and password: which credentials open a space, and the refusal of a wrong pair.

It must not know how a password is hashed. Source: fiche §2; rules ACC-1, ACC-9, PWD-1, PWD-2.
"""

from maquette.simulator.domain.option import Option
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.domain.space import Credentials, Space


class LoginRules:
    """The decisions of the access page."""

    def opening_credentials(self, space: Space, option: Option | None) -> Credentials | None:  # noqa: ARG002 - not its
        """The credentials that open the space: those that it was converted with.

        The credentials of `option`, the latest one of the address, open nothing before activation (ACC-9).
        """
        return space.credentials

    def refusal(self, reason: Reason) -> Refusal:  # noqa: ARG002 - one sentence for all reasons
        """The refusal that the person sees: the same for every reason (PWD-2)."""
        return Refusal.LOGIN_REFUSED
