"""Access to the console: a request needs the token, or the cookie that a one-time link gives.

It reads a request's headers alone. For a browser, other ports of localhost are the same site. So a request
with the console's cookie must also carry the console's own Origin; a request without Origin, as for a
picture, must not come from another page.
"""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web

from maquette.simulator.base.signatures import is_same, sign

COOKIE = "maquette-console"
LINK_LASTS = timedelta(minutes=10)


def make_login_link(console: str, token: str, real_now: datetime) -> str:
    """Return a link that lets one browser into the console once, within ten minutes of real time.

    It needs the token and no server: both `maquette link` and the server call it.
    """
    issued, nonce = str(int(real_now.timestamp())), secrets.token_urlsafe(12)
    return f"{console}/login?key={issued}.{nonce}.{_sign_link(token, issued, nonce)}"


@dataclass(slots=True)
class ConsoleAccess:
    """The console's token and origin, the links that were used, and the browsers that are logged in.

    An empty token admits no request.
    """

    token: str
    origin: str
    _used: dict[str, int] = field(default_factory=dict)
    _browsers: set[str] = field(default_factory=set)

    def admits(self, request: web.Request) -> bool:
        """Whether the request carries the token, or the cookie of a browser that is logged in."""
        given = _given_token(request.headers.get("Authorization", ""))
        if given is not None:
            return bool(self.token) and is_same(given, self.token)
        return request.cookies.get(COOKIE, "") in self._browsers

    def is_foreign(self, request: web.Request) -> bool:
        """Whether a browser sends the request on behalf of another origin's page."""
        origin = request.headers.get("Origin")
        if origin is not None:
            return origin != self.origin
        if _given_token(request.headers.get("Authorization", "")) is not None:
            return False
        if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
            return not _follows_a_link(request)
        return request.method not in {"GET", "HEAD"}

    def enter(self, key: str, real_now: datetime) -> str | None:
        """Use up the key of a one-time link; return a new browser's cookie, or None for an invalid key."""
        issued, nonce, signature = [*key.split("."), "", ""][:3]
        if not (self.token and is_same(signature, _sign_link(self.token, issued, nonce))):
            return None
        now, lasts = int(real_now.timestamp()), int(LINK_LASTS.total_seconds())
        if not now - lasts <= int(issued) <= now or nonce in self._used:
            return None
        self._used = {used: at for used, at in self._used.items() if at >= now - lasts}
        self._used[nonce] = int(issued)
        cookie = secrets.token_urlsafe(24)
        self._browsers.add(cookie)
        return cookie


def _follows_a_link(request: web.Request) -> bool:
    """Whether a person follows a link to a page of the console, in a window and not in a frame."""
    goes = request.headers.get("Sec-Fetch-Mode"), request.headers.get("Sec-Fetch-Dest")
    is_page = request.method == "GET" and not request.path.startswith("/api/")
    return is_page and goes == ("navigate", "document")


def _sign_link(token: str, issued: str, nonce: str) -> str:
    return sign(token.encode(), "login", issued, nonce)


def _given_token(authorization: str) -> str | None:
    scheme, _, value = authorization.partition(" ")
    match scheme.lower():
        case "bearer":
            return value.strip()
        case "basic":
            try:
                return base64.b64decode(value, validate=True).decode().partition(":")[2]
            except ValueError:
                return ""
        case "":
            return None
    return ""
