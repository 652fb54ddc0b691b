"""Moves of a clock: one at a time in a realm, each realm by itself, and what is due on the way."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.domain.clock import Clock, ClockMode, parse_instant
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.space import Credentials
from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.mail.sender import Sender
from maquette.simulator.realm.clock import ClockRefusedError, Moment, Timekeeper
from maquette.simulator.store.database import Store
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.options import add_option, get_option, save_option
from maquette.simulator.store.outbox import OutgoingLetter, add_letter, list_letters, remove_letter
from maquette.simulator.store.personas import PersonaRecord, add_persona_records
from maquette.simulator.store.realms import RealmRecord, add_realm, get_realm

START = parse_instant("2011-06-09T09:00:00+02:00")
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
NUMBERS = {"lila": "20111710000303", "theo": "20111710000404"}


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
def keeper(store: Store) -> Timekeeper:
    journal = JournalWriter(store)
    sender = PunctualSender(store, journal, lambda _: RULES, "127.0.0.1", 1)
    return Timekeeper(store, journal, lambda _: RULES, sender, Delivery(store, journal))


def letter_due(store: Store, option_id: str, due_at: datetime) -> None:
    with store.writing("default") as transaction:
        add_letter(transaction, OutgoingLetter("default", option_id, "a correlation", due_at))


def shown(store: Store, realm: str = "default") -> datetime:
    with store.reading(realm) as transaction:
        return get_realm(transaction).clock.shown


async def test_a_second_move_of_a_realm_waits_for_the_first_and_another_realm_does_not(
    store: Store, keeper: Timekeeper
) -> None:
    async with keeper.moving("default"):
        waiting = asyncio.ensure_future(keeper.advance("default", HOUR))
        await asyncio.wait_for(keeper.advance("other", HOUR), timeout=5)
        assert not waiting.done()
        assert (shown(store), shown(store, "other")) == (START, START + HOUR)
    await waiting
    assert shown(store) == START + HOUR


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
