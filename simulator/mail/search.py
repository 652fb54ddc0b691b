"""Looking for mails with the search language that Mailpit's users know.

Decides what a query means and which mails it finds; must not know who asks, nor where mails are kept. Words
stand for themselves, `to:`, `subject:`, `is:unread` and their like look at one thing, `-` or `!` before one
turns it round, quotes keep words together. All of it has to hold. What cannot be read is refused, never
passed over: the same query also deletes. Source: Mailpit's search filters.
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
    """A query that cannot be read; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody in a letter's head; the name is empty where none is written."""

    name: str
    address: str


class OpenedMail:
    """A caught mail with its letter, which is read when first asked for, and once."""

    def __init__(self, mail: StoredMail) -> None:
        self.mail = mail

    @cached_property
    def letter(self) -> ParsedLetter:
        """What is in the mail."""
        return read_letter(self.mail.raw)

    def header(self, name: str) -> str:
        """A header's value, empty when there is none; `name` in lower case."""
        return next((value for header, value in self.letter.headers if header.lower() == name), "")

    def contacts(self, name: str) -> tuple[Contact, ...]:
        """Whom a header names; `bcc` also has the recipients whom no header names."""
        written = [value for header, value in self.letter.headers if header.lower() == name]
        found = [contact for value in written for contact in _contacts(value)]
        if name == "bcc":
            shown = (*self.contacts("to"), *self.contacts("cc"), *found)
            named = {contact.address.casefold() for contact in shown}
            found += [Contact("", to) for to in self.mail.recipients if to.casefold() not in named]
        return tuple(found)

    @cached_property
    def words(self) -> str:
        """The letter's text on one line; that of its HTML where it has one, without the tags."""
        source = self.letter.html
        text = self.letter.text if source is None else html.unescape(_TAG.sub(" ", source))
        return " ".join(text.split())

    @cached_property
    def everything(self) -> str:
        """All that a word can be found in."""
        heads = [value for name, value in self.letter.headers if name.lower() in {*_ADDRESSED, "subject"}]
        names = [attachment.name for attachment in self.letter.attachments]
        return _plain(" ".join((*heads, self.mail.sender, *self.mail.recipients, self.words, *names)))


Test = Callable[[OpenedMail], bool]


def parse_search(query: str, zone: tzinfo) -> Test:
    """What tells whether a mail is looked for; dates without an offset are the zone's.

    Raises SearchError for a query that cannot be read, or looks for nothing.
    """
    tests = [_term(word.replace('"', "").strip(), zone) for word in _WORD.findall(query)]
    if not tests:
        raise SearchError("it looks for nothing")
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
        raise SearchError(f"{word!r} looks for nothing")
    return value


def _instant(given: str, zone: tzinfo) -> datetime:
    try:
        instant = datetime.fromisoformat(given.strip())
        return instant if instant.tzinfo is not None else instant.replace(tzinfo=zone)
    except ValueError:
        raise SearchError(f"{given!r} is no date such as 2011-06-09 or 2011-06-09T09:00:00+02:00") from None


def _octets(value: str) -> float:
    size = _SIZE.fullmatch(value)
    if size is None:
        raise SearchError(f"{value!r} is no size such as 500, 20k or 1.5m")
    return float(size[1]) * _UNITS[size[2] or ""]


def _plain(text: str) -> str:
    """What is compared: without case, marks and further blanks."""
    return " ".join(text.translate(_MARKS).split()).casefold()


def _contacts(value: str) -> list[Contact]:
    """The contacts of a header that is decoded already, where a name may hold a comma."""
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
