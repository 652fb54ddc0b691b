"""The operations of the control API on a realm's mail: listing, reading, deleting, waiting for it.

Decides how a caught mail looks to a script, which mails a query means, and that the journal tells who first
read one and who deleted some, whichever of the console's doors they came by. Source: contract.md "Control
API" (`/mail`), rules MAIL-1, MAIL-5.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, RootModel

from maquette.simulator.console.api.installation import OF_REALM, REALM, Model, download
from maquette.simulator.console.dependencies import Call, Operation
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.console.streams import EVENTS, Cursor, event, last_event
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.mail.letter_reader import Letter, activation_code, read_letter
from maquette.simulator.mail.letters import option_of_message_id
from maquette.simulator.mail.search import OpenedMail, SearchError, Test, parse_search
from maquette.simulator.mail.why_no_mail import Missing, why_no_mail
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.mailbox import (
    StoredMail,
    delete_mail,
    find_mail,
    last_mail_id,
    list_mail,
    list_mail_ids,
    mark_mails,
)
from maquette.simulator.store.options import find_option
from maquette.simulator.store.realms import RealmGoneError, RealmRecord, find_realm

LONGEST_WAIT = 120
MOST_MAILS = 1000
AT_A_TIME = 50
"""Mails that are read in one transaction; others get their turn between one and the next."""

NAMED_IN_JOURNAL = 100
"""Mails that one line of the journal names."""

Reader = Literal["api", "mailpit", "console"]
"""By which of the console's doors somebody read or deleted a mail."""


class MailAnswer(Model):
    """A caught mail. `code` is the activation code that it carries, if any; `cursor` goes on behind it."""

    id: int
    message_id: str | None
    sender: str
    recipients: list[str]
    subject: str
    text: str
    html: str | None
    date: datetime | None
    received_at: datetime
    folder: Folder
    read: bool
    size: int
    code: str | None
    cursor: str


class MailList(Model):
    """Mails, oldest first.

    `cursor` goes on behind the last of them where there are more, else behind the realm's last mail.
    """

    messages: list[MailAnswer]
    cursor: str


class NextMail(Model):
    """The mail waited for. `sent_at` is when the code's 48 hours began, `expires_at` its last second."""

    message: MailAnswer
    code: str | None
    sent_at: datetime | None
    expires_at: datetime | None
    cursor: str


class NoMail(Model):
    """No mail came in time, and why. `until` is when it comes, or is tried again, where that is known."""

    timed_out: Literal[True] = True
    reason: Missing
    until: datetime | None
    cursor: str


class NextMailAnswer(RootModel[NextMail | NoMail]):
    """The mail waited for, or why none came."""


class MailsDeleted(Model):
    """How many mails were deleted."""

    deleted: int


Address = Annotated[str, Field(max_length=320)]
Terms = Annotated[str, Field(max_length=500)]


class MailSelection(Model):
    """Which mails: to this address, found by this search (Mailpit's), in this folder, after this cursor."""

    to: Address | None = None
    q: Terms | None = None
    folder: Folder | None = None
    after: Cursor = "0"


class MailQuery(MailSelection):
    """Which mails, and how many at most."""

    limit: Annotated[int, Field(ge=1, le=MOST_MAILS)] = 200


class NextMailQuery(Model):
    """What to wait for: a mail to this address after this cursor ("now": caught from now on), so long."""

    to: Address | None = None
    after: Cursor | Literal["now"] = "0"
    timeout: Annotated[float, Field(ge=0, le=LONGEST_WAIT, allow_inf_nan=False)] = 10.0


class MailStreamQuery(Model):
    """Which mails to tell of: to this address, in this folder, that arrive from now on or after a cursor."""

    to: Address | None = None
    folder: Folder | None = None
    after: Cursor | Literal["now"] = "now"


async def list_mails(call: Call) -> MailList:
    """Some of the realm's mails."""
    query: MailQuery = call.query
    with call.parts.store.reading(call.realm.name) as transaction:
        last = last_mail_id(transaction)
    found = [mail async for mail in _found(call, query, query.limit + 1)]
    given = found[: query.limit]
    behind = max([last, *(mail.id for mail in given)])
    cursor = given[-1].id if len(found) > len(given) else behind
    return MailList(messages=[_answer(mail) for mail in given], cursor=str(cursor))


async def delete_mails(call: Call) -> MailsDeleted:
    """Delete the mails that the query means, all where it says nothing."""
    asked: MailSelection = call.query
    if asked.q is not None:
        ids = [mail.id async for mail in _found(call, asked, None)]
    else:
        with call.parts.store.reading(call.realm.name) as transaction:
            ids = list_mail_ids(transaction, int(asked.after), to=asked.to, folder=asked.folder)
    with call.parts.store.writing(call.realm.name) as transaction:
        gone = delete_mail(transaction, ids)
    note_deleted(call, call.realm, gone, "api")
    return MailsDeleted(deleted=len(gone))


async def show_mail(call: Call) -> MailAnswer:
    """One mail, which is read now."""
    return _answer(open_mail(call, call.realm, lambda transaction: find_named_mail(call, transaction), "api"))


async def delete_one_mail(call: Call) -> MailsDeleted:
    """Delete one mail."""
    with call.parts.store.writing(call.realm.name) as transaction:
        gone = delete_mail(transaction, [find_named_mail(call, transaction).id])
    note_deleted(call, call.realm, gone, "api")
    return MailsDeleted(deleted=len(gone))


async def show_raw_mail(call: Call) -> web.Response:
    """One mail, octet for octet; that is no reading."""
    with call.parts.store.reading(call.realm.name) as transaction:
        mail = find_named_mail(call, transaction)
    return download(mail.raw, "message/rfc822", f"mail-{mail.id}.eml")


async def wait_for_mail(call: Call) -> NextMail | NoMail:
    """Wait on the server until a mail has come into the inbox, or for as long as was asked."""
    query: NextMailQuery = call.query
    realm = call.realm.name
    after = _start(call, query.after)
    first = _first_to_come(call, query.to, after, query.timeout)
    mail = await call.parts.streams.while_wanted(call.request, realm, first)
    if mail is not None:
        return _next_mail(call, mail)
    with call.parts.store.reading(realm) as transaction:
        if find_realm(transaction) is None:
            raise RealmGoneError(f"realm {realm!r}")
        reason = why_no_mail(transaction, query.to, after)
    return NoMail(reason=reason.why, until=reason.until, cursor=str(after))


async def stream_mails(call: Call) -> web.StreamResponse:
    """Tell of each mail as it arrives; a client that comes back misses none, and gets none twice."""
    query: MailStreamQuery = call.query
    after = _start(call, last_event(call.request) or query.after)
    return await call.parts.streams.send_events(
        call.request, call.realm.name, _events(call, query.to, query.folder, after)
    )


def open_mail(
    call: Call, realm: RealmRecord, find: Callable[[Transaction], StoredMail], by: Reader
) -> StoredMail:
    """The mail that somebody looks at, as it was: it is read now, and the journal tells of the first time."""
    with call.parts.store.writing(realm.name) as transaction:
        mail = find(transaction)
        first = mark_mails(transaction, [mail.id], read=True)
    if first:
        call.note(
            realm,
            Kind.MAIL_READ,
            mail=mail.id,
            message_id=mail.message_id,
            to=list(mail.recipients),
            by=by,
        )
    return mail


def note_deleted(call: Call, realm: RealmRecord, gone: Sequence[int], by: Reader) -> None:
    """Tell the journal which mails were deleted, if any were."""
    if gone:
        call.note(realm, Kind.MAIL_DELETED, count=len(gone), mails=list(gone[:NAMED_IN_JOURNAL]), by=by)


def note_marked(call: Call, realm: RealmRecord, changed: Sequence[int], by: Reader, *, read: bool) -> None:
    """Tell the journal which mails were marked as read or unread without being opened, if any were."""
    if changed:
        some = list(changed[:NAMED_IN_JOURNAL])
        call.note(realm, Kind.MAIL_MARKED, read=read, count=len(changed), mails=some, by=by)


def find_named_mail(call: Call, transaction: Transaction) -> StoredMail:
    """The mail that the path names by its number."""
    asked = call.path("mail")
    usable = asked.isascii() and asked.isdigit() and len(asked) <= 15
    mail = find_mail(transaction, int(asked)) if usable else None
    if mail is None:
        raise ProblemError(Problem.MAIL_UNKNOWN, f"mail {asked!r} in realm {transaction.realm!r}")
    return mail


_OF_MAIL = (*OF_REALM, Problem.MAIL_UNKNOWN)

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        "GET", f"{REALM}/mail", "Caught mails", list_mails, MailList, query=MailQuery, problems=OF_REALM
    ),
    Operation(
        "DELETE", f"{REALM}/mail", "Delete mails", delete_mails, MailsDeleted,
        query=MailSelection, problems=OF_REALM,
    ),
    Operation(
        "GET", f"{REALM}/mail/next", "Wait for a mail", wait_for_mail, NextMailAnswer,
        query=NextMailQuery, problems=OF_REALM,
    ),
    Operation(
        "GET", f"{REALM}/mail/stream", "Each mail as it arrives", stream_mails, EVENTS,
        query=MailStreamQuery, problems=(*OF_REALM, Problem.STREAMS_TOO_MANY),
    ),
    Operation("GET", f"{REALM}/mail/{{mail}}", "A mail", show_mail, MailAnswer, problems=_OF_MAIL),
    Operation(
        "DELETE", f"{REALM}/mail/{{mail}}", "Delete a mail", delete_one_mail, MailsDeleted, problems=_OF_MAIL
    ),
    Operation(
        "GET", f"{REALM}/mail/{{mail}}/raw", "A mail as it came", show_raw_mail, "message/rfc822",
        problems=_OF_MAIL,
    ),
)  # fmt: skip


async def _found(call: Call, asked: MailSelection, most: int | None) -> AsyncGenerator[StoredMail, None]:
    """At most `most` of the mails that are meant, oldest first, a few in each transaction."""
    wanted = _test(asked.q)
    after, count = int(asked.after), 0
    while True:
        with call.parts.store.reading(call.realm.name) as transaction:
            mails = list_mail(transaction, after, to=asked.to, folder=asked.folder, most=AT_A_TIME)
        for mail in mails:
            if wanted is None or wanted(OpenedMail(mail)):
                yield mail
                count += 1
                if count == most:
                    return
        if len(mails) < AT_A_TIME:
            return
        after = mails[-1].id
        await asyncio.sleep(0)


def _test(q: str | None) -> Test | None:
    try:
        return None if q is None else parse_search(q, PARIS)
    except SearchError as error:
        raise ProblemError(Problem.QUERY_INVALID, f"q: {error}") from None


def _start(call: Call, after: str) -> int:
    """The cursor behind which to begin; `now` is behind the realm's last mail."""
    if after != "now":
        return int(after)
    with call.parts.store.reading(call.realm.name) as transaction:
        return last_mail_id(transaction)


async def _as_they_come(
    call: Call, to: str | None, folder: Folder | None, after: int
) -> AsyncGenerator[StoredMail, None]:
    """The mails behind the cursor, those that are there and then, for ever, each that comes."""
    realm = call.realm.name
    while True:
        arrival = asyncio.ensure_future(call.parts.delivery.next_arrival(realm, to))
        try:
            with call.parts.store.reading(realm) as transaction:
                mails = list_mail(transaction, after, to=to, folder=folder, most=AT_A_TIME)
            for mail in mails:
                after = mail.id
                yield mail
            if not mails:
                await arrival
        finally:
            arrival.cancel()


async def _first_to_come(call: Call, to: str | None, after: int, timeout: float) -> StoredMail | None:
    try:
        async with asyncio.timeout(timeout), aclosing(_as_they_come(call, to, Folder.INBOX, after)) as mails:
            return await anext(mails)
    except TimeoutError:
        return None


async def _events(
    call: Call, to: str | None, folder: Folder | None, after: int
) -> AsyncGenerator[bytes, None]:
    yield event(after)
    async with aclosing(_as_they_come(call, to, folder, after)) as mails:
        async for mail in mails:
            yield event(mail.id, _answer(mail).model_dump_json())


def _answer(mail: StoredMail) -> MailAnswer:
    letter: Letter = read_letter(mail.raw)
    return MailAnswer(
        id=mail.id,
        message_id=mail.message_id,
        sender=letter.sender or mail.sender,
        recipients=list(mail.recipients),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        date=letter.date,
        received_at=mail.received_at,
        folder=mail.folder,
        read=mail.read,
        size=len(mail.raw),
        code=activation_code(letter),
        cursor=str(mail.id),
    )


def _next_mail(call: Call, mail: StoredMail) -> NextMail:
    with call.parts.store.reading(call.realm.name) as transaction:
        option = find_option(transaction, option_of_message_id(mail.message_id or ""))
    answer = _answer(mail)
    sent_at = (option.sent_at or answer.date) if option else None
    return NextMail(
        message=answer,
        code=answer.code,
        sent_at=sent_at,
        expires_at=sent_at + call.realm.policy.activation_window if sent_at else None,
        cursor=answer.cursor,
    )
