"""A realm's mails, in French: the inbox, the spam folder, one mail as text, deleting.

HTML is never executed, and nothing becomes a link (MAIL-2). A page that is followed live asks again for what
is newer than its first row.
"""

from itertools import islice

from aiohttp import web

from maquette.simulator.console.api.mail import find_named_mail, note_deleted, open_mail
from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.pages.forms import Route, go_to, read_form, read_number, realm_page
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.mail.letter_reader import read_letter
from maquette.simulator.mail.search import OpenedMail, SearchError, parse_search
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.mailbox import (
    MailLine,
    count_mail,
    delete_mail,
    list_mail_ids,
    list_newest_mail,
    newest_mails,
)

MAILS_PER_PAGE = 100

MOST_SEARCHED = 1000
"""Newest mails of a folder that are looked through."""

FOLDERS = {"": Folder.INBOX, "indesirables": Folder.SPAM}
"""The folders by what the page's query calls them."""


async def show_inbox(call: Call) -> web.StreamResponse:
    """A folder, newest first: all, those before a mail (`avant`), those behind one (`fragment`) or found."""
    folder = _folder(call.request.query.get("dossier", ""))
    before, after = read_number(call, "avant", 0), read_number(call, "after", 0)
    looked_for = call.request.query.get("cherche", "").strip()[:200]
    with call.parts.store.reading(call.realm.name) as transaction:
        if looked_for:
            mails = _search(transaction, folder, looked_for)
        else:
            mails = list_newest_mail(transaction, folder, before=before or None, most=MAILS_PER_PAGE + 1)
        counts = {name: count_mail(transaction, each) for name, each in FOLDERS.items()}
    shown = [mail for mail in mails[:MAILS_PER_PAGE] if mail.id > after]
    if "fragment" in call.request.query:
        return realm_page(call, "_inbox_rows.html", mails=shown)
    done = call.request.query.get("fait")
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
        done=done if done in {"supprime", "vide"} else None,
        most=MAILS_PER_PAGE,
    )


async def show_mail(call: Call) -> web.StreamResponse:
    """One mail, as text."""
    mail = open_mail(call, call.realm, lambda transaction: find_named_mail(call, transaction), "console")
    return realm_page(call, "mail.html", mail=mail, letter=read_letter(mail.raw), query=_query(mail.folder))


async def delete_one(call: Call) -> web.StreamResponse:
    """Delete one mail, and go back to its folder."""
    with call.parts.store.writing(call.realm.name) as transaction:
        mail = find_named_mail(call, transaction)
        gone = delete_mail(transaction, [mail.id])
    note_deleted(call, call.realm, gone, "console")
    return go_to(_inbox(call, mail.folder, "supprime"))


async def ask_empty(call: Call) -> web.StreamResponse:
    """Whether all mails of a folder shall really be deleted."""
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
    with call.parts.store.writing(call.realm.name) as transaction:
        gone = delete_mail(transaction, list_mail_ids(transaction, 0, folder=folder))
    note_deleted(call, call.realm, gone, "console")
    return go_to(_inbox(call, folder, "vide"))


INBOX_PAGES: tuple[Route, ...] = (
    ("GET", "/realms/{realm}/mail", show_inbox),
    ("GET", "/realms/{realm}/mail/vider", ask_empty),
    ("POST", "/realms/{realm}/mail/vider", empty_folder),
    ("GET", r"/realms/{realm}/mail/{mail:\d{1,15}}", show_mail),
    ("POST", r"/realms/{realm}/mail/{mail:\d{1,15}}/supprimer", delete_one),
)


def _search(transaction: Transaction, folder: Folder, looked_for: str) -> list[MailLine]:
    """The newest mails of the folder that hold all the words; none for words that look for nothing."""
    try:
        wanted = parse_search(looked_for, PARIS)
    except SearchError:
        return []
    opened = (OpenedMail(mail) for mail in islice(newest_mails(transaction, folder), MOST_SEARCHED))
    found = islice((mail for mail in opened if wanted(mail)), MAILS_PER_PAGE)
    return [
        MailLine(
            id=each.mail.id,
            sender=each.mail.sender,
            author=each.letter.sender or "",
            recipients=each.mail.recipients,
            subject=each.letter.subject,
            received_at=each.mail.received_at,
            read=each.mail.read,
        )
        for each in found
    ]


def _folder(name: str) -> Folder:
    """The folder that a query or a form names; the inbox where it names none that there is."""
    return FOLDERS.get(name, Folder.INBOX)


def _name(folder: Folder) -> str:
    return next(name for name, each in FOLDERS.items() if each is folder)


def _query(folder: Folder) -> str:
    return f"?dossier={_name(folder)}" if _name(folder) else ""


def _inbox(call: Call, folder: Folder, done: str) -> str:
    asked = _query(folder)
    return f"/realms/{call.realm.name}/mail{asked}{'&' if asked else '?'}fait={done}#message"
