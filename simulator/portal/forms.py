"""Parses forms: checks size, type and encoding, and that the fields are exactly those of the screen.

It refuses a body that no screen of the portal sends. It does not judge a person's mistakes.
"""

from urllib.parse import parse_qsl

from aiohttp import web

from maquette.simulator.domain.refusals import Refusal

LARGEST_BODY = 64 * 1024
"""The most bytes of a form."""

FORM_TYPE = "application/x-www-form-urlencoded"


class RequestRefusedError(Exception):
    """No screen of the portal sends such a request."""

    def __init__(self, refusal: Refusal, status: int, why: str) -> None:
        super().__init__(why)
        self.refusal = refusal
        self.status = status


async def read_form(request: web.Request, fields: tuple[str, ...]) -> dict[str, str]:
    """Return the form's fields, each of which must occur once.

    Raises RequestRefusedError (413, 415 or 400) for any other body.
    """
    if "Content-Encoding" in request.headers:
        raise RequestRefusedError(Refusal.FORM_UNREADABLE, 415, "a compressed body")
    if request.content_type != FORM_TYPE or (request.charset or "utf-8").lower() != "utf-8":
        raise RequestRefusedError(Refusal.FORM_UNREADABLE, 415, f"content type {request.content_type}")
    try:
        body = await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise RequestRefusedError(Refusal.FORM_TOO_LARGE, 413, f"more than {LARGEST_BODY} bytes") from None
    except (ConnectionError, web.RequestPayloadError):
        raise _unreadable("the connection ended before the form did") from None
    try:
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=2 * len(fields) + 2
        )
    except ValueError:
        raise _unreadable("not UTF-8, or too many fields") from None
    names = [name for name, _ in pairs]
    if sorted(names) != sorted(fields):
        raise _unreadable(f"fields {sorted(set(names))[:20]!r}, {len(names)} in all")
    if any("\0" in value for _, value in pairs):
        raise _unreadable("a null byte")
    return dict(pairs)


def _unreadable(why: str) -> RequestRefusedError:
    return RequestRefusedError(Refusal.FORM_UNREADABLE, 400, why)
