"""« Courriels »: a realm's inbox (« boîte de réception »), its spam folder, and one mail as text.

HTML is never executed, and nothing becomes a link (MAIL-2). A live page requests the mails that are newer
than its first row.
"""

from aiohttp import web

from maquette.simulator.console.door.call import Call
from maquette.simulator.console.operations import mail
from maquette.simulator.console.pages.page import go_to_message, read_code, read_form, read_number, realm_page
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.mail.search import SearchError, parse_search
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.mailbox import MailLine, count_mail, list_mail_ids, list_newest_mail

MAILS_PER_PAGE = 100

MOST_SEARCHED = 1000
"""Newest mails of a folder that a search reads."""

FOLDERS = {"": Folder.INBOX, "indesirables": Folder.SPAM}
"""The folders by their names in the page's query."""


async def show_inbox(call: Call) -> web.StreamResponse:
    """Show a folder, newest first: all mails, those before or after one (`avant`, `fragment`), or found."""
    folder = _folder(call.request.query.get("dossier", ""))
    before, after = read_number(call, "avant", 0), read_number(call, "after", 0)
    looked_for = call.request.query.get("cherche", "").strip()[:200]
    with call.parts.store.reading(call.realm.name) as transaction:
        if looked_for:
            mails = _search(transaction, folder, looked_for)
        else:
            mails = list_newest_mail(transaction, folder, before=before or None, most=MAILS_PER_PAGE + 1)
        counts = {name: count_mail(transaction, each) for name, each in FOLDERS.items()}
    shown = [each for each in mails[:MAILS_PER_PAGE] if each.id > after]
    if "fragment" in call.request.query:
        return realm_page(call, "_inbox_rows.html", mails=shown)
    return realm_page(
        call,
        "inbox.html",
        mails=shown,
        older=mails[MAILS_PER_PAGE - 1].id if len(mails) > MAILS_PER_PAGE else None,
        newest=not before,
        folder=folder.value,
        counts=counts,
        total=counts[_name(folder)][0],
        unread=counts[_name(folder)][1],
        looked_for=looked_for,
        done=read_code(call, "fait", {"supprime", "vide"}),
        most=MAILS_PER_PAGE,
    )


async def show_mail(call: Call) -> web.StreamResponse:
    """One mail, as text."""
    named = call.path("mail")
    opened = mail.open_mail(
        call.context, call.realm, lambda transaction: mail.get_mail(transaction, named), "console"
    )
    return realm_page(
        call, "mail.html", mail=opened.mail, letter=opened.letter, query=_query(opened.mail.folder)
    )


async def delete_one(call: Call) -> web.StreamResponse:
    """Delete one mail, and go back to its folder."""
    named = call.path("mail")
    with call.parts.store.reading(call.realm.name) as transaction:
        folder = mail.get_mail(transaction, named).folder
    mail.delete_one(call.context, call.realm, named, "console")
    return _go_to_folder(call, folder, "supprime")


async def ask_empty(call: Call) -> web.StreamResponse:
    """Ask whether to delete all mails of a folder."""
    folder = _folder(call.request.query.get("dossier", ""))
    with call.parts.store.reading(call.realm.name) as transaction:
        total, unread = count_mail(transaction, folder)
    return realm_page(
        call,
        "empty_folder.html",
        folder=folder.value,
        name=_name(folder),
        total=total,
        unread=unread,
        query=_query(folder),
    )


async def empty_folder(call: Call) -> web.StreamResponse:
    """Delete all mails of a folder."""
    folder = _folder((await read_form(call)).get("dossier", ""))
    mail.delete_mails(
        call.context, call.realm, lambda transaction: list_mail_ids(transaction, folder=folder), "console"
    )
    return _go_to_folder(call, folder, "vide")


def _search(transaction: Transaction, folder: Folder, looked_for: str) -> list[MailLine]:
    """Return the folder's newest mails with all these words; none when there is nothing to search for."""
    try:
        wanted = parse_search(looked_for, PARIS)
    except SearchError:
        return []
    return mail.search_folder(transaction, folder, wanted, searched=MOST_SEARCHED, most=MAILS_PER_PAGE)


def _folder(name: str) -> Folder:
    """Return the folder that a query or a form names; the inbox for an unknown or missing name."""
    return FOLDERS.get(name, Folder.INBOX)


def _name(folder: Folder) -> str:
    return next(name for name, each in FOLDERS.items() if each is folder)


def _query(folder: Folder) -> str:
    return f"?dossier={_name(folder)}" if _name(folder) else ""


def _go_to_folder(call: Call, folder: Folder, done: str) -> web.Response:
    query = {"dossier": _name(folder)} if _name(folder) else {}
    return go_to_message(call, "mail", **query, fait=done)
