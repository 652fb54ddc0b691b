"""The middleware that names, counts and logs every request at a door.

It reads only the method and the path of a request: query, form and cookies may hold a password, an answer, a
code or a key.
"""

import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import web

SCREEN = web.RequestKey("screen", str)
"""The screen, or the console's operation, that the request reached; not set when it reached none."""

CORRELATION = "X-Maquette-Correlation"
"""The response header with the name of the request, which the journal and the log use as well."""

NAME = web.RequestKey("name", str)
"""The name of the request."""

LONGEST_PATH = 200

log = logging.getLogger("maquette.access")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Counting(Protocol):
    """The receiver of counts: the metrics, or a worker's connection to them."""

    def count_request(self, door: str, screen: str | None, status: int | None, seconds: float) -> None: ...


def watch_requests(door: str, counting: Counting) -> Callable[..., Awaitable[web.StreamResponse]]:
    """The outermost middleware of a door."""

    @web.middleware
    async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
        request[NAME] = secrets.token_hex(8)
        response: web.StreamResponse | None = None
        started = time.monotonic()
        try:
            response = await handler(request)
            return response
        finally:
            seconds = time.monotonic() - started
            status = None if response is None else response.status
            counting.count_request(door, request.get(SCREEN), status, seconds)
            if log.isEnabledFor(logging.INFO):
                entry = {
                    "door": door,
                    "method": request.method,
                    "path": request.rel_url.raw_path[:LONGEST_PATH],
                    "status": status,
                    "milliseconds": round(seconds * 1000, 1),
                }
                log.info("%s %s %s %s %s", *entry.values(), extra=entry | {"correlation": request[NAME]})

    return watch
