"""Moves of a clock: one at a time in a realm, each realm by itself, and what is due on the way."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.domain.clock import Clock, ClockMode, parse_instant
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.session import Draft, Session, Way
from maquette.simulator.domain.space import Civility, Credentials, Holder, Space
from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.mail.sender import Sender
from maquette.simulator.realm.clock import ClockRefusedError, Moment, Timekeeper
from maquette.simulator.store.database import Store
from maquette.simulator.store.delivery_queue import add_in_transit, list_in_transit
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.mailbox import ArrivingMail
from maquette.simulator.store.options import add_option, get_option, save_option
from maquette.simulator.store.outbox import OutgoingLetter, add_letter, list_letters, remove_letter
from maquette.simulator.store.personas import PersonaRecord, add_persona_records
from maquette.simulator.store.realms import RealmRecord, add_realm, get_realm
from maquette.simulator.store.sessions import add_session, find_session

START = parse_instant("2011-06-09T09:00:00+02:00")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
NUMBERS = {"lila": "20111710000303", "theo": "20111710000404"}
MAIL = ArrivingMail(None, "", ("lila@courriel.example",), "", "", Folder.INBOX, b"raw")
SPACE = Space(
    NUMBERS["lila"], START.date(), Holder(Civility.MADAME, *(["x"] * 7)), (), "lila@courriel.example"
)


class PunctualSender(Sender):
    """A sender whose letters are accepted at the instant at which they are due."""

    async def send_due(self, of_realm: str | None = None) -> None:
        assert of_realm is not None
        with self._store.writing(of_realm) as transaction:
            now = get_realm(transaction).clock.shown
            for letter in list_letters(transaction, of_realm):
                if letter.due_at <= now:
                    sent = replace(get_option(transaction, letter.option_id), sent_at=now)
                    save_option(transaction, sent)
                    remove_letter(transaction, letter)


@pytest.fixture
def store() -> Store:
    """Two realms whose clocks stand still; in the first one, two people have an option."""
    store = Store(None)
    for realm in ("default", "other"):
        with store.writing(realm) as transaction:
            clock = Clock(ClockMode.FROZEN, START, datetime.now(UTC))
            add_realm(transaction, RealmRecord(realm, clock, Policy()), START)
    with store.writing("default") as transaction:
        for position, (name, number) in enumerate(NUMBERS.items(), 1):
            chosen = Credentials(f"{name}@courriel.example", "hash", "question", "answer")
            add_option(transaction, Option(name, number, chosen, "code", START))
            end = START + timedelta(days=100 + position)
            case = CertificateCase.VALID
            add_persona_records(
                transaction, [PersonaRecord(name, position, name, name, case, number, START, end)]
            )
    return store


@pytest.fixture
def journal(store: Store) -> JournalWriter:
    return JournalWriter(store)


@pytest.fixture
def sender(store: Store, journal: JournalWriter) -> PunctualSender:
    return PunctualSender(store, journal, lambda _: RULES, "127.0.0.1", 1)


@pytest.fixture
def delivery(store: Store, journal: JournalWriter) -> Delivery:
    return Delivery(store, journal)


@pytest.fixture
def keeper(store: Store, journal: JournalWriter, sender: PunctualSender, delivery: Delivery) -> Timekeeper:
    return Timekeeper(store, journal, lambda _: RULES, sender, delivery)


def letter_due(store: Store, option_id: str, due_at: datetime) -> None:
    with store.writing("default") as transaction:
        add_letter(transaction, OutgoingLetter("default", option_id, "a correlation", due_at))


def option_changed(store: Store, option_id: str, **changes: Any) -> None:
    with store.writing("default") as transaction:
        save_option(transaction, replace(get_option(transaction, option_id), **changes))


def shown(store: Store, realm: str = "default") -> datetime:
    with store.reading(realm) as transaction:
        return get_realm(transaction).clock.shown


@pytest.mark.parametrize(
    ("move", "to"),
    [
        (lambda keeper: keeper.advance("default", HOUR), START + HOUR),
        (lambda keeper: keeper.set_clock("default", ClockMode.FROZEN, START + HOUR), START + HOUR),
        (
            lambda keeper: keeper.advance_to("default", Moment.LAST_SECOND_OF_CODE, "lila"),
            START + 48 * HOUR,
        ),
    ],
)
async def test_a_second_move_of_a_realm_waits_for_the_first_and_another_realm_does_not(
    store: Store, keeper: Timekeeper, move: Any, to: datetime
) -> None:
    async with keeper.moving("default"):
        waiting = asyncio.ensure_future(move(keeper))
        await asyncio.wait_for(keeper.advance("other", HOUR), timeout=5)
        assert not waiting.done()
        assert (shown(store), shown(store, "other")) == (START, START + HOUR)
    await waiting
    assert shown(store) == to


@pytest.mark.rule("ACT-4")
async def test_a_move_to_the_end_of_a_code_goes_on_when_its_letter_leaves_on_the_way(
    store: Store, keeper: Timekeeper
) -> None:
    letter_due(store, "lila", START + HOUR)
    await keeper.advance_to("default", Moment.LAST_SECOND_OF_CODE, "lila")
    assert shown(store) == START + 49 * HOUR


@pytest.mark.rule("ACT-4")
async def test_another_person_s_late_letter_does_not_delay_the_end_of_a_code(
    store: Store, keeper: Timekeeper
) -> None:
    letter_due(store, "lila", START + HOUR)
    await keeper.advance_to("default", Moment.CODE_EXPIRY, "theo")
    assert shown(store) == START + 48 * HOUR + SECOND


@pytest.mark.parametrize(
    ("moment", "persona", "end"),
    [
        (Moment.LAST_SECOND_OF_CODE, "lila", 48 * HOUR),
        (Moment.CODE_EXPIRY, "lila", 48 * HOUR + SECOND),
        (Moment.CERTIFICATE_EXPIRY, "lila", timedelta(days=101) + SECOND),
        (Moment.CERTIFICATE_EXPIRY, "theo", timedelta(days=102) + SECOND),
    ],
)
def test_each_event_has_its_instant(keeper: Timekeeper, moment: Moment, persona: str, end: timedelta) -> None:
    assert keeper.moment("default", moment, persona) == START + end


@pytest.mark.parametrize(
    ("realm", "moment", "persona", "why"),
    [
        ("default", Moment.CODE_EXPIRY, None, "2 options wait for activation: name the persona"),
        ("default", Moment.CODE_EXPIRY, "nobody", "there is no persona 'nobody'"),
        ("default", Moment.CERTIFICATE_EXPIRY, None, "name the persona whose certificate it is"),
        ("default", Moment.CERTIFICATE_EXPIRY, "nobody", "there is no persona 'nobody'"),
        ("other", Moment.CODE_EXPIRY, None, "no option waits for activation: name the persona"),
    ],
)
def test_an_event_that_is_not_there_or_not_the_only_one_is_refused(
    keeper: Timekeeper, realm: str, moment: Moment, persona: str | None, why: str
) -> None:
    with pytest.raises(ClockRefusedError, match=f"^{why}$"):
        keeper.moment(realm, moment, persona)


@pytest.mark.rule("ACT-6")
async def test_each_lapse_is_noted_once_and_a_second_later_than_the_last_second(
    keeper: Timekeeper, store: Store
) -> None:
    letter_due(store, "theo", START + HOUR)
    _, first = await keeper.advance("default", 48 * HOUR)
    _, second = await keeper.advance("default", 3 * HOUR)
    _, third = await keeper.advance("default", 48 * HOUR)
    lapses = [(event.kind, event.at, event.data["option"]) for event in second]
    assert (first, third) == ([], [])
    assert lapses == [
        ("option-lapsed", START + 48 * HOUR + SECOND, "lila"),
        ("option-lapsed", START + 49 * HOUR + SECOND, "theo"),
    ]


@pytest.mark.rule("ACT-6", "NEW-2")
@pytest.mark.parametrize(("founds", "left"), [(None, "certificate"), (SPACE, None)])
async def test_a_lapse_says_whose_it_is_and_where_it_leaves_the_space(
    keeper: Timekeeper, store: Store, founds: Space | None, left: str | None
) -> None:
    chosen = Credentials("lila@courriel.example", "hash", "question", "answer")
    with store.writing("other") as transaction:
        add_option(transaction, Option("an id", NUMBERS["lila"], chosen, "code", START, founds=founds))
    assert (await keeper.advance("other", 48 * HOUR))[1] == []
    (event,) = (await keeper.advance("other", SECOND))[1]
    assert event.data == {
        "subscriber_number": NUMBERS["lila"],
        "option": "an id",
        "state": {"from": "pending", "to": left},
    }


@pytest.mark.rule("MAIL-5")
async def test_a_late_mail_arrives_at_its_instant_in_its_realm(keeper: Timekeeper, store: Store) -> None:
    for realm in ("default", "other"):
        with store.writing(realm) as transaction:
            late = START + HOUR
            add_in_transit(transaction, MAIL, taken_at=START, arrives_at=late, correlation=None)
    _, happened = await keeper.advance("default", HOUR)
    assert [(event.kind, event.at) for event in happened] == [("mail-delivered", START + HOUR)]
    with store.reading("other") as transaction:
        assert len(list_in_transit(transaction)) == 1


@pytest.mark.rule("ACT-6")
async def test_a_lapse_that_is_overdue_when_the_clock_is_set_back_has_the_earlier_instant(
    keeper: Timekeeper, store: Store
) -> None:
    chosen = Credentials("lila@courriel.example", "hash", "question", "answer")
    with store.writing("other") as transaction:
        queued = START - 72 * HOUR
        add_option(transaction, Option("an id", NUMBERS["lila"], chosen, "code", queued))
    _, happened = await keeper.advance("other", -HOUR)
    assert [(event.kind, event.at) for event in happened] == [("option-lapsed", START - HOUR)]


async def test_the_events_of_a_move_that_goes_on_are_told_together(keeper: Timekeeper, store: Store) -> None:
    option_changed(store, "theo", sent_at=START - HOUR)
    letter_due(store, "lila", START + HOUR)
    record, happened = await keeper.advance_to("default", Moment.LAST_SECOND_OF_CODE, "lila")
    assert [(event.at, event.data["option"]) for event in happened] == [(START + 47 * HOUR + SECOND, "theo")]
    assert record.clock.shown == START + 49 * HOUR


async def test_once_the_event_has_passed_the_move_ends_there(keeper: Timekeeper, store: Store) -> None:
    record, happened = await keeper.advance_to("default", Moment.CODE_EXPIRY, "lila")
    assert record.clock.shown == START + 48 * HOUR + SECOND
    assert [event.kind for event in happened] == ["option-lapsed", "option-lapsed"]


@pytest.mark.rule("SES-2")
async def test_an_idle_session_ends_a_second_after_its_last_one(keeper: Timekeeper, store: Store) -> None:
    with store.writing("default") as transaction:
        add_session(transaction, Session("s", Way.PASSWORD, NUMBERS["lila"], None, None, START, Draft()))
    half_an_hour = timedelta(minutes=30)
    assert (await keeper.advance("default", half_an_hour))[1] == []
    (event,) = (await keeper.advance("default", HOUR))[1]
    assert (event.kind, event.at) == ("session-ended", START + half_an_hour + SECOND)
    assert event.data == {"subscriber_number": NUMBERS["lila"], "why": "time"}
    with store.reading("default") as transaction:
        assert find_session(transaction, "s") is None


# Before and after a move


@pytest.mark.parametrize("mode", ClockMode)
@pytest.mark.parametrize(
    "move",
    [
        lambda keeper, mode: keeper.set_clock("default", mode, START + HOUR, correlation="a request"),
        lambda keeper, mode: keeper.advance_to(
            "default", Moment.CODE_EXPIRY, "lila", mode=mode, correlation="a request"
        ),
    ],
)
async def test_a_move_leaves_the_clock_as_it_was_told_and_a_line(
    keeper: Timekeeper, journal: JournalWriter, move: Any, mode: ClockMode
) -> None:
    record, _ = await move(keeper, mode)
    to = record.clock.shown
    assert to > START
    assert record.clock.mode is mode
    (line,) = journal.read(of_realm="default", kind="clock-moved")
    assert (line.at, line.correlation) == (to, "a request")
    assert line.data == {"from": START.isoformat(), "to": to.isoformat(), "mode": mode.value}


@pytest.mark.parametrize("mode", ClockMode)
async def test_an_advanced_clock_runs_or_stands_still_as_before(
    keeper: Timekeeper, journal: JournalWriter, mode: ClockMode
) -> None:
    await keeper.set_clock("default", mode, None)
    record, _ = await keeper.advance("default", HOUR, correlation="a request")
    assert record.clock.mode is mode
    assert START + HOUR <= record.clock.shown < START + HOUR + timedelta(minutes=1)
    assert journal.read(of_realm="default", kind="clock-moved")[-1].correlation == "a request"


async def test_a_clock_set_without_an_instant_goes_on_from_where_it_is(keeper: Timekeeper) -> None:
    record, _ = await keeper.set_clock("default", ClockMode.FROZEN, None)
    assert record.clock.shown == START


async def test_a_clock_shows_whole_seconds(keeper: Timekeeper) -> None:
    record, _ = await keeper.set_clock("default", ClockMode.FROZEN, START + timedelta(seconds=1.5))
    assert record.clock.shown == START + SECOND


async def test_a_clock_is_set_back_to_the_latest_event_and_not_before(keeper: Timekeeper) -> None:
    await keeper.advance("default", HOUR)
    assert (await keeper.advance("default", -HOUR))[0].clock.shown == START
    for move in (
        keeper.advance("default", -SECOND),
        keeper.set_clock("default", ClockMode.FROZEN, START - SECOND),
    ):
        with pytest.raises(ClockRefusedError, match=f"^something happened at {re.escape(START.isoformat())}"):
            await move
    assert (await keeper.advance("other", -HOUR))[0].clock.shown == START - HOUR


@pytest.mark.parametrize("year", [2000, 2100])
async def test_a_clock_may_show_the_years_2000_to_2100(keeper: Timekeeper, year: int) -> None:
    to = datetime(year, 6, 9, tzinfo=UTC)
    assert (await keeper.set_clock("other", ClockMode.FROZEN, to))[0].clock.shown == to


@pytest.mark.parametrize("year", [1999, 2101])
async def test_a_clock_shows_no_other_year(keeper: Timekeeper, store: Store, year: int) -> None:
    with pytest.raises(ClockRefusedError, match="2000 to 2100"):
        await keeper.set_clock("other", ClockMode.FROZEN, datetime(year, 6, 9, tzinfo=UTC))
    assert shown(store, "other") == START


async def test_a_move_stops_at_so_many_instants_and_at_no_more(
    store: Store, journal: JournalWriter, sender: Sender, delivery: Delivery
) -> None:
    option_changed(store, "theo", sent_at=START + HOUR)
    keeper = Timekeeper(store, journal, lambda _: RULES, sender, delivery, most_stops=1)
    first = START + 48 * HOUR + SECOND
    with pytest.raises(ClockRefusedError, match=rf"more than 1 instants.*{re.escape(first.isoformat())}"):
        await keeper.advance("default", 72 * HOUR)
    assert shown(store) == first
    assert (await keeper.advance("default", 24 * HOUR))[0].clock.shown == first + 24 * HOUR


# Who waits for a clock


async def test_a_move_and_a_pause_wake_sender_and_delivery(
    keeper: Timekeeper, sender: Sender, delivery: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[str] = []
    monkeypatch.setattr(sender, "wake", lambda: woken.append("sender"))
    monkeypatch.setattr(delivery, "wake", lambda: woken.append("delivery"))
    monkeypatch.setattr(delivery, "wake_waiting", woken.append)
    await keeper.advance("default", HOUR)
    assert woken == ["sender", "delivery"]
    woken.clear()
    async with keeper.paused("default"):
        assert woken == []
    assert woken == ["sender", "delivery", "default"]


async def test_in_a_pause_the_realm_s_clock_stands_still_and_no_letter_is_sent(
    keeper: Timekeeper, sender: Sender, store: Store
) -> None:
    async def send() -> None:
        async with sender.sending_paused():
            pass

    async with keeper.paused("default"):
        waiting = [asyncio.ensure_future(each) for each in (keeper.advance("default", HOUR), send())]
        await asyncio.wait_for(keeper.advance("other", HOUR), timeout=5)
        assert not any(each.done() for each in waiting)
    await asyncio.gather(*waiting)
    assert shown(store) == START + HOUR
