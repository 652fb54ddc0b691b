"""The operations of the control API on the journals, a realm's and the installation's: reading, following,
exporting.

Decides how a line looks to a script, and that whoever asks for lines which are no longer kept is told so.
Source: contract.md "Control API" (`/journal`); issue 3 item 5.
"""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field

from maquette.simulator.console.api.installation import OF_REALM, REALM, Model
from maquette.simulator.console.dependencies import Call, Operation
from maquette.simulator.console.problems import Problem
from maquette.simulator.console.streams import EVENTS, Cursor, event, last_event
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.store.journal import JournalLine

LINES = "application/x-ndjson"
AT_A_TIME = 500
"""Lines that are read in one transaction; others get their turn between one and the next."""


class JournalEntry(Model):
    """A line of the journal: the realm's instant and the world's; `id` is a cursor."""

    id: int
    at: datetime | None
    real_at: datetime
    kind: str
    correlation: str | None
    data: dict[str, object]


class JournalAnswer(Model):
    """Lines of the journal, oldest first; `cursor` goes on behind them.

    `trimmed` says that there were more after the cursor asked for, of whatever kind, that are no longer kept.
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
    """Which lines to tell of as they are written: from now on or after a cursor, of this kind."""

    after: Cursor | Literal["now"] = "now"
    kind: Kind | None = None


async def show_journal(call: Call) -> JournalAnswer:
    """Some lines of the journal."""
    query: JournalQuery = call.query
    journal, of_realm, after = call.parts.journal, _of_realm(call), int(query.after)
    lines = journal.read(of_realm=of_realm, after=after, kind=query.kind, most=query.limit)
    return JournalAnswer(
        lines=[_entry(line) for line in lines],
        cursor=str(lines[-1].id) if lines else query.after,
        trimmed=journal.is_trimmed(of_realm=of_realm, after=after),
    )


async def stream_journal(call: Call) -> web.StreamResponse:
    """Tell of each line as it is written; a client that comes back misses none, and gets none twice."""
    query: JournalStreamQuery = call.query
    asked = last_event(call.request) or query.after
    after = call.parts.journal.last_id() if asked == "now" else int(asked)
    return await call.parts.streams.send_events(
        call.request, _of_realm(call), _events(call, after, query.kind)
    )


async def export_journal(call: Call) -> web.StreamResponse:
    """All lines there are, as a file of JSON lines."""
    query: JournalSelection = call.query
    name = _of_realm(call) or "installation"
    headers = {"Content-Type": LINES, "Content-Disposition": f'attachment; filename="journal-{name}.jsonl"'}
    return await call.parts.streams.send_file(
        call.request, _of_realm(call), _file(call, int(query.after), query.kind), headers
    )


async def show_installation_journal(call: Call) -> JournalAnswer:
    """Some lines of the installation's journal."""
    return await show_journal(call)


async def stream_installation_journal(call: Call) -> web.StreamResponse:
    """Tell of each line of the installation's journal."""
    return await stream_journal(call)


async def export_installation_journal(call: Call) -> web.StreamResponse:
    """The installation's journal as a file."""
    return await export_journal(call)


_LONG = (Problem.STREAMS_TOO_MANY,)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET", "/api/journal", "The installation's journal", show_installation_journal, JournalAnswer,
        query=JournalQuery,
    ),
    Operation(
        "GET", "/api/journal/stream", "The installation's journal as it is written",
        stream_installation_journal, EVENTS, query=JournalStreamQuery, problems=_LONG,
    ),
    Operation(
        "GET", "/api/journal/export", "The installation's journal as a file", export_installation_journal,
        LINES, query=JournalSelection, problems=_LONG,
    ),
    Operation(
        "GET", f"{REALM}/journal", "The realm's journal", show_journal, JournalAnswer,
        query=JournalQuery, problems=OF_REALM,
    ),
    Operation(
        "GET", f"{REALM}/journal/stream", "The realm's journal as it is written", stream_journal, EVENTS,
        query=JournalStreamQuery, problems=(*OF_REALM, *_LONG),
    ),
    Operation(
        "GET", f"{REALM}/journal/export", "The realm's journal as a file", export_journal, LINES,
        query=JournalSelection, problems=(*OF_REALM, *_LONG),
    ),
)  # fmt: skip


def _of_realm(call: Call) -> str | None:
    """Whose journal the path means; None is the installation's."""
    return call.found.name if call.found else None


async def _events(call: Call, after: int, kind: Kind | None) -> AsyncGenerator[bytes, None]:
    """The lines behind the cursor, those that are there and then, for ever, each that is written."""
    journal, of_realm = call.parts.journal, _of_realm(call)
    yield event(after)
    with journal.bell(of_realm) as bell:
        while True:
            bell.clear()
            lines = journal.read(of_realm=of_realm, after=after, most=AT_A_TIME)
            for line in lines:
                entry = _entry(line)
                after = entry.id
                if _is_meant(line, kind):
                    yield event(entry.id, entry.model_dump_json())
            await (asyncio.sleep(0) if lines else bell.wait())


async def _file(call: Call, after: int, kind: Kind | None) -> AsyncGenerator[bytes, None]:
    """The lines behind the cursor that there are now."""
    journal, of_realm = call.parts.journal, _of_realm(call)
    last = journal.last_id()
    while after < last and (lines := journal.read(of_realm=of_realm, after=after, most=AT_A_TIME)):
        entries = [_entry(line) for line in lines if _is_meant(line, kind)]
        yield "".join(f"{entry.model_dump_json()}\n" for entry in entries if entry.id <= last).encode()
        after = lines[-1].id or last
        await asyncio.sleep(0)


def _is_meant(line: JournalLine, kind: Kind | None) -> bool:
    """Whether to tell of the line; that some are missing is told whatever the kind."""
    return kind is None or line.kind in {kind, Kind.JOURNAL_TRIMMED}


def _entry(line: JournalLine) -> JournalEntry:
    return JournalEntry.model_validate(
        {name: getattr(line, name) for name in ("id", "at", "real_at", "kind", "correlation", "data")}
    )
