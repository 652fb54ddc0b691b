"""The values that a browser must return unchanged: visitor cookie, CSRF token, activation ticket, class pass.

The visitor cookie is random. The others are signed with the installation's secret; tokens and tickets are
bound to the realm and to the browser, so that the database stores none. Source: rules SES-3, POP-3, REG-5.
"""

import secrets
from dataclasses import dataclass

from maquette.simulator.base.signatures import is_same, sign


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one realm of one installation."""

    secret: bytes
    realm: str

    def csrf(self, visitor: str, session: str | None) -> str:
        """The token of this browser's forms; with a session, the token of that session's forms alone."""
        return sign(self.secret, self.realm, "csrf", visitor, session or "")

    def csrf_is(self, token: str, visitor: str, session: str | None) -> bool:
        """Whether the token is that of this browser and this session."""
        return is_same(token, self.csrf(visitor, session))

    def ticket(self, visitor: str, option_id: str) -> str:
        """The value that Valider gives a browser whose address and code are right (POP-3)."""
        return f"{option_id}.{sign(self.secret, self.realm, 'ticket', visitor, option_id)}"

    def option_of(self, ticket: str, visitor: str) -> str | None:
        """The option of a ticket of this browser; None for any other text."""
        option_id, _, _ = ticket.partition(".")
        return option_id if is_same(ticket, self.ticket(visitor, option_id)) else None

    def class_pass(self, class_code: str) -> str:
        """The cookie of a browser that has given the class's code, in any realm."""
        return sign(self.secret, "", "class", class_code)


def new_visitor() -> str:
    """A name for a browser that has none yet."""
    return secrets.token_urlsafe(18)
