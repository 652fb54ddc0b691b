"""The API's operations on a realm's mail: list, read, delete, wait.

It decides how a script sees a caught mail, and which mails a query selects (MAIL-1, MAIL-5).
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import datetime
from typing import Annotated, Literal

from aiohttp import web
from pydantic import Field, RootModel

from maquette.simulator.console.api.operation import REALM, Model, Operations, download
from maquette.simulator.console.door.call import Call
from maquette.simulator.console.door.problems import Problem, ProblemError
from maquette.simulator.console.door.streams import EVENTS, Cursor, event, last_event
from maquette.simulator.console.operations import mail
from maquette.simulator.console.operations.mail import MailFilter
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.mail.letter_reader import activation_code
from maquette.simulator.mail.search import OpenedMail, SearchError, Test, parse_search
from maquette.simulator.mail.why_no_mail import Missing, why_no_mail
from maquette.simulator.store.realms import get_realm

operations = Operations()

LONGEST_WAIT = 120
MOST_MAILS = 1000


class MailAnswer(Model):
    """A caught mail. `code` is the activation code in it, if any; `cursor` continues after it."""

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

    `cursor` continues after the last of them if there are more, else after the realm's last mail.
    """

    messages: list[MailAnswer]
    cursor: str


class NextMail(Model):
    """The awaited mail. `sent_at` is when the code's 48 hours began, `expires_at` their last second."""

    message: MailAnswer
    code: str | None
    sent_at: datetime | None
    expires_at: datetime | None
    cursor: str


class NoMail(Model):
    """No mail arrived in time, and why. `until` is when it arrives or is tried again, if that is known."""

    timed_out: Literal[True] = True
    reason: Missing
    until: datetime | None
    cursor: str


class NextMailAnswer(RootModel[NextMail | NoMail]):
    """The awaited mail, or why none arrived."""


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

    @property
    def which(self) -> MailFilter:
        """The filter, without the search."""
        return MailFilter(self.to, self.folder, int(self.after))

    @property
    def wanted(self) -> Test | None:
        """The search. Raises ProblemError where it cannot be read."""
        try:
            return None if self.q is None else parse_search(self.q, PARIS)
        except SearchError as error:
            raise ProblemError(Problem.QUERY_INVALID, f"q: {error}") from None


class MailQuery(MailSelection):
    """Which mails, and how many at most."""

    limit: Annotated[int, Field(ge=1, le=MOST_MAILS)] = 200


class NextMailQuery(Model):
    """What to wait for, and how long: a mail to this address, after this cursor (or "now")."""

    to: Address | None = None
    after: Cursor | Literal["now"] = "0"
    timeout: Annotated[float, Field(ge=0, le=LONGEST_WAIT, allow_inf_nan=False)] = 10.0


class MailStreamQuery(Model):
    """Which mails to send: to this address, in this folder, that arrive from now on or after a cursor."""

    to: Address | None = None
    folder: Folder | None = None
    after: Cursor | Literal["now"] = "now"


@operations.add("GET", f"{REALM}/mail")
async def list_mails(call: Call, query: MailQuery) -> MailList:
    """Caught mails."""
    page = await mail.list_some_mail(
        call.parts.store, call.realm.name, query.which, query.wanted, query.limit
    )
    return MailList(messages=[_answer(OpenedMail(each)) for each in page.mails], cursor=str(page.cursor))


@operations.add("DELETE", f"{REALM}/mail")
async def delete_mails(call: Call, query: MailSelection) -> MailsDeleted:
    """Delete mails; all mails where the query is empty."""
    deleted = await mail.delete_selected(call.context, call.realm, query.which, query.wanted, "api")
    return MailsDeleted(deleted=deleted)


@operations.add("GET", f"{REALM}/mail/next")
async def wait_for_mail(call: Call, query: NextMailQuery) -> NextMailAnswer:
    """Wait for a mail; the server waits until one arrives in the inbox, or until the timeout."""
    realm, after = call.realm.name, _start(call, query.after)
    waiting = mail.wait_for_mail(
        call.context, realm, MailFilter(query.to, Folder.INBOX, after), query.timeout
    )
    came = await call.parts.streams.while_wanted(call.request, realm, waiting)
    if came is None:
        with call.parts.store.reading(realm) as transaction:
            get_realm(transaction)
            reason = why_no_mail(transaction, query.to, after)
        return NextMailAnswer(NoMail(reason=reason.why, until=reason.until, cursor=str(after)))
    message = _answer(OpenedMail(came))
    sent_at = mail.find_sent_at(call.parts.store, realm, came, message.date)
    expires_at = sent_at + call.realm.policy.activation_window if sent_at else None
    return NextMailAnswer(
        NextMail(
            message=message,
            code=message.code,
            sent_at=sent_at,
            expires_at=expires_at,
            cursor=message.cursor,
        )
    )


@operations.add("GET", f"{REALM}/mail/stream", Problem.STREAMS_TOO_MANY, answer=EVENTS)
async def stream_mails(call: Call, query: MailStreamQuery) -> web.StreamResponse:
    """Each mail as it arrives; a client that reconnects misses no mail and gets none twice."""
    after = _start(call, last_event(call.request) or query.after)
    events = _events(call, MailFilter(query.to, query.folder, after))
    return await call.parts.streams.send_events(call.request, call.realm.name, events)


@operations.add("GET", f"{REALM}/mail/{{mail}}")
async def show_mail(call: Call) -> MailAnswer:
    """A mail; it is read now."""
    named = call.path("mail")
    opened = mail.open_mail(
        call.context, call.realm, lambda transaction: mail.get_mail(transaction, named), "api"
    )
    return _answer(opened)


@operations.add("DELETE", f"{REALM}/mail/{{mail}}")
async def delete_one_mail(call: Call) -> MailsDeleted:
    """Delete a mail."""
    return MailsDeleted(deleted=mail.delete_one(call.context, call.realm, call.path("mail"), "api"))


@operations.add("GET", f"{REALM}/mail/{{mail}}/raw", answer="message/rfc822")
async def show_raw_mail(call: Call) -> web.Response:
    """A mail as it came; it does not become read."""
    with call.parts.store.reading(call.realm.name) as transaction:
        found = mail.get_mail(transaction, call.path("mail"))
    return download(found.raw, "message/rfc822", f"mail-{found.id}.eml")


def _start(call: Call, after: str) -> int:
    """The cursor after which to begin; `now` is after the realm's last mail."""
    return mail.last_cursor(call.parts.store, call.realm.name) if after == "now" else int(after)


async def _events(call: Call, which: MailFilter) -> AsyncGenerator[bytes, None]:
    yield event(which.after)
    async with aclosing(mail.follow_mail(call.context, call.realm.name, which)) as mails:
        async for each in mails:
            yield event(each.id, _answer(OpenedMail(each)).model_dump_json())


def _answer(opened: OpenedMail) -> MailAnswer:
    stored, letter = opened.mail, opened.letter
    return MailAnswer.of(
        stored,
        letter,
        sender=letter.sender or stored.sender,
        size=len(stored.raw),
        code=activation_code(letter),
        cursor=str(stored.id),
    )
