"""The SMTP door: accepted and refused mail, and hostile clients."""

import asyncio
import base64
import logging
import smtplib
import socket
import tracemalloc
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import aiosmtplib
import pytest
from post_office import Office, Wire, open_office

from maquette.simulator.mail.catcher import Catcher, CaughtMail, Limits
from maquette.simulator.mail.letters import return_path

MESSAGE = b"Subject: essai\r\nMessage-ID: <1@essai.example>\r\n\r\nbonjour\r\n"
END = b".\r\n"


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with open_office() as running:
        yield running


class FullStore:
    """A store that fails for the first mails."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.kept: list[CaughtMail] = []

    def keep(self, mail: CaughtMail) -> None:
        if self.failures:
            self.failures -= 1
            raise RuntimeError("secret detail of the store")
        self.kept.append(mail)


# What it takes


async def test_smtplib_sends_and_the_catcher_hands_over_the_same_octets(office: Office) -> None:
    def send() -> dict[str, tuple[int, bytes]]:
        with smtplib.SMTP(office.host, office.port) as client:
            return client.sendmail("a@essai.example", ["b@essai.example", "c@essai.example"], MESSAGE)

    assert await asyncio.to_thread(send) == {}
    assert office.caught == [
        CaughtMail(
            realm=None,
            sender="a@essai.example",
            recipients=("b@essai.example", "c@essai.example"),
            raw=MESSAGE,
            message_id="<1@essai.example>",
            from_portal=False,
        )
    ]


async def test_eight_bit_octets_and_dots_at_line_starts_arrive_as_they_were(office: Office) -> None:
    message = b"Subject: \xc3\xa9\r\n\r\n.\r\n..\r\n.dot\r\n\x00\xff\xe9\r\n"
    await aiosmtplib.send(
        message,
        sender="a@essai.example",
        recipients=["b@essai.example"],
        hostname=office.host,
        port=office.port,
        mail_options=["BODY=8BITMIME"],
        start_tls=False,
    )
    assert [mail.raw for mail in office.caught] == [message]
    assert office.caught[0].message_id is None


async def test_an_address_beyond_ascii_is_taken_with_smtputf8(office: Office) -> None:
    def send() -> None:
        with smtplib.SMTP(office.host, office.port) as client:
            client.ehlo()
            client.sendmail("hélène@éxemple.example", ["renée@essai.example"], MESSAGE, ["SMTPUTF8"])

    await asyncio.to_thread(send)
    assert office.caught[0].sender == "hélène@éxemple.example"
    assert office.caught[0].recipients == ("renée@essai.example",)


async def test_two_messages_on_one_connection_are_two_mails(office: Office) -> None:
    wire = await office.wire()
    assert await wire.send(MESSAGE + END) == "250 2.0.0 OK"
    assert await wire.send(END, to="c@essai.example") == "250 2.0.0 OK"
    assert [(mail.recipients, mail.raw) for mail in office.caught] == [
        (("b@essai.example",), MESSAGE),
        (("c@essai.example",), b""),
    ]


async def test_the_greeting_offers_size_utf8_8bit_and_auth_but_no_tls(office: Office) -> None:
    wire = await office.wire()
    offered = (await wire.say(b"EHLO essai.example\r\n")).splitlines()
    assert [line[4:].strip() for line in offered] == [
        "localhost",
        "SIZE 10485760",
        "8BITMIME",
        "SMTPUTF8",
        "AUTH LOGIN PLAIN",
        "HELP",
    ]
    assert (await wire.say(b"STARTTLS\r\n")).startswith("454")


async def test_verify_and_expand_give_nothing_away(office: Office) -> None:
    wire = await office.wire()
    await wire.say(b"EHLO essai.example\r\n")
    answers = {
        await wire.say(b"VRFY " + name + b"\r\n") for name in (b"b@essai.example", b"x", b"", b"\xff<", b"((")
    }
    assert answers == {"252 2.5.0 Cannot verify, but will take the message"}
    assert (await wire.say(b"EXPN liste\r\n")).startswith("502")


# Whose it is


@pytest.mark.rule("MAIL-6")
@pytest.mark.parametrize(
    ("sender", "to", "user", "realm", "from_portal"),
    [
        ("a@essai.example", "b@essai.example", None, None, False),
        ("a@essai.example", "b@essai.example", "classe", "classe", False),
        (return_path("default"), "b@essai.example", None, "default", True),
        (return_path("r1"), "b@essai.example", "classe", "r1", True),
        ("", return_path("r1"), None, "r1", False),
        ("", return_path("r1"), "classe", "r1", False),
        ("", "b@essai.example", "classe", "classe", False),
        ("a@essai.example", return_path("r1"), None, None, False),
    ],
)
async def test_a_mail_belongs_to_the_realm_that_its_sender_names(
    office: Office, *, sender: str, to: str, user: str | None, realm: str | None, from_portal: bool
) -> None:
    async with aiosmtplib.SMTP(hostname=office.host, port=office.port, start_tls=False) as client:
        if user is not None:
            await client.login(user, "peu importe")
        await client.sendmail(sender, [to], MESSAGE)
    (mail,) = office.caught
    assert (mail.realm, mail.sender, mail.from_portal) == (realm, sender, from_portal)


@pytest.mark.parametrize("method", ["PLAIN", "LOGIN"])
async def test_any_password_opens_a_realm_by_either_method(office: Office, method: str) -> None:
    def send() -> None:
        with smtplib.SMTP(office.host, office.port) as client:
            client.ehlo()
            client.user, client.password = "classe-3b", "é"
            login = client.auth_plain if method == "PLAIN" else client.auth_login
            client.user, client.password = "classe-3b", "n'importe"
            client.auth(method, login)
            client.sendmail("a@essai.example", ["b@essai.example"], MESSAGE)

    await asyncio.to_thread(send)
    assert office.caught[0].realm == "classe-3b"


@pytest.mark.parametrize("user", [b"deux mots", b"", b"\xff\xfe", b"a@b", b"x" * 49])
async def test_a_user_that_cannot_be_a_realm_is_refused_with_the_reason(office: Office, user: bytes) -> None:
    wire = await office.wire()
    await wire.say(b"EHLO essai.example\r\n")
    token = base64.b64encode(b"\0" + user + b"\0motdepasse")
    assert await wire.say(b"AUTH PLAIN " + token + b"\r\n") == "535 5.7.8 The user has to be a realm's name"


@pytest.mark.parametrize("token", [b"***", b"", b"AA==", b"=", base64.b64encode(b"a"), b"\xff"])
async def test_broken_authentication_is_refused_and_the_connection_goes_on(
    office: Office, token: bytes
) -> None:
    wire = await office.wire()
    await wire.say(b"EHLO essai.example\r\n")
    assert (await wire.say(b"AUTH PLAIN\r\n")).startswith("334")
    assert (await wire.say(token + b"\r\n")).startswith("501")
    assert await wire.send(MESSAGE + END) == "250 2.0.0 OK"


# Keeping it


@pytest.mark.rule("MAIL-5")
async def test_a_mail_that_cannot_be_kept_is_answered_with_451_and_taken_the_next_time() -> None:
    store = FullStore(failures=1)
    async with open_office(deliver=store.keep) as office:
        wire = await office.wire()
        answer = await wire.send(MESSAGE + END)
        assert answer == "451 4.3.0 The message could not be kept: try again later"
        assert store.kept == []
        assert await wire.send(MESSAGE + END) == "250 2.0.0 OK"
        assert [mail.raw for mail in store.kept] == [MESSAGE]


async def test_a_mail_is_stored_before_its_sender_gets_the_reply() -> None:
    order: list[str] = []
    async with open_office(deliver=lambda _: order.append("kept")) as office:
        wire = await office.wire()
        assert await wire.send(MESSAGE + END) == "250 2.0.0 OK"
        order.append("told")
    assert order == ["kept", "told"]


# Line ends (a letter within a letter)


SMUGGLED = b"MAIL FROM:<x@essai.example>\r\nRCPT TO:<y@essai.example>\r\nDATA\r\nfaux\r\n"


@pytest.mark.parametrize(
    "false_end", [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n", b"\r\n.\r", b"\r\r\n", b"\n"]
)
async def test_a_message_with_a_bare_line_feed_or_carriage_return_is_refused_whole(
    office: Office, false_end: bytes
) -> None:
    wire = await office.wire()
    answer = await wire.send(b"Subject: vrai\r\n\r\ntexte" + false_end + SMUGGLED + END)
    assert answer == "554 5.6.0 Carriage return or line feed on its own: lines end with CRLF"
    assert office.caught == []
    assert await wire.send(MESSAGE + END) == "250 2.0.0 OK"


async def test_a_long_text_that_only_knows_line_feeds_is_refused_for_its_line_feeds(office: Office) -> None:
    wire = await office.wire()
    assert (await wire.send(b"ligne\n" * 1000 + b"\r\n" + END)).startswith("554 5.6.0")
    assert office.caught == []


async def test_a_carriage_return_and_its_line_feed_may_come_in_two_pieces(office: Office) -> None:
    wire = await office.wire()
    await wire.send_head()
    for octet in (b"bonjour\r", b"\n", b".", b"\r"):
        wire.writer.write(octet)
        await wire.writer.drain()
    assert await wire.say(b"\n") == "250 2.0.0 OK"
    assert office.caught[0].raw == b"bonjour\r\n"


async def test_a_command_that_ends_with_a_bare_line_feed_is_refused(office: Office) -> None:
    wire = await office.wire()
    assert (await wire.say(b"EHLO essai.example\n")).startswith("500 5.5.2 A command ends with CRLF")
    assert (await wire.say(b"EHLO essai.example\r\n")).startswith("250")


# Bounds


@pytest.mark.parametrize(("excess", "code"), [(-1, "250"), (0, "250"), (1, "552")])
async def test_a_message_may_have_as_many_octets_as_the_limit_and_not_one_more(
    excess: int, code: str
) -> None:
    async with open_office(Limits(message_size=5000)) as office:
        wire = await office.wire()
        size = 5000 + excess
        message = b"12345678\r\n" * (size // 10) + b"." * (size % 10 - 2) + b"\r\n" if size % 10 > 1 else b""
        message = message or b"12345678\r\n" * (size // 10 - 1) + b"x" * (8 + size % 10) + b"\r\n"
        assert len(message) == size
        stuffed = message.replace(b"\r\n.", b"\r\n..")
        assert (await wire.send(stuffed + END)).startswith(code)
        assert [len(mail.raw) for mail in office.caught] == ([size] if code == "250" else [])
        assert await wire.send(MESSAGE + END) == "250 2.0.0 OK"


async def test_a_size_announced_beyond_the_limit_is_refused_before_the_message(office: Office) -> None:
    wire = await office.wire()
    await wire.say(b"EHLO essai.example\r\n")
    assert (await wire.say(b"MAIL FROM:<a@essai.example> SIZE=10485761\r\n")).startswith("552")
    assert (await wire.say(b"MAIL FROM:<a@essai.example> SIZE=10485760\r\n")).startswith("250")


@pytest.mark.parametrize(("length", "code"), [(997, "250"), (998, "250"), (999, "500"), (1001, "500")])
@pytest.mark.parametrize("first", [b"x", b"."])
async def test_a_line_of_a_message_has_998_octets_at_most(
    office: Office, length: int, code: str, first: bytes
) -> None:
    wire = await office.wire()
    line = first + b"x" * (length - 1) + b"\r\n"
    answer = await wire.send(b"\r\n" + (b"." if first == b"." else b"") + line + END)
    assert answer.startswith(code)
    assert [mail.raw for mail in office.caught] == ([b"\r\n" + line] if code == "250" else [])


@pytest.mark.parametrize("length", [1000, 1002, 1003, 2001, 5000, 70_000])
async def test_a_line_too_long_is_refused_in_words_whatever_its_length(office: Office, length: int) -> None:
    wire = await office.wire()
    answer = await wire.send(b"x" * length + b"\r\nsuite\r\n" + END)
    assert answer == "500 5.5.2 Line too long: 998 octets at most, then CRLF"
    assert office.caught == []
    assert await wire.send(MESSAGE + END) == "250 2.0.0 OK"


@pytest.mark.parametrize("length", [1000, 1001, 1002, 1003, 2004])
async def test_the_tail_of_a_line_too_long_does_not_pass_for_the_end(office: Office, length: int) -> None:
    wire, other = await office.wire(), await office.wire()
    await wire.send_head()
    wire.writer.write(b"x" * length + b".")
    await wire.writer.drain()
    assert (await other.say(b"NOOP\r\n")).startswith("250")  # by now the catcher has read that piece
    wire.writer.write(b"\r\nMAIL FROM:<x@essai.example>\r\n")
    assert (await wire.say(END)).startswith("500 5.5.2 Line too long")
    assert await wire.say(b"NOOP\r\n") == "250 OK"


@pytest.mark.parametrize(
    ("chunk", "code"), [(b"x" * 65_536, "500"), (b"x" * 998 + b"\r\n", "552"), (b"x\n" * 32_768, "554")]
)
async def test_a_message_without_end_takes_no_memory(chunk: bytes, code: str) -> None:
    async with open_office(Limits(message_size=100_000)) as office:
        wire = await office.wire()
        await wire.send_head()
        tracemalloc.start()
        try:
            for _ in range(5_000_000 // len(chunk)):
                wire.writer.write(chunk)
                await wire.writer.drain()
            answer = await wire.say(b"\r\n" + END)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert answer.startswith(code)
        assert peak < 2_000_000


@pytest.mark.parametrize(("length", "code"), [(511, "501"), (512, "501"), (513, "500"), (3000, "500")])
async def test_a_command_line_has_512_octets_at_most(office: Office, length: int, code: str) -> None:
    wire = await office.wire()
    await wire.say(b"EHLO essai.example\r\n")
    answer = await wire.say(b"RSET " + b"x" * (length - 5) + b"\r\n")
    assert answer.startswith(code)
    assert ("too long" in answer) == (code == "500")
    assert await wire.send(MESSAGE + END) == "250 2.0.0 OK"


async def test_one_connection_does_not_change_the_command_lengths_of_another(office: Office) -> None:
    wire, other = await office.wire(), await office.wire()
    for _ in range(5):
        await wire.say(b"EHLO essai.example\r\n")
    await other.say(b"EHLO essai.example\r\n")
    assert await other.say(b"MAIL FROM:<" + b"x" * 588 + b">\r\n") == "500 Command line too long"


@pytest.mark.parametrize(
    ("recipients", "codes"), [(2, ["250"] * 2), (3, ["250"] * 3), (4, ["250"] * 3 + ["452"])]
)
async def test_a_message_has_as_many_recipients_as_the_limit(recipients: int, codes: list[str]) -> None:
    async with open_office(Limits(recipients=3)) as office:
        wire = await office.wire()
        await wire.say(b"EHLO essai.example\r\n")
        await wire.say(b"MAIL FROM:<a@essai.example>\r\n")
        answers = [await wire.say(b"RCPT TO:<b%d@essai.example>\r\n" % n) for n in range(recipients)]
        assert [answer[:3] for answer in answers] == codes
        await wire.say(b"DATA\r\n")
        assert await wire.say(MESSAGE + END) == "250 2.0.0 OK"
        assert len(office.caught[0].recipients) == min(recipients, 3)


async def test_one_connection_too_many_is_turned_away_at_once_and_let_in_when_another_has_left() -> None:
    async with open_office(Limits(connections=3)) as office:
        wires = [await office.wire() for _ in range(3)]
        turned_away = await office.connect()
        assert await turned_away.reply() == "421 4.3.2 Too many connections: try again later"
        assert await turned_away.closed()
        assert (await wires[0].say(b"QUIT\r\n")).startswith("221")
        assert await wires[0].closed()
        assert await (await office.wire()).send(MESSAGE + END) == "250 2.0.0 OK"


async def test_a_connection_that_says_nothing_is_told_why_it_is_closed() -> None:
    async with open_office(Limits(idle=0.05)) as office:
        wire = await office.wire()
        assert await wire.reply() == "421 4.4.2 Nothing heard for too long"
        assert await wire.closed()


async def test_a_message_that_never_ends_is_cut_off() -> None:
    async with open_office(Limits(idle=0.05)) as office:
        wire = await office.wire()
        await wire.send_head()
        wire.writer.write(b"bonjour\r\n")
        assert await wire.reply() == "421 4.4.2 Nothing heard for too long"
        assert await wire.closed()
        assert office.caught == []


async def test_a_peer_that_reads_nothing_does_not_keep_its_place() -> None:
    async with open_office(Limits(idle=0.2, connections=1)) as office:
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)  # noqa: FBT003 - the socket module's way
        loop = asyncio.get_running_loop()
        await loop.sock_connect(deaf, (office.host, office.port))
        with pytest.raises(ConnectionError):
            await asyncio.wait_for(loop.sock_sendall(deaf, b"HELP\r\n" * 5_000_000), 20)
        deaf.close()
        assert await (await office.wire()).send(MESSAGE + END) == "250 2.0.0 OK"


@pytest.mark.parametrize("command", [b"RCPT TO:<b@essai.example>", b"BONJOUR", b"MAIL FROM:", b"\xff", b""])
async def test_a_connection_that_only_makes_mistakes_is_closed(command: bytes) -> None:
    async with open_office(Limits(mistakes=4)) as office:
        wire = await office.wire()
        assert [(await wire.say(command + b"\r\n"))[0] for _ in range(4)] == ["5"] * 4
        assert await wire.reply() == "421 4.7.0 Too many mistakes"
        assert await wire.closed()


async def test_a_message_taken_wipes_out_the_mistakes_before_it() -> None:
    async with open_office(Limits(mistakes=3)) as office:
        wire = await office.wire()
        for _ in range(4):
            for _ in range(2):
                assert (await wire.say(b"DATA x\r\n"))[0] == "5"
            assert await wire.send(MESSAGE + END) == "250 2.0.0 OK"


async def test_a_browser_that_posts_a_form_to_the_door_sends_no_mail(office: Office) -> None:
    wire = await office.wire()
    headers = b"".join(b"X-%d: y\r\n" % n for n in range(12))
    form = b"EHLO x\r\nMAIL FROM:<a@essai.example>\r\nRCPT TO:<b@essai.example>\r\nDATA\r\n" + MESSAGE + END
    wire.writer.write(b"POST / HTTP/1.1\r\nHost: localhost\r\n" + headers + b"\r\n" + form)
    answers = await wire.reader.read()
    assert b"goodbye" in answers
    assert office.caught == []


# Bad input


@pytest.mark.parametrize(
    "path",
    [
        b"<b@essai.example\0>",
        b"<b\rc@essai.example>",
        b"<=?utf-8?q?b=0ABcc?=@essai.example>",
        b"<\xff@essai.example>",
        b"<b\xc2\x85@essai.example>",
        b"<",
        b"<>",
        b"",
        b"<b@essai.example> X=1",
        b"<" + b"(" * 400,
    ],
)
async def test_a_malformed_recipient_is_refused_and_the_connection_goes_on(
    office: Office, path: bytes
) -> None:
    wire = await office.wire()
    await wire.say(b"EHLO essai.example\r\n")
    await wire.say(b"MAIL FROM:<a@essai.example>\r\n")
    assert (await wire.say(b"RCPT TO:" + path + b"\r\n"))[0] == "5"
    assert await wire.send(MESSAGE + END) == "250 2.0.0 OK"
    assert office.caught[0].recipients == ("b@essai.example",)


@pytest.mark.parametrize(
    "path", [b"<a\0@essai.example>", b"<\xff@essai.example>", b"", b"<a@b> SIZE=\xc2\xb2"]
)
async def test_a_malformed_sender_is_refused(office: Office, path: bytes) -> None:
    wire = await office.wire()
    await wire.say(b"EHLO essai.example\r\n")
    assert (await wire.say(b"MAIL FROM:" + path + b"\r\n"))[0] == "5"


async def test_a_parser_error_is_answered_without_the_words_of_the_line(office: Office) -> None:
    wire = await office.wire()
    await wire.say(b"EHLO essai.example\r\n")
    assert await wire.say(b"MAIL FROM:<\r\n") == "500 5.5.2 Not understood"


async def test_a_message_command_with_an_argument_is_refused_and_the_connection_goes_on(
    office: Office,
) -> None:
    wire = await office.wire()
    for command in (b"EHLO essai.example", b"MAIL FROM:<a@essai.example>", b"RCPT TO:<b@essai.example>"):
        assert (await wire.say(command + b"\r\n")).startswith("250")
    assert (await wire.say(b"DATA now\r\n")).startswith("501")
    assert (await wire.say(b"DATA\r\n")).startswith("354")


@pytest.mark.parametrize("command", [b"MAIL FROM:<a@essai.example>", b"RCPT TO:<b@essai.example>", b"DATA"])
async def test_commands_out_of_order_are_refused(office: Office, command: bytes) -> None:
    wire = await office.wire()
    assert (await wire.say(command + b"\r\n")).startswith("503")
    await wire.say(b"EHLO essai.example\r\n")
    if not command.startswith(b"MAIL"):
        assert (await wire.say(command + b"\r\n")).startswith("503")


async def test_an_answer_never_tells_what_went_wrong_inside(
    caplog: pytest.LogCaptureFixture,
) -> None:
    store = FullStore(failures=1)
    with caplog.at_level(logging.ERROR):
        async with open_office(deliver=store.keep) as office:
            assert "secret" not in await (await office.wire()).send(MESSAGE + END)
    assert "secret detail of the store" in caplog.text


async def test_senders_who_vanish_at_any_point_leave_the_door_open(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    parts = [
        b"EHLO x\r\n",
        b"MAIL FROM:<a@x.fr>\r\n",
        b"RCPT TO:<b@x.fr>\r\n",
        b"DATA\r\n",
        b"texte\r\n",
        b"x",
    ]
    for said in range(len(parts) + 1):
        wire = await office.connect()
        for part in parts[:said]:
            wire.writer.write(part)
        wire.writer.transport.abort()
    assert await (await office.wire()).send(MESSAGE + END) == "250 2.0.0 OK"
    assert len(office.caught) == 1
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


# Opening and closing


async def test_stopping_notifies_connected_clients_and_frees_the_port(office: Office) -> None:
    before = asyncio.all_tasks()
    idle, writing = await office.wire(), await office.wire()
    await writing.send_head()
    await office.catcher.stop()
    assert asyncio.all_tasks() <= before
    for wire in (idle, writing):
        assert await wire.reply() == "421 4.3.2 The simulator is stopping"
        assert await wire.closed()
    again = Catcher(office.caught.append)
    assert await again.start(office.host, office.port) == (office.host, office.port)
    await again.stop()
    await again.stop()


class OneTurn:
    """An awaitable that lets the event loop run once."""

    def __await__(self) -> Iterator[None]:
        yield


async def turn_the_loop(times: int) -> None:
    for _ in range(times):
        await OneTurn()


@pytest.mark.parametrize("turns", range(8))
async def test_no_connection_is_accepted_while_the_catcher_stops(office: Office, turns: int) -> None:
    with socket.create_connection((office.host, office.port)) as late:
        late.setblocking(False)  # noqa: FBT003 - the socket module's way
        await turn_the_loop(turns)
        await office.catcher.stop()
        await turn_the_loop(8)
        heard = b""
        with suppress(BlockingIOError, ConnectionResetError):
            heard = late.recv(1000)
    assert b"220" not in heard or b"421 4.3.2" in heard


async def test_a_taken_port_is_an_error(office: Office) -> None:
    with pytest.raises(OSError, match="in use"):
        await Catcher(office.caught.append).start(office.host, office.port)


async def test_a_client_that_was_closed_for_idling_connects_anew_and_sends() -> None:
    async with open_office(Limits(idle=0.05)) as office:
        client = aiosmtplib.SMTP(hostname=office.host, port=office.port, start_tls=False)
        await client.connect()
        silent = await office.wire()
        assert (await silent.reply()).startswith("421")
        assert await silent.closed()
        if not client.is_connected:
            await client.connect()
        await client.sendmail("a@essai.example", ["b@essai.example"], MESSAGE)
        client.close()
        assert len(office.caught) == 1


async def test_fifty_senders_at_once_lose_nothing(office: Office) -> None:
    async def send(number: int) -> None:
        wire: Wire = await office.wire()
        assert await wire.send(MESSAGE + END, to=f"b{number}@essai.example") == "250 2.0.0 OK"

    await asyncio.gather(*(send(number) for number in range(50)))
    assert {mail.recipients for mail in office.caught} == {(f"b{n}@essai.example",) for n in range(50)}
