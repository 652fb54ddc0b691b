"""A realm's journal, in French: what happened there, newest first; the rest of it for a page that follows.

A page that is followed live asks again for what is newer than its first line: the words are made here, and
nowhere else. Source: issue 3 item 5, rule POP-6.
"""

from aiohttp import web

from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.pages.forms import Route, read_number, realm_page
from maquette.simulator.console.pages.journal_fr import tell_lines
from maquette.simulator.store.journal import list_newest_lines

LINES_PER_PAGE = 200


async def show_journal(call: Call) -> web.StreamResponse:
    """The newest lines of the realm's journal, in words; with `fragment`, those behind a line alone."""
    after = read_number(call, "after", 0)
    call.parts.journal.write()
    with call.parts.store.reading(call.realm.name) as transaction:
        lines = [
            line
            for line in list_newest_lines(transaction, most=LINES_PER_PAGE)
            if line.id is not None and line.id > after
        ]
        entries = tell_lines(transaction, lines)
    template = "_journal_rows.html" if "fragment" in call.request.query else "journal.html"
    return realm_page(call, template, entries=entries, most=LINES_PER_PAGE)


JOURNAL_PAGES: tuple[Route, ...] = (("GET", "/realms/{realm}/journal", show_journal),)
