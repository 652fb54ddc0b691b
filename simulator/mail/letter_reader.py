"""Parses a mail from its raw octets, which may come from any sender and are never trusted.

It decides what a mailbox shows of a mail. An unknown charset, broken MIME or null bytes give readable text,
never an exception, and the work is limited for any mail. It executes nothing, fetches nothing and makes no
links: HTML stays text. Source: rules ACT-2, MAIL-1, MAIL-2.
"""

import codecs
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime

from maquette.simulator.domain.letter import SUBJECT
from maquette.simulator.mail.letters import CORRELATION_HEADER

_HEAD_LIMIT = 32 * 1024
_HEADER_LIMIT = 2_000  # the standard library's time to parse a header grows with the square of its length
_PARTS_LIMIT = 100
_DEPTH_LIMIT = 8

_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]*|\r")
_UNREADABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]+")
_MESSAGE_ID = re.compile(
    rb"^message-id:\s*(<[\x21-\x3b\x3d\x3f-\x7e]{1,500}>)\s*$", re.IGNORECASE | re.MULTILINE
)
_HEADING = ("subject", "from", CORRELATION_HEADER.lower())
_CODE = re.compile(r"^[ \t]*([0-9A-Za-z]{8,20})[ \t]*$", re.MULTILINE)
_CORRELATION = re.compile(r"[0-9a-f]{1,64}")
_CHARSET = re.compile(
    r"(us-)?ascii|utf-?(8|16|32)|utf-(16|32)[bl]e|iso-?8859-\d{1,2}|latin-?\d|(windows-|cp)\d{3,4}|koi8-[rtu]"
    r"|macintosh|gb2312|gbk|gb18030|big5|euc-(jp|kr)|shift[-_]jis|iso-2022-(jp|kr)",
    re.IGNORECASE,
)
"""The charsets of mail; some of Python's others (punycode) take the square of a text's length."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the text of the mail. `name` is empty if missing; `size` is in octets, decoded."""

    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class ParsedLetter:
    """A mail as a mailbox shows it; missing parts are empty, or None.

    `sender` is From as written; `to` holds addresses only; `date` is in UTC; `html` is the source, never
    executed; `headers` are names and values in their order, decoded.
    """

    subject: str
    sender: str
    to: tuple[str, ...]
    date: datetime | None
    text: str
    html: str | None
    attachments: tuple[Attachment, ...]
    headers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The headers of a mail that an inbox and the journal need; `subject` and `sender` as in `ParsedLetter`.

    `correlation` is the request that caused a letter of the portal, as its header names it.
    """

    subject: str
    sender: str
    correlation: str | None


def read_heading(raw: bytes) -> Heading:
    """Parse these headers alone; all are empty for a mail that cannot be parsed."""
    try:
        head, _ = _parse_head(raw[:_HEAD_LIMIT])
        subject, sender, named = (_header_text(_written(head, name)) for name in _HEADING)
    except Exception:  # noqa: BLE001 - the library's parsers raise any exception on hostile input
        return Heading("", "", None)
    return Heading(subject, sender, named if _CORRELATION.fullmatch(named) else None)


def read_letter(raw: bytes) -> ParsedLetter:
    """Parse a mail; one that cannot be parsed becomes plain text, with the headers of its heading."""
    try:
        return _read(raw)
    except Exception:  # noqa: BLE001 - the library's parsers raise any exception on hostile input
        heading = read_heading(raw)
        text = _readable(_as_text(raw, None))
        return ParsedLetter(heading.subject, heading.sender, (), None, text, None, (), ())


def activation_code(letter: ParsedLetter) -> str | None:
    """Return the code of an activation letter, which stands alone on its line; None in any other mail.

    It does not check the form of the code, so that a test sees a wrong code as well (ACT-2, ACT-3).
    """
    found = _CODE.search(letter.text) if letter.subject == SUBJECT else None
    return None if found is None else found[1]


def message_id_of(raw: bytes) -> str | None:
    """Return the Message-ID with its angle brackets; None when none can be read."""
    head, _ = _split_head(raw)
    found = _MESSAGE_ID.search(head)
    return None if found is None else found[1].decode("ascii")


def head_of(raw: bytes) -> bytes:
    """Return the headers as they arrived, without the line end of the last one."""
    return _split_head(raw)[0].rstrip(b"\r\n")


def _read(raw: bytes) -> ParsedLetter:
    head, body = _parse_head(raw)
    headers = tuple((_readable(name), _header_text(value)) for name, value in head.raw_items())
    texts: list[str] = []
    html: str | None = None
    attachments: list[Attachment] = []
    for part, content in itertools.islice(_leaves(head, body, 0), _PARTS_LIMIT):
        data = _decoded(part, content)
        kind = part.get_content_type()
        name = _readable(part.get_filename() or "")
        attached = bool(name) or part.get_content_disposition() == "attachment"
        if (kind == "text/plain" and not attached) or part.get_content_maintype() == "multipart":
            texts.append(_readable(_as_text(data, part.get_content_charset())))
        elif kind == "text/html" and not attached and html is None:
            html = _readable(_as_text(data, part.get_content_charset()))
        else:
            attachments.append(Attachment(name, _readable(kind), len(data)))
    return ParsedLetter(
        subject=_first(headers, "subject"),
        sender=_first(headers, "from"),
        to=_addresses(head),
        date=_instant(_first(headers, "date")),
        text="\n".join(texts),
        html=html,
        attachments=tuple(attachments),
        headers=headers,
    )


def _split_head(raw: bytes) -> tuple[bytes, bytes]:
    if raw.startswith((b"\n", b"\r\n")):
        return b"", raw.lstrip(b"\r").removeprefix(b"\n")
    blank = _BLANK_LINE.search(raw, 0, _HEAD_LIMIT)
    if blank is None:
        return raw[:_HEAD_LIMIT], raw[_HEAD_LIMIT:]
    return raw[: blank.start() + 1], raw[blank.end() :]


def _parse_head(raw: bytes) -> tuple["Message[str, str]", bytes]:
    """Return the headers of a mail or a part, and the rest; lines that are no headers belong to the rest."""
    head, body = _split_head(raw)
    message = BytesHeaderParser(policy=compat32).parsebytes(head)
    for name in ("Content-Type", "Content-Disposition"):
        if len(str(message.get(name, ""))) > _HEADER_LIMIT:
            del message[name]
    no_headers = len(str(message.get_payload()))
    return message, raw[len(head) - no_headers :] if no_headers else body


def _leaves(
    part: "Message[str, str]", body: bytes, depth: int
) -> Iterator[tuple["Message[str, str]", bytes]]:
    """The parts that hold no other parts, with their undecoded bodies."""
    boundary = part.get_boundary() if part.get_content_maintype() == "multipart" else None
    pieces = _pieces(body, boundary) if boundary and depth < _DEPTH_LIMIT else iter(())
    first = next(pieces, None)
    if first is None:
        yield part, body
        return
    for piece in itertools.chain((first,), pieces):
        yield from _leaves(*_parse_head(piece), depth + 1)


def _pieces(body: bytes, boundary: str) -> Iterator[bytes]:
    mark = re.escape(boundary.encode("utf-8", "surrogateescape"))
    delimiter = re.compile(rb"^--" + mark + rb"(?P<last>--)?[ \t]*(?:\r?\n|\Z)", re.MULTILINE)
    start: int | None = None
    for found in delimiter.finditer(body):
        if start is not None:
            yield body[start : found.start()].removesuffix(b"\n").removesuffix(b"\r")
        start = found.end()
        if found["last"] is not None:
            return
    if start is not None:
        yield body[start:]


def _decoded(part: "Message[str, str]", content: bytes) -> bytes:
    if part.get_content_maintype() == "multipart":
        return content
    part.set_payload(content.decode("ascii", "surrogateescape"))
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else content


def _as_text(data: bytes, charset: str | None) -> str:
    codec = _codec(charset)
    for candidate in (codec or "utf-8", "utf-8"):
        try:
            return data.decode(candidate)
        except UnicodeDecodeError:
            continue
    return data.decode(codec or "cp1252", "replace")


def _codec(charset: str | None) -> str | None:
    if charset is None or _CHARSET.fullmatch(charset) is None:
        return None
    try:
        return codecs.lookup(charset).name
    except LookupError:
        return None


def _readable(text: str) -> str:
    """Return the text with line feeds as line ends, and a mark for each character that cannot be shown."""
    return _UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text.replace("\r\n", "\n"))


def _header_text(value: str) -> str:
    line = _FOLD.sub(" ", value).strip()
    if len(line) > _HEADER_LIMIT:
        line = line[:_HEADER_LIMIT] + "…"
    line = _as_text(line.encode("utf-8", "surrogateescape"), None)
    try:
        pieces = decode_header(line)
    except HeaderParseError:
        return _readable(line)
    text = "".join(piece if isinstance(piece, str) else _as_text(piece, charset) for piece, charset in pieces)
    return _FOLD.sub(" ", _readable(text))


def _written(head: "Message[str, str]", name: str) -> str:
    """Return the first header of that name, as it arrived; empty when there is none."""
    return next((value for header, value in head.raw_items() if header.lower() == name), "")


def _first(headers: tuple[tuple[str, str], ...], name: str) -> str:
    return next((value for header, value in headers if header.lower() == name), "")


def _addresses(head: "Message[str, str]") -> tuple[str, ...]:
    written = [value for name, value in head.raw_items() if name.lower() == "to"]
    return tuple(
        _readable(_as_text(address.encode("utf-8", "surrogateescape"), None))
        for _, address in getaddresses(written)
        if address
    )


def _instant(date: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(date)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
