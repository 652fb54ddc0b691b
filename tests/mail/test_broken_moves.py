"""Interrupted moves of a clock: the clock continues as before, from the instant that it reached."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maquette.simulator.domain.clock import Clock, ClockMode, parse_instant
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.space import Credentials
from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.mail.sender import Sender
from maquette.simulator.realm.clock import ClockRefusal, ClockRefusedError, Timekeeper
from maquette.simulator.store.database import Store
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.options import add_option, list_open_options
from maquette.simulator.store.realms import RealmRecord, add_realm, begin_move, get_realm, save_realm

START = parse_instant("2011-06-09T09:00:00+02:00")
LAPSE = START + timedelta(hours=48, seconds=1)


class StuckSender(Sender):
    """A sender that fails or never returns."""

    error: Exception | None = None

    async def send_due(self, of_realm: str | None = None) -> None:
        if self.error is not None:
            raise self.error
        await asyncio.Event().wait()


@pytest.fixture
def store() -> Store:
    """A realm whose clock runs, with an option that lapses after 48 hours."""
    store = Store(None)
    now = datetime.now(UTC)
    chosen = Credentials("lila@courriel.example", "hash", "question", "answer")
    with store.writing("default") as transaction:
        add_realm(transaction, RealmRecord("default", Clock(ClockMode.RUNNING, START, now), Policy()), START)
        add_option(transaction, Option("o-1", "20111710000303", chosen, "code", START))
    return store


def keeper(store: Store, error: Exception | None = None) -> Timekeeper:
    journal = JournalWriter(store)
    sender = StuckSender(store, journal, lambda _: RULES, "127.0.0.1", 1)
    sender.error = error
    return Timekeeper(store, journal, lambda _: RULES, sender, Delivery(store, journal))


def clock(store: Store) -> tuple[ClockMode, bool]:
    """The clock's mode, and whether it shows the lapse or at most a minute later."""
    with store.reading("default") as transaction:
        found = get_realm(transaction).clock
    return found.mode, timedelta() <= found.now(datetime.now(UTC)) - LAPSE < timedelta(minutes=1)


async def test_a_move_that_fails_leaves_a_clock_that_runs(store: Store) -> None:
    with pytest.raises(RuntimeError, match="the disk is full"):
        await keeper(store, RuntimeError("the disk is full")).advance("default", timedelta(days=3))
    assert clock(store) == (ClockMode.RUNNING, True)


async def test_a_move_that_is_broken_off_leaves_a_clock_that_runs(store: Store) -> None:
    moving = asyncio.ensure_future(keeper(store).advance("default", timedelta(days=3)))
    await asyncio.sleep(0)
    assert clock(store) == (ClockMode.FROZEN, True)
    moving.cancel()
    await asyncio.wait({moving})
    assert clock(store) == (ClockMode.RUNNING, True)


async def test_a_move_that_a_crash_ended_is_given_up_at_the_next_start(store: Store) -> None:
    with store.writing("default") as transaction:
        begin_move(transaction, ClockMode.RUNNING)
        record = get_realm(transaction)
        stopped = RealmRecord("default", Clock(ClockMode.FROZEN, LAPSE, datetime.now(UTC)), record.policy)
        save_realm(transaction, stopped)
    await keeper(store).abandon_moves()
    assert clock(store) == (ClockMode.RUNNING, True)


async def test_a_move_that_came_to_its_end_is_not_given_up_later(store: Store) -> None:
    with store.writing("default") as transaction:
        begin_move(transaction, ClockMode.RUNNING)
    working = keeper(store)
    await working.set_clock("default", ClockMode.FROZEN, START + timedelta(hours=1))
    await working.abandon_moves()
    with store.reading("default") as transaction:
        assert get_realm(transaction).clock.mode is ClockMode.FROZEN


@pytest.mark.parametrize("most", [2, 3, 4])
async def test_a_move_with_more_instants_on_its_way_than_it_may_have_stops_there_and_can_go_on(
    store: Store, most: int
) -> None:
    later = [START + timedelta(seconds=10), START + timedelta(seconds=20)]
    chosen = Credentials("theo@courriel.example", "hash", "question", "answer")
    with store.writing("default") as transaction:
        for at in later:
            add_option(transaction, Option(f"o-{at}", f"{at:%S}", chosen, f"{at:%S}", at))
    journal = JournalWriter(store)
    sender = Sender(store, journal, lambda _: RULES, "127.0.0.1", 1)
    working = Timekeeper(store, journal, lambda _: RULES, sender, Delivery(store, journal), most_stops=most)
    if most < 3:
        with pytest.raises(ClockRefusedError, match="more than 2 instants on the way") as refused:
            await working.advance("default", timedelta(days=3))
        assert refused.value.why is ClockRefusal.TOO_MANY_STOPS
        assert clock(store) == (ClockMode.RUNNING, True)
    await working.advance("default", timedelta(days=3))
    with store.reading("default") as transaction:
        assert list_open_options(transaction) == []
        assert get_realm(transaction).clock.now(datetime.now(UTC)) >= START + timedelta(days=3)


async def test_a_move_that_could_not_be_given_up_is_given_up_before_the_next(
    store: Store,
) -> None:
    with store.writing("default") as transaction:
        begin_move(transaction, ClockMode.RUNNING)
        record = get_realm(transaction)
        save_realm(transaction, replace(record, clock=Clock(ClockMode.FROZEN, LAPSE, datetime.now(UTC))))
    async with keeper(store).moving("default"):
        assert clock(store) == (ClockMode.RUNNING, True)
