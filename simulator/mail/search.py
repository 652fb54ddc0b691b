"""Searches mail with Mailpit's search language.

It decides the meaning of a query and which mails match. A word is searched everywhere; `to:`, `subject:`,
`is:unread` and others search one field; `-` or `!` before a term negates it; quotes keep words together. All
terms must match. An invalid term is an error and is never skipped, because the same query also deletes.
Source: Mailpit's search filters.
"""

import html
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cached_property

from maquette.simulator.mail.letter_reader import ParsedLetter, read_letter
from maquette.simulator.store.mailbox import StoredMail

_WRITTEN = re.compile(r"([^<>]*)<([^<>]*)>|([^<>]+)")
_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r'(?:"[^"]*"?|[^\s"])+')
_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,3})?)(k|kb|m|mb)?")
_UNITS = {"": 1, "k": 1024, "kb": 1024, "m": 1024**2, "mb": 1024**2}
_MARKS = str.maketrans(dict.fromkeys('<>",;()\ufeff', " "))

_ADDRESSED = ("from", "to", "cc", "bcc", "reply-to")


class SearchError(ValueError):
    """The query cannot be parsed; the message says why."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A name and an address in a header; the name is empty if missing."""

    name: str
    address: str


class OpenedMail:
    """A caught mail and its parsed letter, which is parsed once, at the first use."""

    def __init__(self, mail: StoredMail) -> None:
        self.mail = mail

    @cached_property
    def letter(self) -> ParsedLetter:
        """The parsed mail."""
        return read_letter(self.mail.raw)

    def header(self, name: str) -> str:
        """Return a header's value, empty when there is none; `name` is in lower case."""
        return next((value for header, value in self.letter.headers if header.lower() == name), "")

    def contacts(self, name: str) -> tuple[Contact, ...]:
        """Return the contacts in a header; `bcc` also has the recipients that no header names."""
        written = [value for header, value in self.letter.headers if header.lower() == name]
        found = [contact for value in written for contact in _contacts(value)]
        if name == "bcc":
            shown = (*self.contacts("to"), *self.contacts("cc"), *found)
            named = {contact.address.casefold() for contact in shown}
            found += [Contact("", to) for to in self.mail.recipients if to.casefold() not in named]
        return tuple(found)

    @cached_property
    def words(self) -> str:
        """The text of the mail on one line; the text of its HTML where it has one, without tags."""
        source = self.letter.html
        text = self.letter.text if source is None else html.unescape(_TAG.sub(" ", source))
        return " ".join(text.split())

    @cached_property
    def everything(self) -> str:
        """The text in which a word is searched."""
        heads = [value for name, value in self.letter.headers if name.lower() in {*_ADDRESSED, "subject"}]
        names = [attachment.name for attachment in self.letter.attachments]
        return _plain(" ".join((*heads, self.mail.sender, *self.mail.recipients, self.words, *names)))


Test = Callable[[OpenedMail], bool]


def parse_search(query: str, zone: tzinfo) -> Test:
    """Return a function that says whether a mail matches; dates without an offset are in the zone.

    Raises SearchError for a query that cannot be parsed or is empty.
    """
    tests = [_term(word.replace('"', "").strip(), zone) for word in _WORD.findall(query)]
    if not tests:
        raise SearchError("the query is empty")
    return lambda mail: all(test(mail) for test in tests)


def _term(word: str, zone: tzinfo) -> Test:
    if len(word) > 1 and word[0] in "-!":
        wanted = _wanted(word[1:], zone)
        return lambda mail: not wanted(mail)
    return _wanted(word, zone)


def _wanted(word: str, zone: tzinfo) -> Test:
    key, colon, given = word.partition(":")
    value = _plain(given)
    match key.lower() if colon else "":
        case "from" | "to" | "cc" | "bcc" | "reply-to" as header:
            return _names((header,), _something(value, word))
        case "addressed":
            return _names(_ADDRESSED, _something(value, word))
        case "subject":
            _something(value, word)
            return lambda mail: value in _plain(mail.letter.subject)
        case "message-id":
            _something(value, word)
            return lambda mail: value in _plain(mail.mail.message_id or "")
        case "tag":
            _something(value, word)
            return lambda _mail: False
        case "is" if value in {"read", "unread"}:
            return lambda mail: mail.mail.read == (value == "read")
        case "is" if value == "tagged":
            return lambda _mail: False
        case "has" if value in {"attachment", "attachments"}:
            return lambda mail: bool(mail.letter.attachments)
        case "after":
            after = _instant(given, zone)
            return lambda mail: mail.mail.received_at >= after
        case "before":
            before = _instant(given, zone)
            return lambda mail: mail.mail.received_at <= before
        case "larger":
            least = _octets(value)
            return lambda mail: len(mail.mail.raw) > least
        case "smaller":
            most = _octets(value)
            return lambda mail: len(mail.mail.raw) < most
    text = _something(_plain(word), word)
    return lambda mail: text in mail.everything


def _names(headers: tuple[str, ...], wanted: str) -> Test:
    return lambda mail: any(
        wanted in _plain(f"{contact.name} {contact.address}")
        for header in headers
        for contact in mail.contacts(header)
    )


def _something(value: str, word: str) -> str:
    if not any(character.isalnum() for character in value):
        raise SearchError(f"{word!r} has no letter or digit to search for")
    return value


def _instant(given: str, zone: tzinfo) -> datetime:
    try:
        instant = datetime.fromisoformat(given.strip())
        return instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)
    except ValueError:
        raise SearchError(
            f"{given!r} is not a date such as 2011-06-09 or 2011-06-09T09:00:00+02:00"
        ) from None


def _octets(value: str) -> float:
    size = _SIZE.fullmatch(value)
    if size is None:
        raise SearchError(f"{value!r} is not a size such as 500, 20k or 1.5m")
    return float(size[1]) * _UNITS[size[2] or ""]


def _plain(text: str) -> str:
    """Return the text for comparison: without case, marks and extra blanks."""
    return " ".join(text.translate(_MARKS).split()).casefold()


def _contacts(value: str) -> list[Contact]:
    """Return the contacts of a decoded header, in which a name may hold a comma."""
    found: list[Contact] = []
    for before, address, bare in _WRITTEN.findall(value):
        *alone, name = (bare + ",").split(",") if bare else before.split(",")
        while alone and not _is_address(alone[-1]):
            name = f"{alone.pop()},{name}"
        found += [Contact("", piece.strip()) for piece in alone if _is_address(piece)]
        if address.strip():
            found.append(Contact(name.strip(' ,"'), address.strip()))
    return found


def _is_address(piece: str) -> bool:
    return "@" in piece and len(piece.split()) == 1 and '"' not in piece
