"""The sender: when it sends a letter, refusals and retries, and the state after a crash."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maquette.simulator.domain.clock import Clock, ClockMode, parse_instant
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.rules import RULES, Rules
from maquette.simulator.domain.space import Credentials
from maquette.simulator.mail.catcher import Catcher
from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.mail.letter_reader import activation_code, read_letter
from maquette.simulator.mail.letter_reader import message_id_of as message_id_of_raw
from maquette.simulator.mail.letters import message_id_of
from maquette.simulator.mail.sender import AT_ONCE, Sender, retry_after
from maquette.simulator.store.database import Store
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.mailbox import StoredMail, list_mail
from maquette.simulator.store.options import add_option, get_option
from maquette.simulator.store.outbox import OutgoingLetter, add_letter, list_letters, save_letter
from maquette.simulator.store.realms import RealmRecord, add_realm, save_realm

START = parse_instant("2011-06-09T09:00:00+02:00")
CODE = "5Xnmyx5kZbX8"
OPTION = "0123456789abcdef0123456789abcdef"


class MailServer:
    """A mail server with prepared replies, in order; None drops the connection after the letter."""

    def __init__(self, *answers: str | None, to_recipients: str = "250 fine") -> None:
        self.answers = list(answers)
        self.to_recipients = to_recipients
        self.letters: list[bytes] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"DATA":
                writer.write(b"354 go on\r\n")
                self.letters.append(await reader.readuntil(b"\r\n.\r\n"))
                answer = self.answers.pop(0) if self.answers else "250 taken"
                if answer is None:
                    writer.close()
                    return
                writer.write(answer.encode() + b"\r\n")
            elif verb == b"RCPT":
                writer.write(self.to_recipients.encode() + b"\r\n")
            elif verb == b"QUIT":
                writer.write(b"221 bye\r\n")
                writer.close()
                return
            else:
                writer.write(b"250 fine\r\n")


class Outbox:
    """A store with one realm, one accepted option and its letter in the outbox."""

    def __init__(self) -> None:
        self.store = Store(None)
        self.journal = JournalWriter(self.store)
        self.realm = RealmRecord("default", Clock(ClockMode.FROZEN, START, datetime.now(UTC)), Policy())
        chosen = Credentials("lila@courriel.example", "hash", "question", "answer")
        with self.store.writing("default") as transaction:
            add_realm(transaction, self.realm, START)
            add_option(transaction, Option(OPTION, "20111710000303", chosen, CODE, START))
            add_letter(transaction, OutgoingLetter("default", OPTION, "correlation", START))

    def advance(self, by: timedelta) -> None:
        clock = replace(self.realm.clock, shown=self.realm.clock.shown + by)
        self.realm = replace(self.realm, clock=clock)
        with self.store.writing("default") as transaction:
            save_realm(transaction, self.realm)

    @property
    def option(self) -> Option:
        with self.store.reading("default") as transaction:
            return get_option(transaction, OPTION)

    @property
    def waiting(self) -> list[OutgoingLetter]:
        with self.store.reading("default") as transaction:
            return list_letters(transaction)

    @property
    def mailbox(self) -> list[StoredMail]:
        with self.store.reading("default") as transaction:
            return list_mail(transaction)

    def kinds(self) -> list[str]:
        return [line.kind for line in self.journal.read(of_realm="default")]


@pytest.fixture
async def outbox() -> AsyncIterator[Outbox]:
    outbox = Outbox()
    yield outbox
    outbox.journal.write()
    outbox.store.close()


async def drain(outbox: Outbox, port: int, until: str) -> None:
    """Run a sender until the journal has a new line of that kind."""
    sender = Sender(outbox.store, outbox.journal, lambda _: RULES, "127.0.0.1", port)
    before = outbox.kinds().count(until)
    sender.start()
    async with asyncio.timeout(10):
        while outbox.kinds().count(until) == before:
            await asyncio.sleep(0)
    await sender.stop()


def add_another(outbox: Outbox, option_id: str = "another") -> None:
    """Queue a letter that is due now."""
    chosen = Credentials("theo@courriel.example", "hash", "question", "answer")
    with outbox.store.writing("default") as transaction:
        add_option(transaction, Option(option_id, "20111500000412", chosen, CODE, outbox.realm.clock.shown))
        add_letter(transaction, OutgoingLetter("default", option_id, "c", outbox.realm.clock.shown))


async def with_server(outbox: Outbox, server: MailServer, until: str) -> None:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    async with listening:
        await drain(outbox, listening.sockets[0].getsockname()[1], until)


async def with_catcher(outbox: Outbox, until: str) -> None:
    catcher = Catcher(Delivery(outbox.store, outbox.journal).deliver)
    _, port = await catcher.start("127.0.0.1", 0)
    await drain(outbox, port, until)
    await catcher.stop()


@pytest.mark.rule("ACT-1", "MAIL-5")
async def test_a_letter_travels_by_smtp_into_the_mailbox(outbox: Outbox) -> None:
    await with_catcher(outbox, "mail-sent")
    (mail,) = outbox.mailbox
    assert activation_code(read_letter(mail.raw)) == CODE
    assert mail.recipients == ("lila@courriel.example",)
    assert outbox.waiting == []


@pytest.mark.rule("ACT-4")
async def test_the_code_counts_as_sent_at_the_instant_kept_before_the_attempt(outbox: Outbox) -> None:
    outbox.advance(timedelta(minutes=3))
    await with_catcher(outbox, "mail-sent")
    letter = read_letter(outbox.mailbox[0].raw)
    assert outbox.option.sent_at == START + timedelta(minutes=3) == letter.date


@pytest.mark.rule("MAIL-5", "ACT-4")
async def test_a_letter_refused_for_a_while_is_sent_again_and_counts_from_then(outbox: Outbox) -> None:
    await with_server(outbox, MailServer("451 later"), "mail-refused")
    assert (outbox.option.sent_at, outbox.waiting[0].attempt_at) == (None, None)
    assert outbox.waiting[0].due_at == START + timedelta(minutes=1)
    outbox.advance(timedelta(minutes=1))
    await with_catcher(outbox, "mail-sent")
    assert outbox.option.sent_at == START + timedelta(minutes=1)


async def test_a_letter_is_not_sent_again_before_it_is_due(outbox: Outbox) -> None:
    server = MailServer("451 later", "250 taken", "250 taken")
    await with_server(outbox, server, "mail-refused")
    outbox.advance(timedelta(seconds=59))
    add_another(outbox)
    await with_server(outbox, server, "mail-sent")
    assert [letter.option_id for letter in outbox.waiting] == [OPTION]
    outbox.advance(timedelta(seconds=1))
    await with_server(outbox, server, "mail-sent")
    assert outbox.waiting == []


@pytest.mark.parametrize("fault", ["a letter of no option", "a letter of no realm"])
async def test_one_letter_that_cannot_be_sent_holds_up_no_other(outbox: Outbox, fault: str) -> None:
    realm = "default" if fault == "a letter of no option" else "gone"
    with outbox.store.writing(realm) as transaction:
        add_letter(transaction, OutgoingLetter(realm, "0", "correlation", START - timedelta(hours=1)))
    await with_catcher(outbox, "mail-sent")
    assert OPTION not in {letter.option_id for letter in outbox.waiting}


async def test_a_letter_to_no_address_is_given_up_and_holds_up_no_other(outbox: Outbox) -> None:
    with outbox.store.writing("default") as transaction:
        chosen = Credentials("lila@courriel.example\r\nBcc: b@c.example", "hash", "question", "answer")
        add_option(transaction, Option("0", "20111500000999", chosen, CODE, START))
        add_letter(transaction, OutgoingLetter("default", "0", "c", START - timedelta(hours=1)))
    await with_catcher(outbox, "mail-given-up")
    assert {letter.option_id for letter in outbox.waiting} <= {OPTION}
    (line,) = (line for line in outbox.journal.read(of_realm="default") if line.kind == "mail-given-up")
    assert line.data["option"] == "0"


async def test_a_letter_that_is_refused_for_good_is_given_up_and_the_option_runs_on(outbox: Outbox) -> None:
    await with_server(outbox, MailServer("554 never"), "mail-given-up")
    assert outbox.waiting == []
    assert (outbox.option.sent_at, outbox.option.replaced_at) == (None, None)


@pytest.mark.rule("MAIL-5")
@pytest.mark.parametrize(
    ("answer", "kind", "waiting"), [("450 full", "mail-refused", 1), ("550 unknown", "mail-given-up", 0)]
)
async def test_a_recipient_that_is_refused_is_tried_again_or_given_up_with_the_reason(
    outbox: Outbox, answer: str, kind: str, waiting: int
) -> None:
    await with_server(outbox, MailServer(to_recipients=answer), kind)
    (line,) = outbox.journal.read(of_realm="default")
    assert (line.data["why"], line.correlation) == (answer, "correlation")
    assert len(outbox.waiting) == waiting


@pytest.mark.rule("MAIL-6", "ACT-4")
async def test_an_attempt_of_unknown_outcome_is_repeated_after_its_option_has_lapsed(outbox: Outbox) -> None:
    """The mail server may have accepted the letter: then the code was sent in time."""
    server = MailServer(None, "250 taken")
    await with_server(outbox, server, "mail-outcome-unknown")
    outbox.advance(timedelta(hours=49))
    await with_server(outbox, server, "mail-sent")
    assert outbox.option.sent_at == START
    assert outbox.waiting == []


@pytest.mark.parametrize("mode", ClockMode)
async def test_the_sender_looks_again_when_the_first_letter_of_a_running_clock_falls_due(
    outbox: Outbox, mode: ClockMode
) -> None:
    clock = Clock(mode, START - timedelta(minutes=1), datetime.now(UTC))
    add_another(outbox)
    with outbox.store.writing("default") as transaction:
        save_realm(transaction, replace(outbox.realm, clock=clock))
        _, later = list_letters(transaction)
        save_letter(transaction, replace(later, due_at=START + timedelta(hours=1)))
    sender = Sender(outbox.store, outbox.journal, lambda _: RULES, "127.0.0.1", 1)
    wait = await sender._send_all()
    assert len(outbox.waiting) == 2
    if mode is ClockMode.FROZEN:
        assert wait is None
    else:
        assert wait is not None
        assert 55 < wait <= 61


async def test_a_mail_server_that_is_not_there_is_tried_again(outbox: Outbox) -> None:
    listening = await asyncio.start_server(MailServer().serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    listening.close()
    await listening.wait_closed()
    await drain(outbox, port, "mail-refused")
    assert outbox.waiting[0].attempt_at is None


@pytest.mark.rule("MAIL-6", "ACT-4")
async def test_an_attempt_of_unknown_outcome_is_made_again_as_the_same_attempt(outbox: Outbox) -> None:
    server = MailServer(None, "250 taken")
    await with_server(outbox, server, "mail-outcome-unknown")
    outbox.advance(timedelta(hours=1))
    await with_server(outbox, server, "mail-sent")
    first, second = server.letters
    assert first == second
    assert outbox.option.sent_at == START


@pytest.mark.rule("MAIL-6")
async def test_a_letter_sent_again_after_a_crash_is_shown_once(outbox: Outbox) -> None:
    await with_catcher(outbox, "mail-sent")
    with outbox.store.writing("default") as transaction:
        add_letter(
            transaction,
            OutgoingLetter("default", OPTION, "correlation", START, attempts=1, attempt_at=START),
        )
    outbox.advance(timedelta(hours=1))
    await with_catcher(outbox, "mail-known-already")
    assert [mail.message_id for mail in outbox.mailbox] == [message_id_of(OPTION)]
    assert outbox.option.sent_at == START


@pytest.mark.rule("ACT-4", "ACT-6")
@pytest.mark.parametrize(("late_by", "kind"), [(-1, "mail-sent"), (0, "mail-sent"), (1, "mail-given-up")])
async def test_a_letter_is_not_sent_for_an_option_that_has_lapsed_unsent(
    outbox: Outbox, late_by: int, kind: str
) -> None:
    outbox.advance(timedelta(hours=48, seconds=late_by))
    await with_catcher(outbox, kind)
    assert outbox.waiting == []
    assert len(outbox.mailbox) == (1 if kind == "mail-sent" else 0)


@pytest.mark.parametrize("host", ["192.0.2.1", "10.0.0.1", "8.8.8.8", "::2"])
async def test_mail_is_handed_to_loopback_only(outbox: Outbox, host: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        Sender(outbox.store, outbox.journal, lambda _: RULES, host, 25)


def test_waits_grow_from_a_minute_to_an_hour() -> None:
    waits = [retry_after(attempts) for attempts in range(1, 40)]
    assert waits[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert max(waits) == timedelta(hours=1) == waits[-1]
    assert waits == sorted(waits)


class PatientServer(MailServer):
    """A mail server that answers no letter before `AT_ONCE` of them have come together."""

    def __init__(self) -> None:
        super().__init__()
        self.together = asyncio.Barrier(AT_ONCE)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            if line.startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                self.letters.append(await reader.readuntil(b"\r\n.\r\n"))
                await self.together.wait()
            writer.write(b"250 fine\r\n")


@pytest.mark.rule("MAIL-6")
async def test_letters_travel_eight_at_once_and_each_of_them_once(outbox: Outbox) -> None:
    for number in range(2 * AT_ONCE - 1):
        add_another(outbox, f"another-{number}")
    server = PatientServer()
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        sender = Sender(outbox.store, outbox.journal, lambda _: RULES, "127.0.0.1", port)
        async with asyncio.timeout(10):
            await sender.send_due()
        await sender.stop()
    assert len({message_id_of_raw(letter) for letter in server.letters}) == len(server.letters) == 2 * AT_ONCE
    assert outbox.kinds() == ["mail-sent"] * 2 * AT_ONCE
    assert outbox.waiting == []


async def test_a_letter_that_breaks_off_ends_the_sending_when_no_other_is_under_way(outbox: Outbox) -> None:
    add_another(outbox)
    broken = iter([True])

    def rules_of(_: RealmRecord) -> Rules:
        if next(broken, False):
            raise LookupError("no rules")
        return RULES

    server = MailServer()
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0) as listening:
        port = listening.sockets[0].getsockname()[1]
        sender = Sender(outbox.store, outbox.journal, rules_of, "127.0.0.1", port)
        with pytest.raises(LookupError):
            await sender.send_due()
        await sender.stop()
    assert outbox.kinds() == ["mail-sent"]
    assert [letter.option_id for letter in outbox.waiting] == [OPTION]


@pytest.mark.parametrize(("kinds", "woken"), [([], 0), (["mail-sent"], 0), (["mail-sent", "mail-queued"], 1)])
async def test_the_sender_is_woken_by_a_queued_letter_alone(
    outbox: Outbox, kinds: list[str], woken: int
) -> None:
    calls: list[None] = []

    class WatchedSender(Sender):
        def wake(self) -> None:
            calls.append(None)

    sender = WatchedSender(outbox.store, outbox.journal, lambda _: RULES, "127.0.0.1", 1)
    sender.wake_for_lines([JournalRecord("default", START, START, kind, None) for kind in kinds])
    assert len(calls) == woken
