"""« Journal »: the events of a realm in words, newest first (POP-6).

A live page requests the lines that are newer than its first line; the server writes their words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from maquette.simulator.console.door.call import Call
from maquette.simulator.console.operations.journal import name_people
from maquette.simulator.console.pages.page import read_number, realm_page
from maquette.simulator.console.pages.texts import words
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.journal import JournalRecord, list_newest_lines

LINES_PER_PAGE = 200


@dataclass(frozen=True, slots=True)
class JournalRow:
    """A line as a page shows it, under its number.

    `who` is a person's name, or empty; `address` an e-mail, or empty.
    """

    id: int
    at: datetime | None
    what: str
    who: str
    address: str
    kind: str


async def show_journal(call: Call) -> web.StreamResponse:
    """Show the newest lines of the realm's journal, in words; with `fragment`, only those after a line."""
    after = read_number(call, "after", 0)
    call.parts.journal.write()
    with call.parts.store.reading(call.realm.name) as transaction:
        lines = [
            line for line in list_newest_lines(transaction, most=LINES_PER_PAGE) if (line.id or 0) > after
        ]
        rows = journal_rows(transaction, lines)
    template = "_journal_rows.html" if "fragment" in call.request.query else "journal.html"
    return realm_page(call, template, entries=rows, most=LINES_PER_PAGE)


def journal_rows(transaction: Transaction, lines: Sequence[JournalRecord]) -> list[JournalRow]:
    """The realm's lines in words, in their order."""
    return [
        JournalRow(
            id=named.line.id or 0,
            at=named.line.at,
            what=words(named.line.kind, "journal", data=named.line.data),
            who=words("number", "people", number=named.number) if named.number else named.person,
            address=_address(named.line),
            kind=named.line.kind,
        )
        for named in name_people(transaction, lines)
    ]


def _address(line: JournalRecord) -> str:
    if line.kind == "clock-moved":  # its `to` is an instant
        return ""
    address = line.data.get("email") or line.data.get("to") or ""
    return ", ".join(map(str, address)) if isinstance(address, list) else str(address)
