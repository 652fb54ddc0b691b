"""Delivery by a realm's rules: what is stored, what the journal says, which waiting requests are woken."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from maquette.simulator.domain.clock import Clock, ClockMode, parse_instant
from maquette.simulator.domain.delivery import DeliveryRule, Folder
from maquette.simulator.domain.policy import Policy
from maquette.simulator.mail.catcher import CaughtMail, MailDeferredError
from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.mail.letters import return_path
from maquette.simulator.store.database import Store
from maquette.simulator.store.delivery_queue import (
    DeliveryOutcome,
    list_in_transit,
    list_refusals,
    list_undelivered,
    put_rules,
)
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.mailbox import StoredMail, delete_mail, list_mail
from maquette.simulator.store.realms import RealmRecord, add_realm, get_realm, save_realm

NOW = parse_instant("2011-06-09T09:00:00+02:00")
LILA, THEO = "lila@courriel.example", "THEO@courriel.example"
RAW = b"Subject: x\r\nX-Maquette-Correlation: c0ffee\r\nMessage-ID: <1@a.example>\r\n\r\ntext\r\n"


def mail_to(*recipients: str, realm: str = "here", message_id: str | None = "<1@a.example>") -> CaughtMail:
    """A letter of the portal."""
    return CaughtMail(realm, return_path("here"), recipients, RAW, message_id, from_portal=True)


class PostOffice:
    """A store with the realms `default` and `here`, whose clocks stand still, and their delivery."""

    def __init__(self) -> None:
        self.store = Store(None)
        self.journal = JournalWriter(self.store)
        self.delivery = Delivery(self.store, self.journal)
        for name in ("default", "here"):
            with self.store.writing(name) as transaction:
                clock = Clock(ClockMode.FROZEN, NOW, datetime.now(UTC))
                add_realm(transaction, RealmRecord(name, clock, Policy()), NOW)

    def rules(self, *rules: DeliveryRule) -> None:
        with self.store.writing("here") as transaction:
            put_rules(transaction, rules)

    def set_clock(
        self, shown: datetime, mode: ClockMode = ClockMode.FROZEN, *, real: datetime | None = None
    ) -> None:
        with self.store.writing("here") as transaction:
            record = get_realm(transaction)
            clock = Clock(mode, shown, real or datetime.now(UTC))
            save_realm(transaction, RealmRecord("here", clock, record.policy))

    def mails(self, realm: str = "here") -> list[StoredMail]:
        with self.store.reading(realm) as transaction:
            return list_mail(transaction)

    def lines(self) -> list[tuple[str, str | None, object]]:
        """Kind, request and recipients of the realm's lines."""
        read = self.journal.read(of_realm="here")
        return [(line.kind, line.correlation, line.data.get("to")) for line in read]

    def refusals(self) -> Sequence[int]:
        with self.store.reading("here") as transaction:
            return list(list_refusals(transaction).values())


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    office = PostOffice()
    yield office
    office.journal.write()
    office.store.close()


@pytest.mark.rule("MAIL-5")
async def test_a_mail_is_refused_as_often_as_its_rule_says_and_each_time_noted(office: PostOffice) -> None:
    office.rules(DeliveryRule(to=LILA, refuse_times=2))
    for times in (1, 2):
        with pytest.raises(MailDeferredError):
            office.delivery.deliver(mail_to(LILA))
        assert (office.mails(), office.refusals()) == ([], [times])
    office.delivery.deliver(mail_to(LILA))
    assert (len(office.mails()), office.refusals()) == (1, [])
    assert office.lines() == [
        ("mail-turned-away", "c0ffee", [LILA]),
        ("mail-turned-away", "c0ffee", [LILA]),
        ("mail-delivered", "c0ffee", [LILA]),
    ]


@pytest.mark.rule("MAIL-5")
@pytest.mark.parametrize("other", ["<2@a.example>", None])
async def test_each_mail_is_refused_by_itself(office: PostOffice, other: str | None) -> None:
    office.rules(DeliveryRule(refuse_times=1))
    for mail in (mail_to(LILA), mail_to(LILA, message_id=other), mail_to(THEO, message_id=None)):
        with pytest.raises(MailDeferredError):
            office.delivery.deliver(mail)
    for mail in (mail_to(LILA), mail_to(LILA, message_id=other), mail_to(THEO, message_id=None)):
        office.delivery.deliver(mail)
    assert len(office.mails()) == 3


@pytest.mark.rule("MAIL-5")
async def test_a_late_mail_arrives_at_its_instant_and_not_a_second_before(office: PostOffice) -> None:
    office.rules(DeliveryRule(delay=timedelta(hours=2), spam=True))
    office.delivery.deliver(mail_to(LILA, THEO))
    arrives_at = NOW + timedelta(hours=2)
    for shown, kinds in (
        (arrives_at - timedelta(seconds=1), ["mail-delayed"]),
        (arrives_at, ["mail-delayed", "mail-delivered"]),
        (arrives_at + timedelta(seconds=1), ["mail-delayed", "mail-delivered"]),
    ):
        office.set_clock(shown)
        office.delivery.deliver_due("here")
        assert office.lines() == [(kind, "c0ffee", [LILA, THEO]) for kind in kinds]
    (mail,) = office.mails()
    assert (mail.received_at, mail.folder, mail.recipients) == (arrives_at, Folder.SPAM, (LILA, THEO))
    with office.store.reading("here") as transaction:
        assert list_in_transit(transaction) == []


@pytest.mark.rule("MAIL-5")
async def test_mail_that_is_due_when_the_server_starts_is_delivered(office: PostOffice) -> None:
    office.rules(DeliveryRule(delay=timedelta(hours=2)))
    office.delivery.deliver(mail_to(LILA))
    office.set_clock(NOW + timedelta(hours=2))
    arrival = office.delivery.next_arrival("here", LILA)
    office.delivery.start()
    async with asyncio.timeout(10):
        assert await arrival
    await office.delivery.stop()
    assert len(office.mails()) == 1


@pytest.mark.rule("MAIL-5")
async def test_a_late_mail_that_is_caught_while_the_server_runs_arrives_by_itself(office: PostOffice) -> None:
    """The realm's clock is a tenth of a second before the instant of the arrival."""
    office.delivery.start()
    await asyncio.sleep(0)
    office.rules(DeliveryRule(delay=timedelta(seconds=1)))
    office.set_clock(NOW, ClockMode.RUNNING, real=datetime.now(UTC) - timedelta(milliseconds=900))
    arrival = office.delivery.next_arrival("here", LILA)
    office.delivery.deliver(mail_to(LILA))
    assert office.mails() == []
    async with asyncio.timeout(10):
        assert await arrival
    await office.delivery.stop()
    assert len(office.mails()) == 1


@pytest.mark.rule("MAIL-5")
async def test_each_recipient_gets_what_the_first_rule_for_it_says(office: PostOffice) -> None:
    office.rules(
        DeliveryRule(to=LILA, lose=True), DeliveryRule(to=THEO, duplicate=True), DeliveryRule(bounce=True)
    )
    office.delivery.deliver(mail_to(LILA, THEO, "b@x.example", "c@x.example"))
    notice, *copies = sorted(office.mails(), key=lambda mail: mail.sender)
    assert [(mail.recipients, mail.raw) for mail in copies] == [((THEO,), RAW)] * 2
    assert (notice.sender, notice.recipients) == ("", (return_path("here"),))
    assert b"b@x.example\r\nc@x.example\r\n" in notice.raw
    with office.store.reading("here") as transaction:
        lost = [(each.outcome, each.recipients, each.at) for each in list_undelivered(transaction, 0)]
    assert sorted(lost, key=repr) == [
        (DeliveryOutcome.BOUNCED, ("b@x.example", "c@x.example"), NOW),
        (DeliveryOutcome.LOST, (LILA,), NOW),
    ]


@pytest.mark.rule("MAIL-6")
async def test_a_letter_that_was_accepted_before_is_stored_once_whatever_the_rules(
    office: PostOffice,
) -> None:
    office.delivery.deliver(mail_to(LILA))
    office.rules(DeliveryRule(bounce=True))
    office.delivery.deliver(mail_to(LILA))
    assert len(office.mails()) == 1
    assert office.lines()[1:] == [("mail-known-already", "c0ffee", [LILA])]


async def test_mail_for_a_realm_that_was_deleted_lies_in_the_default_realm(office: PostOffice) -> None:
    office.delivery.deliver(mail_to(LILA, realm="gone"))
    assert (office.mails(), len(office.mails("default"))) == ([], 1)


async def waiting(office: PostOffice, **addresses: str | None) -> dict[str, asyncio.Task[bool]]:
    """Requests that wait for the next mail to these addresses, by name."""
    tasks = {
        name: asyncio.ensure_future(office.delivery.next_arrival("here", to))
        for name, to in addresses.items()
    }
    await asyncio.sleep(0)
    assert office.delivery.open_waits == len(tasks)
    return tasks


async def woken(tasks: dict[str, asyncio.Task[bool]]) -> set[str]:
    """The names of the requests that go on; the others are cancelled."""
    for _ in range(3):
        await asyncio.sleep(0)
    done = {name for name, task in tasks.items() if task.done()}
    for task in tasks.values():
        task.cancel()
    await asyncio.wait(tasks.values())
    return done


async def test_mail_wakes_those_who_wait_for_it_and_no_others(office: PostOffice) -> None:
    tasks = await waiting(office, any=None, lila=LILA.upper(), theo=THEO)
    office.delivery.deliver(mail_to(LILA))
    assert await woken(tasks) == {"any", "lila"}
    assert office.delivery.open_waits == 0


async def test_mail_that_another_server_stores_or_deletes_wakes_those_who_wait(office: PostOffice) -> None:
    other = Delivery(office.store, office.journal)
    other.deliver(mail_to(THEO, message_id="<0@a.example>"))
    tasks = await waiting(office, first=LILA)
    office.delivery.notify_of_other_servers()
    assert await woken(tasks) == {"first"}, "the first look does not know what there was before"

    tasks = await waiting(office, any=None, lila=LILA, theo=THEO)
    office.delivery.notify_of_other_servers()
    other.deliver(mail_to(LILA))
    office.delivery.notify_of_other_servers()
    assert await woken(tasks) == {"any", "lila"}

    tasks = await waiting(office, any=None, lila=LILA, theo=THEO)
    with office.store.writing("here") as transaction:
        delete_mail(transaction, None)
    office.delivery.notify_of_other_servers()
    assert await woken(tasks) == {"any", "lila", "theo"}
