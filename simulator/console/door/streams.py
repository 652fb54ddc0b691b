"""Long answers: server-sent events, and files that are written while they are made.

It decides how many may be open, how an event is written, and when an answer ends: when its client has left,
its realm is deleted, or the server stops. It does not know the events' content. Source: HTML standard,
"Server-sent events".
"""

import asyncio
import logging
import re
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from contextlib import aclosing, suppress
from typing import Annotated, Any, TypeVar

from aiohttp import web
from pydantic import Field

from maquette.simulator.console.door.problems import Problem, ProblemError

EVENTS = "text/event-stream"
LAST_EVENT = "Last-Event-ID"

MOST_STREAMS = 200
"""The most long answers at once."""

HEARTBEAT = 15.0
"""Seconds between two comments, which show a client that the stream is alive."""

CHECK_SECONDS = 1.0
"""Seconds between two checks of whether the client is still connected."""

CURSOR = r"^[0-9]{1,15}$"
Cursor = Annotated[str, Field(pattern=CURSOR)]
"""A cursor: where to continue, as any answer with mails or lines returns it."""

Result = TypeVar("Result")
_Write = Callable[[web.StreamResponse, AsyncGenerator[bytes, None]], Coroutine[Any, Any, None]]
log = logging.getLogger("maquette.console")


def event(cursor: int, data: str | None = None) -> bytes:
    """Return an event on one line; without data it only sets the cursor with which the client reconnects."""
    return f"id: {cursor}\n\n".encode() if data is None else f"id: {cursor}\ndata: {data}\n\n".encode()


def last_event(request: web.Request) -> str | None:
    """The cursor that a reconnecting client sends; it takes precedence over the query's `after`."""
    given = request.headers.get(LAST_EVENT)
    if given is not None and not re.fullmatch(CURSOR, given):
        raise ProblemError(Problem.QUERY_INVALID, f"{LAST_EVENT}: {given[:100]!r} is not a cursor")
    return given


class Streams:
    """The console's long answers, and the requests that wait."""

    def __init__(self, *, most: int = MOST_STREAMS, heartbeat: float = HEARTBEAT) -> None:
        self._most = most
        self._heartbeat = heartbeat
        self._open = 0
        self._work: dict[asyncio.Task[Any], str | None] = {}

    async def send_events(
        self, request: web.Request, realm: str | None, events: AsyncGenerator[bytes, None]
    ) -> web.StreamResponse:
        """Send events, and a comment now and then, until the client leaves."""
        return await self._answer(request, realm, self._with_heartbeat, events, {"Content-Type": EVENTS})

    async def send_file(
        self,
        request: web.Request,
        realm: str | None,
        pieces: AsyncGenerator[bytes, None],
        headers: Mapping[str, str],
    ) -> web.StreamResponse:
        """Send a file while it is made."""
        return await self._answer(request, realm, _write, pieces, headers)

    async def while_wanted(
        self, request: web.Request, realm: str | None, work: Coroutine[Any, Any, Result]
    ) -> Result | None:
        """Run the work and return its result; cancel it and return None when the client leaves."""
        task = asyncio.ensure_future(work)
        self._work[task] = realm
        try:
            while not task.done() and _is_there(request):
                await asyncio.wait({task}, timeout=CHECK_SECONDS)
            return task.result() if task.done() and not task.cancelled() else None
        finally:
            del self._work[task]
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def end(self, realm: str) -> None:
        """End the answers about a deleted realm."""
        for task, of_realm in self._work.items():
            if of_realm == realm:
                task.cancel()

    async def end_all(self) -> None:
        """End all answers, because the server stops."""
        for task in self._work:
            task.cancel()

    async def _answer(
        self,
        request: web.Request,
        realm: str | None,
        write: _Write,
        pieces: AsyncGenerator[bytes, None],
        headers: Mapping[str, str],
    ) -> web.StreamResponse:
        if self._open >= self._most:
            raise ProblemError(Problem.STREAMS_TOO_MANY, f"{self._most} at once: try again later")
        response = web.StreamResponse(headers=headers)
        self._open += 1
        try:
            await response.prepare(request)
            await self.while_wanted(request, realm, write(response, pieces))
            await response.write_eof()
        except ConnectionError:
            log.debug("a client has left a stream")
        except Exception:
            log.exception("a stream ended with an error")
            if request.transport is not None:
                request.transport.abort()  # the client must not take this for a complete answer
        finally:
            self._open -= 1
        return response

    async def _with_heartbeat(
        self, response: web.StreamResponse, events: AsyncGenerator[bytes, None]
    ) -> None:
        beating = asyncio.ensure_future(self._beat(response))
        try:
            await _write(response, events)
        finally:
            beating.cancel()

    async def _beat(self, response: web.StreamResponse) -> None:
        with suppress(ConnectionError):
            while True:
                await asyncio.sleep(self._heartbeat)
                await response.write(b":\n\n")


async def _write(response: web.StreamResponse, pieces: AsyncGenerator[bytes, None]) -> None:
    async with aclosing(pieces):
        async for piece in pieces:
            await response.write(piece)


def _is_there(request: web.Request) -> bool:
    return request.transport is not None and not request.transport.is_closing()
