"""What a browser is handed and must give back unchanged: visitor cookie, CSRF token, activation ticket.

The cookie is drawn by chance; token and ticket are signed with the installation's secret and bound to the
realm and to the browser, so that nothing has to be kept for them. Source: rules SES-3, POP-3, REG-5.
"""

import hmac
import secrets
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for one realm of one installation."""

    secret: bytes
    realm: str

    def csrf(self, visitor: str, session: str | None) -> str:
        """The token of the forms of this browser; in a session, of that session's forms alone."""
        return self._sign("csrf", visitor, session or "")

    def csrf_is(self, token: str, visitor: str, session: str | None) -> bool:
        """Whether the token is that of this browser, and of this session."""
        return hmac.compare_digest(token.encode(), self.csrf(visitor, session).encode())

    def ticket(self, visitor: str, option_id: str) -> str:
        """What Valider gives the browser whose address and code are right (POP-3)."""
        return f"{option_id}.{self._sign('ticket', visitor, option_id)}"

    def option_of(self, ticket: str, visitor: str) -> str | None:
        """The option of a ticket of this browser's, None for any other text."""
        option_id, _, _ = ticket.partition(".")
        expected = self.ticket(visitor, option_id)
        return option_id if hmac.compare_digest(ticket.encode(), expected.encode()) else None

    def class_pass(self, class_code: str) -> str:
        """What a browser keeps that has given the class's code, in whatever realm."""
        return Signer(self.secret, "")._sign("class", class_code)

    def _sign(self, *parts: str) -> str:
        text = "\n".join((self.realm, *parts)).encode()
        return hmac.digest(self.secret, text, "sha256").hex()


def new_visitor() -> str:
    """A name for a browser that has none yet."""
    return secrets.token_urlsafe(18)
