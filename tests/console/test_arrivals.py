"""Waking the calls that wait for a mail: the right ones, only those, and at once."""

import asyncio

import pytest

from maquette.simulator.mail.catcher import CaughtMail
from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.server.assembly import Realm, Simulator

LILA = "lila@courriel.example"


@pytest.fixture
def delivery(simulator: Simulator) -> Delivery:
    return Delivery(simulator.store, simulator.journal)


def a_mail(realm: Realm, *to: str) -> CaughtMail:
    return CaughtMail(realm.name, "a@b.example", to, b"Subject: x\r\n\r\n", None, from_portal=False)


@pytest.mark.parametrize("waits_for", [None, LILA, LILA.upper()])
async def test_a_mail_wakes_the_calls_that_wait_for_it_in_its_realm(
    delivery: Delivery, realm: Realm, waits_for: str | None
) -> None:
    arrival = asyncio.ensure_future(delivery.next_arrival(realm.name, waits_for))
    delivery.deliver(a_mail(realm, "theo@courriel.example", "Lila@courriel.example"))
    assert await asyncio.wait_for(arrival, 5)


@pytest.mark.parametrize("waits_for", [None, LILA])
async def test_a_mail_that_arrives_just_before_the_wait_is_not_missed(
    delivery: Delivery, realm: Realm, waits_for: str | None
) -> None:
    arrival = delivery.next_arrival(realm.name, waits_for)
    delivery.deliver(a_mail(realm, LILA))
    assert await asyncio.wait_for(arrival, 5)


async def test_a_mail_wakes_no_call_for_another_realm_or_address(
    delivery: Delivery, realm: Realm, realm_of_2011: Realm
) -> None:
    others = [
        asyncio.ensure_future(delivery.next_arrival(realm_of_2011.name)),
        asyncio.ensure_future(delivery.next_arrival(realm_of_2011.name, LILA)),
        asyncio.ensure_future(delivery.next_arrival(realm.name, "theo@courriel.example")),
    ]
    mine = asyncio.ensure_future(delivery.next_arrival(realm.name, LILA))
    delivery.deliver(a_mail(realm, LILA))
    await mine
    assert not any(each.done() for each in others)
    for each in others:
        each.cancel()


async def test_a_wait_that_starts_after_a_mail_waits_for_the_next(delivery: Delivery, realm: Realm) -> None:
    earlier = delivery.next_arrival(realm.name, LILA)
    delivery.deliver(a_mail(realm, LILA))
    arrival = asyncio.ensure_future(delivery.next_arrival(realm.name, LILA))
    await asyncio.wait({arrival}, timeout=0.01)
    assert not arrival.done()
    delivery.deliver(a_mail(realm, LILA))
    assert await earlier
    assert await arrival
