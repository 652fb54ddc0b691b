"""Mailpit's API over a realm's mailbox: clients made for Mailpit read the portal's mail unchanged.

HTTP Basic's user names the realm, by default `default`. Names, shapes and defaults are Mailpit's. One
difference: where Mailpit takes a mistake for "all mails" or "no filter", this API refuses. See
docs/mailpit.md.
"""

import base64
import re
from datetime import datetime, tzinfo
from importlib.metadata import version
from itertools import islice
from typing import Annotated, Any, Self
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from aiohttp import web
from pydantic import Field, RootModel, model_validator

from maquette.simulator.console.api.operation import Model, Operations
from maquette.simulator.console.door.call import Call
from maquette.simulator.console.door.problems import Problem, ProblemError
from maquette.simulator.console.operations import mail
from maquette.simulator.console.operations.mail import MailNotFoundError
from maquette.simulator.console.operations.names import as_id
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.domain.realm import DEFAULT_REALM
from maquette.simulator.mail.search import Contact, OpenedMail, SearchError, Test, parse_search
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.mailbox import count_mail
from maquette.simulator.store.realms import RealmRecord, find_realm

operations = Operations()
BASE = "/api/v1"
_TEXT = "text/plain"
_MANY = Problem.REALM_UNKNOWN

USUAL_LIMIT = 50
SNIPPET_LENGTH = 200
MOST_IDS = 10_000

_FORM = re.compile(rb"[A-Za-z]+=[^&\s]*(?:&[A-Za-z]+=[^&\s]*)*")
_LINK = re.compile(r"<([^<>]*)>")


class MailpitContact(Model):
    """A name, empty where none is written, and an address."""

    Name: str = Field(validation_alias="name")
    Address: str = Field(validation_alias="address")


class MailpitAttachment(Model):
    """An attachment of a mail, in the order of the mail's parts; its size in octets, decoded."""

    PartID: str
    FileName: str
    ContentType: str
    ContentID: str
    Size: int


class MailpitUnsubscribe(Model):
    """The List-Unsubscribe headers of a mail; they are not checked."""

    Header: str
    Links: list[str]
    Errors: str
    HeaderPost: str


class MailpitHeading(Model):
    """What a mail has in a list and by itself."""

    ID: str
    MessageID: str
    Read: bool
    From: MailpitContact
    To: list[MailpitContact]
    Cc: list[MailpitContact]
    Bcc: list[MailpitContact]
    ReplyTo: list[MailpitContact]
    Subject: str
    Username: str
    Tags: list[str]
    Size: int


class MailpitSummary(MailpitHeading):
    """A mail in a list. `Created` is the realm's instant at which it was caught."""

    Created: datetime
    Attachments: int
    Snippet: str


class MailpitMessages(Model):
    """Mails, newest first, with the number of all mails and of those that the query finds."""

    total: int
    unread: int
    count: int
    messages_count: int
    messages_unread: int
    start: int
    tags: list[str]
    messages: list[MailpitSummary]


class MailpitMessage(MailpitHeading):
    """A mail. `Date` is the letter's own, or when it was caught; `Read` is true, as this call reads it."""

    ReturnPath: str
    ListUnsubscribe: MailpitUnsubscribe
    Date: datetime
    Text: str
    HTML: str
    Inline: list[MailpitAttachment]
    Attachments: list[MailpitAttachment]


class MailpitHeaders(RootModel[dict[str, list[str]]]):
    """A mail's headers by their names, each with its values in their order."""


class MailpitRuntime(Model):
    """Mailpit's counters of itself; Maquette does not count them, and returns 0."""

    Uptime: int = 0
    Memory: int = 0
    MessagesDeleted: int = 0
    SMTPAccepted: int = 0
    SMTPAcceptedSize: int = 0
    SMTPRejected: int = 0
    SMTPIgnored: int = 0


class MailpitInfo(Model):
    """Maquette's version, and how many mails the realm has."""

    Version: str
    LatestVersion: str
    Database: str
    DatabaseSize: int
    Messages: int
    Unread: int
    Tags: dict[str, int]
    RuntimeStats: MailpitRuntime


Offset = Annotated[int, Field(ge=0, le=1_000_000)]
Terms = Annotated[str, Field(max_length=500)]
"""Search terms, short enough for a request line of some 8,000 octets, whatever their characters."""

Zone = Annotated[str, Field(max_length=60, pattern=r"^[A-Za-z0-9_+/-]*$")]


class MailpitPage(Model):
    """Which part of the list; a limit of 0 is the usual one."""

    start: Offset = 0
    limit: Offset = USUAL_LIMIT


class MailpitZone(Model):
    """The zone of the dates in a search that have no offset; Europe/Paris when left out."""

    tz: Zone = ""


class MailpitQuery(MailpitZone):
    """What to search, in Mailpit's search language."""

    query: Terms


class MailpitSearch(MailpitQuery, MailpitPage):
    """What to search, and which part of the result."""


class MailpitWhich(MailpitZone):
    """The search in which the id `latest` is the latest mail; all mails when left out."""

    query: Terms = ""


class MailpitSource(MailpitWhich):
    """With `dl=1` the answer is a file to save."""

    dl: Annotated[str, Field(max_length=5)] = ""


class MailpitFrame(MailpitWhich):
    """`embed` has no effect: no script and no link target is added."""

    embed: Annotated[str, Field(max_length=5)] = ""


class _Body(Model):
    """A body as Mailpit's clients send it: keys in any case, nothing at all, or a form instead of JSON."""

    @model_validator(mode="before")
    @classmethod
    def _keys_in_any_case(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        names = {name.lower(): name for name in cls.model_fields}
        if len({key.lower() for key in given}) < len(given):
            raise ValueError("a key is there twice")
        return {names.get(key.lower(), key): value for key, value in given.items()}

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Read the body; a form's `ids` are as many as it has."""
        sent = json_data.encode() if isinstance(json_data, str) else bytes(json_data)
        if not sent.strip():
            return cls.model_validate({})
        if not _FORM.fullmatch(sent):
            return super().model_validate_json(sent, **options)
        form = parse_qsl(sent.decode("ascii", "replace"), keep_blank_values=True)
        fields: dict[str, object] = {key: value for key, value in form if key.lower() != "ids"}
        return cls.model_validate(fields | {"IDs": [value for key, value in form if key.lower() == "ids"]})


class MailpitDeletion(_Body):
    """Which mails to delete; all when none is named, as in Mailpit."""

    IDs: Annotated[list[str], Field(default_factory=list, max_length=MOST_IDS)]


class MailpitReading(_Body):
    """Which mails to mark as read or unread: these, those found, or all without either."""

    IDs: Annotated[list[str], Field(default_factory=list, max_length=MOST_IDS)]
    Search: Terms = ""
    Read: bool = False

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        if self.IDs and self.Search:
            raise ValueError("either IDs or Search, not both")
        return self


@operations.add("GET", f"{BASE}/info", _MANY)
async def mailpit_info(call: Call) -> MailpitInfo:
    """Mailpit: how many mails there are."""
    with call.parts.store.reading(_realm(call).name) as transaction:
        total, unread = count_mail(transaction, Folder.INBOX)
    return MailpitInfo(
        Version=f"maquette {version('maquette')}",
        LatestVersion="disabled",
        Database="",
        DatabaseSize=0,
        Messages=total,
        Unread=unread,
        Tags={},
        RuntimeStats=MailpitRuntime(),
    )


@operations.add("GET", f"{BASE}/messages", _MANY)
async def mailpit_messages(call: Call, query: MailpitPage) -> MailpitMessages:
    """Mailpit: mails, newest first."""
    with call.parts.store.reading(_realm(call).name) as transaction:
        total, unread = count_mail(transaction, Folder.INBOX)
        end = query.start + (query.limit or USUAL_LIMIT)
        given = list(map(_summary, islice(mail.inbox(transaction), query.start, end)))
        return _messages(given, query.start, total, unread, found=total, found_unread=unread)


@operations.add("PUT", f"{BASE}/messages", _MANY, answer=_TEXT)
async def mailpit_mark(call: Call, query: MailpitZone, body: MailpitReading) -> web.Response:
    """Mailpit: mark mails as read or unread."""
    wanted = _search(body.Search, query.tz) if body.Search else None
    mail.mark_inbox(
        call.context,
        _realm(call),
        lambda transaction: _found(transaction, wanted) if wanted else _named(body.IDs),
        "mailpit",
        read=body.Read,
    )
    return web.Response(text="ok")


@operations.add("DELETE", f"{BASE}/messages", _MANY, answer=_TEXT)
async def mailpit_delete(call: Call, body: MailpitDeletion) -> web.Response:
    """Mailpit: delete mails."""
    ids = _named(body.IDs)
    mail.delete_mails(call.context, _realm(call), lambda _transaction: ids, "mailpit", folder=Folder.INBOX)
    return web.Response(text="ok")


@operations.add("GET", f"{BASE}/search", _MANY)
async def mailpit_search(call: Call, query: MailpitSearch) -> MailpitMessages:
    """Mailpit: look for mails."""
    wanted = _search(query.query, query.tz)
    end = query.start + (query.limit or USUAL_LIMIT)
    given: list[MailpitSummary] = []
    found = found_unread = 0
    with call.parts.store.reading(_realm(call).name) as transaction:
        total, unread = count_mail(transaction, Folder.INBOX)
        for opened in mail.inbox(transaction, wanted):
            if query.start <= found < end:
                given.append(_summary(opened))
            found += 1
            found_unread += not opened.mail.read
    return _messages(given, query.start, total, unread, found=found, found_unread=found_unread)


@operations.add("DELETE", f"{BASE}/search", _MANY, answer=_TEXT)
async def mailpit_delete_found(call: Call, query: MailpitQuery) -> web.Response:
    """Mailpit: delete the mails found."""
    wanted = _search(query.query, query.tz)
    mail.delete_mails(
        call.context,
        _realm(call),
        lambda transaction: _found(transaction, wanted),
        "mailpit",
        folder=Folder.INBOX,
    )
    return web.Response(text="ok")


@operations.add("GET", f"{BASE}/message/{{mail}}", _MANY)
async def mailpit_message(call: Call, query: MailpitWhich) -> MailpitMessage:
    """Mailpit: a mail."""
    opened = _read_now(call, query)
    stored, letter = opened.mail, opened.letter
    unsubscribe = opened.header("list-unsubscribe")
    sender = _sender(opened)
    return MailpitMessage(
        **_heading(opened),
        Read=True,
        ReturnPath=opened.header("return-path").strip("<>") or stored.sender or sender.address,
        ListUnsubscribe=MailpitUnsubscribe(
            Header=unsubscribe,
            Links=_LINK.findall(unsubscribe),
            Errors="",
            HeaderPost=opened.header("list-unsubscribe-post"),
        ),
        Date=letter.date or stored.received_at,
        Text=letter.text,
        HTML=letter.html or "",
        Inline=[],
        Attachments=[
            MailpitAttachment(
                PartID=str(number), FileName=part.name, ContentType=part.type, ContentID="", Size=part.size
            )
            for number, part in enumerate(letter.attachments, start=1)
        ],
    )


@operations.add("GET", f"{BASE}/message/{{mail}}/headers", _MANY)
async def mailpit_headers(call: Call, query: MailpitWhich) -> MailpitHeaders:
    """Mailpit: a mail's headers."""
    with call.parts.store.reading(_realm(call).name) as transaction:
        opened = _chosen(call, query, transaction)
    headers: dict[str, list[str]] = {}
    for name, value in opened.letter.headers:
        headers.setdefault("-".join(part.capitalize() for part in name.split("-")), []).append(value)
    headers.setdefault("Delivered-To", list(opened.mail.recipients))
    return MailpitHeaders(dict(sorted(headers.items())))


@operations.add("GET", f"{BASE}/message/{{mail}}/raw", _MANY, answer=_TEXT)
async def mailpit_source(call: Call, query: MailpitSource) -> web.Response:
    """Mailpit: a mail as it came."""
    with call.parts.store.reading(_realm(call).name) as transaction:
        stored = _chosen(call, query, transaction).mail
    kept = {"Content-Disposition": f'attachment; filename="{stored.id}.eml"'} if query.dl == "1" else {}
    return web.Response(body=stored.raw, content_type="text/plain", charset="utf-8", headers=kept)


@operations.add("GET", "/view/{mail}.txt", _MANY, answer=_TEXT)
async def mailpit_text(call: Call, query: MailpitWhich) -> web.Response:
    """Mailpit: a mail's text."""
    return web.Response(text=_read_now(call, query).letter.text)


@operations.add("GET", "/view/{mail}.html", _MANY, answer="text/html")
async def mailpit_html(call: Call, query: MailpitFrame) -> web.Response:
    """Mailpit: a mail's HTML, as a file; on the console's own origin its forms could call the console."""
    opened = _read_now(call, query)
    if opened.letter.html is None:
        raise MailNotFoundError(f"mail {opened.mail.id} has no HTML part")
    kept = {"Content-Disposition": f'attachment; filename="{opened.mail.id}.html"'}
    return web.Response(text=opened.letter.html, content_type="text/html", headers=kept)


def _realm(call: Call) -> RealmRecord:
    """The realm that the request means."""
    scheme, _, value = call.request.headers.get("Authorization", "").partition(" ")
    user = ""
    if scheme.lower() == "basic":
        user = base64.b64decode(value, validate=True).decode().partition(":")[0]
    name = user or DEFAULT_REALM
    with call.parts.store.reading(name) as transaction:
        realm = find_realm(transaction)
    if realm is None:
        raise ProblemError(Problem.REALM_UNKNOWN, f"HTTP Basic's user names the realm: {name!r}")
    return realm


def _search(query: str, tz: str) -> Test:
    try:
        zone: tzinfo = ZoneInfo(tz) if tz else PARIS
    except (KeyError, ValueError, OSError):
        raise ProblemError(Problem.QUERY_INVALID, f"tz: {tz!r} is no time zone") from None
    try:
        return parse_search(query, zone)
    except SearchError as error:
        raise ProblemError(Problem.QUERY_INVALID, f"the search: {error}") from None


def _found(transaction: Transaction, wanted: Test) -> list[int]:
    """The ids of the mails that the search finds."""
    return [opened.mail.id for opened in mail.inbox(transaction, wanted)]


def _named(ids: list[str]) -> list[int] | None:
    """Return the ids as numbers; None, which means all mails, for an empty list."""
    return [number for number in map(as_id, ids) if number is not None] if ids else None


def _chosen(call: Call, query: MailpitWhich, transaction: Transaction) -> OpenedMail:
    """The mail that the path names, by its number or as `latest`."""
    named = call.path("mail")
    if named == "latest":
        wanted = _search(query.query, query.tz) if query.query else None
        latest = next(mail.inbox(transaction, wanted), None)
        if latest is None:
            raise MailNotFoundError(f"no mail in realm {transaction.realm!r}")
        return latest
    stored = mail.get_mail(transaction, named)
    if stored.folder is not Folder.INBOX:
        raise MailNotFoundError(f"mail {named!r} in realm {transaction.realm!r}")
    return OpenedMail(stored)


def _read_now(call: Call, query: MailpitWhich) -> OpenedMail:
    return mail.open_mail(
        call.context, _realm(call), lambda transaction: _chosen(call, query, transaction).mail, "mailpit"
    )


def _messages(
    messages: list[MailpitSummary], start: int, total: int, unread: int, *, found: int, found_unread: int
) -> MailpitMessages:
    return MailpitMessages(
        total=total,
        unread=unread,
        count=len(messages),
        messages_count=found,
        messages_unread=found_unread,
        start=start,
        tags=[],
        messages=messages,
    )


def _summary(opened: OpenedMail) -> MailpitSummary:
    words = opened.words
    return MailpitSummary(
        **_heading(opened),
        Read=opened.mail.read,
        Created=opened.mail.received_at,
        Attachments=len(opened.letter.attachments),
        Snippet=words if len(words) <= SNIPPET_LENGTH else words[:SNIPPET_LENGTH] + "...",
    )


def _heading(opened: OpenedMail) -> dict[str, Any]:
    """The fields that a mail has in a list and by itself."""
    return {
        "ID": str(opened.mail.id),
        "MessageID": (opened.mail.message_id or "").strip("<>"),
        "From": _sender(opened),
        "To": opened.contacts("to"),
        "Cc": opened.contacts("cc"),
        "Bcc": opened.contacts("bcc"),
        "ReplyTo": opened.contacts("reply-to"),
        "Subject": opened.letter.subject,
        "Size": len(opened.mail.raw),
        "Username": "",
        "Tags": [],
    }


def _sender(opened: OpenedMail) -> Contact:
    return next(iter(opened.contacts("from")), Contact(opened.letter.sender, ""))
