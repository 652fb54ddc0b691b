"""Bad mail at the SMTP door of a whole simulator: shown on all pages, or refused without a change."""

import asyncio
import resource
from collections.abc import AsyncIterator

import aiohttp
import pytest
from post_office import Wire
from realm_state import nothing_changes

from maquette.simulator.mail.catcher import Limits
from maquette.simulator.server.assembly import Realm, Simulator

END = b".\r\n"
TO = b"lila@courriel.example"
LETTER = b"Subject: Bonjour\r\n\r\nUn mot.\r\n"


class Door:
    """The SMTP door, for mail of one realm."""

    def __init__(self, simulator: Simulator, realm: Realm) -> None:
        self._address = simulator.doors.smtp.rpartition(":")
        self.sender = b"ne.pas.repondre+%s@dgfip.finances.example" % realm.name.encode()
        self._wires: list[Wire] = []

    async def open(self) -> Wire:
        """Open a connection, and read the greeting."""
        wire = Wire(*await asyncio.open_connection(self._address[0], int(self._address[2])))
        self._wires.append(wire)
        assert (await wire.reply()).startswith("220")
        return wire

    async def open_for(self, *recipients: bytes) -> tuple[Wire, list[str]]:
        """Open a connection up to DATA; return the replies to the recipients too."""
        wire = await self.open()
        await wire.say(b"EHLO essai.example\r\n")
        assert (await wire.say(b"MAIL FROM:<%s>\r\n" % self.sender)).startswith("250")
        return wire, [await wire.say(b"RCPT TO:<%s>\r\n" % each) for each in recipients]

    async def send(self, message: bytes) -> str:
        """Send a message; return the reply."""
        wire, _ = await self.open_for(TO)
        assert (await wire.say(b"DATA\r\n")).startswith("354")
        return await wire.say(message + END)

    def close(self) -> None:
        for wire in self._wires:
            wire.writer.close()


@pytest.fixture
async def door(simulator: Simulator, realm: Realm) -> AsyncIterator[Door]:
    door = Door(simulator, realm)
    yield door
    door.close()


# Taken, and shown everywhere

SCRIPT = b"<script>alert(1)</script>"

HOSTILE = {
    "nothing at all": b"",
    "no headers": b"\r\nUn mot.\r\n",
    "no body": b"Subject: Bonjour\r\n",
    "no header that is one": b"bonjour tout le monde\r\nencore\r\n",
    "NUL in header and text": b"Subject: Bon\0jour\r\nX\0Y: z\r\n\r\nUn\0 mot\0\r\n",
    "octets of no charset": b"Subject: \xff\xfe\x80\r\nFrom: \xc3\x28 <\x80@\xff>\r\n\r\n\xff\x00\x80\r\n",
    "an unknown charset": b"Content-Type: text/plain; charset=klingon-8\r\n\r\n\xe9t\xe9\r\n",
    "a charset of no name": b'Content-Type: text/plain; charset="\0\xff\r\n\r\n\xe9\r\n',
    "a codec that is no charset": b"Content-Type: text/plain; charset=zlib\r\n\r\nx\x9c\r\n",
    "utf-7 and utf-16": b"Content-Type: text/plain; charset=utf-16\r\n\r\nabc\r\n",
    "a subject of an unknown charset": b"Subject: =?klingon?q?=FF=00?= =?utf-8?b?////?=\r\n\r\nx\r\n",
    "a subject of half a character": b"Subject: =?utf-16-be?b?2AA=?=\r\n\r\nx\r\n",
    "base64 that is none": b"Content-Transfer-Encoding: base64\r\n\r\n!!!=A==\xff\r\n",
    "an unknown encoding": b"Content-Transfer-Encoding: rot13\r\n\r\nHa zbg\r\n",
    "a multipart without boundary": b"Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nUn mot\r\n",
    "a multipart without end": b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nUn mot\r\n",
    "a multipart in itself": b"Content-Type: multipart/mixed; boundary=x\r\n\r\n"
    + b"--x\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n" * 500,
    "a message in a message": b"Content-Type: message/rfc822\r\n\r\n" * 500,
    "a date of no day": b"Date: Tue, 99 Foo 0000 99:99:99 +9999\r\n\r\nx\r\n",
    "an address of no form": b"From: <<<@@@>>>,;:\r\nTo: (((((\r\nMessage-ID: <<<\r\n\r\nx\r\n",
    "thousands of headers": b"X-A: b\r\n" * 5000 + b"\r\nx\r\n",
    "a header of many lines": b"Subject: a\r\n" + b" b\r\n" * 5000 + b"\r\nx\r\n",
    "an attachment of no name": b"Content-Disposition: attachment; filename*=klingon''%ff%00\r\n\r\nx\r\n",
    "a path for a name": b'Content-Disposition: attachment; filename="../../etc/passwd"\r\n\r\nx\r\n',
    "a script": b"Subject: %s\r\nContent-Type: text/html\r\n\r\n%s\r\n" % (SCRIPT, SCRIPT),
    "controls of a terminal": b"Subject: \x1b[2J\x07\x7f\r\n\r\n\x1b[31m\r\n",
}


@pytest.mark.rule("MAIL-6")
@pytest.mark.parametrize("name", HOSTILE)
async def test_a_mail_of_any_octets_is_kept_as_it_came_and_shown_wherever_mail_is_shown(
    simulator: Simulator, api: aiohttp.ClientSession, realm: Realm, door: Door, name: str
) -> None:
    assert await door.send(HOSTILE[name]) == "250 2.0.0 OK"
    listed = await (await api.get(f"{realm.api}/mail")).json()
    (mail,) = listed["messages"]
    raw = await (await api.get(f"{realm.api}/mail/{mail['id']}/raw")).read()
    assert raw.endswith(HOSTILE[name])
    waited = await (await api.get(f"{realm.api}/mail/next", params={"timeout": "0"})).json()
    assert waited["message"]["id"] == mail["id"]
    mailpit = aiohttp.encode_basic_auth(realm.name, simulator.doors.token)
    pages = f"/realms/{realm.name}/mail"
    for path, headers in {
        f"{realm.api}/mail/{mail['id']}": {},
        f"{realm.api}/mail?to={TO.decode()}": {},
        "/api/v1/message/latest": {"Authorization": mailpit},
        "/api/v1/message/latest/headers": {"Authorization": mailpit},
        "/api/v1/message/latest/raw": {"Authorization": mailpit},
        "/api/v1/messages": {"Authorization": mailpit},
        "/api/v1/search?query=alert+subject:b+is:read+after:2000-01-01": {"Authorization": mailpit},
        pages: {"Accept": "text/html"},
        f"{pages}/{mail['id']}": {"Accept": "text/html"},
        f"{realm.api}/journal": {},
    }.items():
        answer = await api.get(path, headers=headers)
        body = await answer.read()
        assert answer.status == 200, (path, body)
        assert SCRIPT not in body or answer.content_type != "text/html"
    assert await door.send(LETTER) == "250 2.0.0 OK"


# Refused, with nothing changed


@pytest.mark.parametrize(
    ("message", "answer"),
    [
        (b"Subject: a\nBcc: b\r\n\r\nx\r\n", "554 5.6.0 Carriage return or line feed on its own"),
        (b"Subject: a\r\n\r\nx\n.\nMAIL FROM:<a@b.example>\r\n", "554 5.6.0"),
        (b"Subject: a\r\n\r\n" + b"x" * 999 + b"\r\n", "500 5.5.2 Line too long: 998 octets at most"),
        (b"X: " + b"x" * 100_000 + b"\r\n\r\nx\r\n", "500 5.5.2 Line too long: 998 octets at most"),
    ],
    ids=["a bare line feed", "a smuggled end", "a long line", "a long header"],
)
async def test_a_message_of_bad_lines_is_refused_in_words(
    simulator: Simulator, realm: Realm, door: Door, message: bytes, answer: str
) -> None:
    with nothing_changes(simulator, realm) as noted:
        assert (await door.send(message)).startswith(answer)
    assert noted == []


@pytest.mark.timeout(60)
async def test_a_hundred_mebibytes_are_refused_in_words_and_take_no_memory(
    simulator: Simulator, realm: Realm, door: Door
) -> None:
    chunk = (b"x" * 998 + b"\r\n") * 1049
    with nothing_changes(simulator, realm) as noted:
        wire, _ = await door.open_for(TO)
        await wire.say(b"DATA\r\n")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for _ in range(100):
            wire.writer.write(chunk)
            await wire.writer.drain()
        answer = await wire.say(END)
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert answer == f"552 5.3.4 Message too large: {Limits().message_size} octets at most"
    assert noted == []
    assert grown < 64 * 1024, "KiB"
    assert await door.send(LETTER) == "250 2.0.0 OK"


async def test_a_mail_has_a_hundred_recipients_and_further_ones_are_refused(
    api: aiohttp.ClientSession, realm: Realm, door: Door
) -> None:
    wire, answers = await door.open_for(*(b"p%d@courriel.example" % n for n in range(1000)))
    assert [answer[:3] for answer in answers] == ["250"] * 100 + ["452"] * 900
    assert answers[100] == "452 4.5.3 100 recipients at most: send the rest on its own"
    assert (await wire.say(b"DATA\r\n")).startswith("354")
    assert await wire.say(LETTER + END) == "250 2.0.0 OK"
    listed = await (await api.get(f"{realm.api}/mail")).json()
    taken = {to for mail in listed["messages"] for to in mail["recipients"]}
    assert taken == {f"p{n}@courriel.example" for n in range(100)}


async def test_pipelined_garbage_is_answered_line_by_line_and_then_no_more(
    simulator: Simulator, realm: Realm, door: Door
) -> None:
    with nothing_changes(simulator, realm) as noted:
        wire = await door.open()
        letter = b"MAIL FROM:<%s>\r\nRCPT TO:<%s>\r\nDATA\r\n%s" % (door.sender, TO, LETTER + END)
        wire.writer.write(b"EHLO x\r\n" + b"\x16\x03\x01\x02\r\nGET / HTTP/1.1\r\n" * 10 + letter)
        answers = (await wire.reader.read()).decode()
    assert answers.splitlines()[-1].startswith("502 5.5.1 Too many unrecognized commands")
    assert noted == []


async def test_a_client_that_requests_tls_is_refused_and_may_go_on(door: Door) -> None:
    wire = await door.open()
    assert "STARTTLS" not in await wire.say(b"EHLO essai.example\r\n")
    assert await wire.say(b"STARTTLS\r\n") == "454 TLS not available"
    assert (await wire.say(b"NOOP\r\n")).startswith("250")


@pytest.mark.parametrize("sent", [b"", b"Subject: a", LETTER, LETTER + b".", LETTER + b".\r"])
async def test_a_sender_who_leaves_within_the_message_leaves_no_mail(
    simulator: Simulator, realm: Realm, door: Door, caplog: pytest.LogCaptureFixture, sent: bytes
) -> None:
    with nothing_changes(simulator, realm) as noted:
        wire, _ = await door.open_for(TO)
        await wire.say(b"DATA\r\n")
        wire.writer.write(sent)
        await wire.writer.drain()
        wire.writer.transport.abort()
        assert (await (await door.open()).say(b"NOOP\r\n")).startswith("250")
    assert noted == []
    assert [record.levelname for record in caplog.records if record.levelname == "ERROR"] == []
