"""The signed values that a browser returns unchanged: CSRF token, activation ticket, class pass.

The visitor cookie is random. The others are signed with the installation's secret. Tokens and tickets are
bound to the realm and the browser, so that the database stores none of them. Source: rules SES-3, POP-3,
REG-5.
"""

import secrets
from dataclasses import dataclass

from maquette.simulator.base.signatures import is_same, sign


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs values for one realm of one installation."""

    secret: bytes
    realm: str

    def csrf(self, visitor: str, session: str | None) -> str:
        """Return the token of this browser's forms, or of the session's forms if there is a session."""
        return sign(self.secret, self.realm, "csrf", visitor, session or "")

    def csrf_is(self, token: str, visitor: str, session: str | None) -> bool:
        """Whether the token belongs to this browser and this session."""
        return is_same(token, self.csrf(visitor, session))

    def ticket(self, visitor: str, option_id: str) -> str:
        """Return the ticket that a browser gets with a right address and code (POP-3)."""
        return f"{option_id}.{sign(self.secret, self.realm, 'ticket', visitor, option_id)}"

    def option_of(self, ticket: str, visitor: str) -> str | None:
        """Return the option that a ticket of this browser names; None for any other text."""
        option_id, _, _ = ticket.partition(".")
        return option_id if is_same(ticket, self.ticket(visitor, option_id)) else None

    def class_pass(self, class_code: str) -> str:
        """Return the cookie of a browser that has given the class code, valid in all realms."""
        return sign(self.secret, "", "class", class_code)


def new_visitor() -> str:
    """Return a random name for a new browser."""
    return secrets.token_urlsafe(18)
