"""The API's operations on the journals, a realm's and the installation's: read, follow, export.

An answer says whether the first of its lines were deleted.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from maquette.simulator.console.api.operation import REALM, Model, Operations
from maquette.simulator.console.door.call import Call
from maquette.simulator.console.door.problems import Problem
from maquette.simulator.console.door.streams import EVENTS, Cursor, event, last_event
from maquette.simulator.console.operations.journal import follow_lines, read_lines
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.store.journal import JournalRecord

operations = Operations()
_LONG = Problem.STREAMS_TOO_MANY

LINES = "application/x-ndjson"


class JournalEntry(Model):
    """A line of the journal, with the realm's instant and the world's; `id` is a cursor."""

    id: int
    at: datetime | None
    real_at: datetime
    kind: str
    correlation: str | None
    data: dict[str, object]


class JournalAnswer(Model):
    """Lines of the journal, oldest first; `cursor` continues after them.

    `trimmed` is true when lines after the query's cursor, of any kind, were deleted.
    """

    lines: list[JournalEntry]
    cursor: str
    trimmed: bool


class JournalSelection(Model):
    """Which lines: after this cursor, of this kind."""

    after: Cursor = "0"
    kind: Kind | None = None


class JournalQuery(JournalSelection):
    """Which lines, and how many at most."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 1000


class JournalStreamQuery(Model):
    """Which lines to send as they are written: from now on or after a cursor, of this kind."""

    after: Cursor | Literal["now"] = "now"
    kind: Kind | None = None


@operations.add("GET", f"{REALM}/journal")
@operations.add("GET", "/api/journal", summary="The installation's journal", name="show_installation_journal")
async def show_journal(call: Call, query: JournalQuery) -> JournalAnswer:
    """The realm's journal."""
    journal, of_realm, after = call.parts.journal, _of_realm(call), int(query.after)
    lines = journal.read(of_realm=of_realm, after=after, kind=query.kind, most=query.limit)
    cursor = str(lines[-1].id) if lines else query.after
    trimmed = journal.is_trimmed(of_realm=of_realm, after=after)
    return JournalAnswer.model_validate({"lines": lines, "cursor": cursor, "trimmed": trimmed})


@operations.add("GET", f"{REALM}/journal/stream", _LONG, answer=EVENTS)
@operations.add(
    "GET",
    "/api/journal/stream",
    _LONG,
    summary="The installation's journal as it is written",
    name="stream_installation_journal",
    answer=EVENTS,
)
async def stream_journal(call: Call, query: JournalStreamQuery) -> web.StreamResponse:
    """The realm's journal as it is written; a client that reconnects misses no line and gets none twice."""
    start = last_event(call.request) or query.after
    after = call.parts.journal.last_id() if start == "now" else int(start)
    events = _events(call, after, query.kind)
    return await call.parts.streams.send_events(call.request, _of_realm(call), events)


@operations.add("GET", f"{REALM}/journal/export", _LONG, answer=LINES)
@operations.add(
    "GET",
    "/api/journal/export",
    _LONG,
    summary="The installation's journal as a file",
    name="export_installation_journal",
    answer=LINES,
)
async def export_journal(call: Call, query: JournalSelection) -> web.StreamResponse:
    """The realm's journal as a file."""
    name = _of_realm(call) or "installation"
    headers = {"Content-Type": LINES, "Content-Disposition": f'attachment; filename="journal-{name}.jsonl"'}
    pieces = _file(call, int(query.after), query.kind)
    return await call.parts.streams.send_file(call.request, _of_realm(call), pieces, headers)


def _of_realm(call: Call) -> str | None:
    """The realm of the path; None for the installation's journal."""
    return call.found.name if call.found else None


async def _events(call: Call, after: int, kind: Kind | None) -> AsyncGenerator[bytes, None]:
    yield event(after)
    async with aclosing(follow_lines(call.parts.journal, _of_realm(call), after, kind)) as lines:
        async for line in lines:
            yield event(line.id or 0, _json(line))


async def _file(call: Call, after: int, kind: Kind | None) -> AsyncGenerator[bytes, None]:
    async for lines in read_lines(call.parts.journal, _of_realm(call), after, kind):
        yield "".join(f"{_json(line)}\n" for line in lines).encode()


def _json(line: JournalRecord) -> str:
    return JournalEntry.model_validate(line).model_dump_json()
