"""Additional subscribers: their number, the same people for the same seed, and certificates on request."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import aiohttp
import pytest
from cryptography import x509

from maquette.fixtures.control import Control, PersonaSheet
from maquette.fixtures.rules import load_rules
from maquette.fixtures.subscriber_generator import FIRST_SEQUENCE, MOST, generate
from maquette.fixtures.visitor import Certificate, HttpVisitor
from maquette.fixtures.walk import enter
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.personas import add_persona_records, find_persona

START = "2011-06-09T09:00:00+02:00"
PACKAGED = 17


@pytest.fixture
async def control(simulator: Simulator, realm_of_2011: Realm) -> AsyncIterator[Control]:
    """The control API of a realm whose clock stands still on the fiche's day."""
    async with Control(realm_of_2011.api, simulator.doors.token) as control:
        await control.freeze(parse_instant(START))
        yield control


async def everybody(control: Control, after: str | None = None) -> list[PersonaSheet]:
    return [persona async for persona in control.personas(after=after)]


async def ids(control: Control) -> list[str]:
    return [persona.id for persona in await everybody(control)]


def count_certificates(simulator: Simulator, realm: Realm) -> int:
    with simulator.store.reading(realm.name) as transaction:
        count: int = transaction.value("SELECT COUNT(*) FROM certificates WHERE realm = :realm")
    return count


async def test_subscribers_are_added_behind_the_personas(control: Control) -> None:
    packaged = await ids(control)
    assert len(packaged) == PACKAGED
    added = await control.add_subscribers(250, 7)
    assert (added.first, added.last) == ("abonne-000001", "abonne-000250")
    assert await ids(control) == packaged + [f"abonne-{place:06d}" for place in range(1, 251)]
    told = await everybody(control, added.cursor)
    for sheet, person in zip(told, generate(250, 7, parse_instant(START)), strict=True):
        space = person.space
        assert space is not None
        assert (sheet.id, sheet.name, sheet.case) == (person.id, person.common_name, "valid")
        assert (sheet.subscriber_number, sheet.email) == (space.subscriber_number, space.email)
        assert [each.siren for each in sheet.companies] == [each.siren for each in space.companies]


async def test_the_same_seed_again_goes_on_as_one_call_would_have(
    simulator: Simulator, control: Control
) -> None:
    first, second = await control.add_subscribers(130, 7), await control.add_subscribers(20, 7)
    assert (first.last, second.first, second.last) == ("abonne-000130", "abonne-000131", "abonne-000150")
    realm = await simulator.realm(clock=START)
    async with Control(realm.api, simulator.doors.token) as at_once:
        await at_once.add_subscribers(150, 7)
        assert await everybody(at_once) == await everybody(control)


async def test_ids_numbers_and_addresses_are_unique(control: Control) -> None:
    for seed in (7, 7, 8):
        await control.add_subscribers(40, seed)
    told = await everybody(control)
    generated = told[PACKAGED:]
    assert len({each.id for each in told}) == len({each.subscriber_number for each in told}) == len(told)
    assert len({each.email for each in generated} - {each.email for each in told[:PACKAGED]}) == 120


async def test_another_seed_gives_other_people(simulator: Simulator) -> None:
    names = []
    for seed in (7, 8):
        realm = await simulator.realm(clock=START)
        async with Control(realm.api, simulator.doors.token) as control:
            await control.add_subscribers(20, seed)
            names.append([each.name for each in (await everybody(control))[PACKAGED:]])
    assert names[0] != names[1]


async def test_other_calls_are_answered_while_thousands_are_added(
    control: Control, api: aiohttp.ClientSession
) -> None:
    adding = asyncio.create_task(control.add_subscribers(5_000, 1))
    answered = 0
    while not adding.done():
        assert (await api.get("/livez")).status == 200
        answered += 1
    assert (await adding).last == "abonne-005000"
    assert answered >= 5


async def test_two_simultaneous_additions_run_one_after_the_other(control: Control) -> None:
    both = await asyncio.gather(*(control.add_subscribers(250, seed) for seed in (1, 2)))
    assert sorted((each.first, each.last) for each in both) == [
        ("abonne-000001", "abonne-000250"),
        ("abonne-000251", "abonne-000500"),
    ]
    assert len(await ids(control)) == PACKAGED + 500


async def test_a_reset_during_an_addition_waits_and_removes_all_subscribers(control: Control) -> None:
    packaged = await ids(control)
    adding = asyncio.create_task(control.add_subscribers(1_000, 1))
    while await ids(control) == packaged:
        assert not adding.done()
    await control.reset()
    assert adding.done()
    assert await ids(control) == packaged


@pytest.mark.parametrize(
    "body",
    [
        {}, {"count": 1}, {"seed": 1}, {"count": 0, "seed": 1}, {"count": 10_001, "seed": 1},
        {"count": "1", "seed": 1}, {"count": True, "seed": 1}, {"count": 1.5, "seed": 1},
        {"count": 1, "seed": -1}, {"count": 1, "seed": 2**63}, {"count": 1, "seed": None},
        {"count": 1, "seed": 1, "start": START}, [], 1,
    ],
)  # fmt: skip
async def test_an_invalid_body_adds_no_subscriber(
    api: aiohttp.ClientSession, realm_of_2011: Realm, control: Control, body: Any
) -> None:
    answer = await api.post(f"/api/realms/{realm_of_2011.name}/personas", json=body)
    assert (answer.status, (await answer.json())["code"]) == (422, "body-invalid")
    assert len(await ids(control)) == PACKAGED


@pytest.mark.parametrize(("count", "status"), [(2, 200), (3, 409)])
async def test_a_realm_takes_a_million_subscribers_and_no_more(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm, count: int, status: int
) -> None:
    with simulator.store.writing(realm.name) as transaction:
        lila = find_persona(transaction, "lila")
        assert lila is not None
        almost_last = replace(lila, id="almost-last", position=FIRST_SEQUENCE + MOST - 2)
        add_persona_records(transaction, [replace(almost_last, subscriber_number=None)])
    answer = await api.post(f"/api/realms/{realm.name}/personas", json={"count": count, "seed": 1})
    assert answer.status == status
    told = await answer.json()
    if status == 200:
        assert told["last"] == "abonne-1000000"
    else:
        assert told["code"] == "subscribers-too-many"


# Page by page


async def test_personas_come_page_by_page(
    api: aiohttp.ClientSession, realm_of_2011: Realm, control: Control
) -> None:
    await control.add_subscribers(10, 1)
    expected, path = await ids(control), f"/api/realms/{realm_of_2011.name}/personas"
    for limit in (1, 9, PACKAGED, len(expected) - 1, len(expected), len(expected) + 1):
        read: list[str] = []
        cursor: str | None = None
        pages = 0
        while cursor or not pages:
            query = {"limit": str(limit)} | ({"after": cursor} if cursor else {})
            page = await (await api.get(path, params=query)).json()
            assert 1 <= len(page["personas"]) <= limit
            read += [each["id"] for each in page["personas"]]
            cursor, pages = page["cursor"], pages + 1
        assert read == expected
        assert pages == -(-len(expected) // limit)


async def test_a_call_that_names_no_limit_gets_a_thousand(
    api: aiohttp.ClientSession, realm_of_2011: Realm, control: Control
) -> None:
    await control.add_subscribers(1_000, 1)
    page = await (await api.get(f"/api/realms/{realm_of_2011.name}/personas")).json()
    assert len(page["personas"]) == 1_000
    assert len(await ids(control)) == PACKAGED + 1_000


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "after=x", "after=-1", "after=1&after=2"])
async def test_an_invalid_page_is_a_problem(api: aiohttp.ClientSession, realm: Realm, query: str) -> None:
    answer = await api.get(f"/api/realms/{realm.name}/personas?{query}")
    assert (answer.status, (await answer.json())["code"]) == (422, "query-invalid")


# Certificates


async def test_a_fresh_realm_has_no_key(simulator: Simulator, realm: Realm) -> None:
    assert count_certificates(simulator, realm) == 0


async def test_many_simultaneous_requests_issue_a_certificate_once(
    simulator: Simulator, realm_of_2011: Realm, control: Control
) -> None:
    await control.add_subscribers(3, 1)
    asked = await asyncio.gather(*(control.certificate("abonne-000002") for _ in range(4)))
    again = await control.certificate("abonne-000002")
    assert {(each.chain_pem, each.key_pem) for each in asked} == {(again.chain_pem, again.key_pem)}
    assert count_certificates(simulator, realm_of_2011) == 1
    other = await control.certificate("abonne-000003")
    assert other.key_pem != again.key_pem


async def test_the_validity_of_a_certificate_is_known_before_it_is_issued(
    api: aiohttp.ClientSession, realm_of_2011: Realm, control: Control
) -> None:
    """In every certificate case, and after any move of the clock."""
    await control.add_subscribers(1, 1)
    path = f"/api/realms/{realm_of_2011.name}/personas"
    told = (await (await api.get(path)).json())["personas"]
    await control.advance("P400D")
    for each in told:
        pem = await (await api.get(f"{path}/{each['id']}/certificate.pem")).read()
        certificate = x509.load_pem_x509_certificate(pem)
        assert certificate.not_valid_before_utc == parse_instant(each["certificate_not_before"])
        assert certificate.not_valid_after_utc == parse_instant(each["certificate_not_after"])


def visitor(simulator: Simulator, realm: Realm, certificate: Certificate) -> HttpVisitor:
    return HttpVisitor(portal=realm.portal, gate=realm.gate, ca=simulator.doors.ca, certificate=certificate)


@pytest.mark.rule("ACC-3")
async def test_a_subscriber_enters_with_a_certificate_that_was_just_asked_for(
    simulator: Simulator, realm_of_2011: Realm, control: Control
) -> None:
    added = await control.add_subscribers(2, 1)
    certificate = await control.certificate(added.last)
    async with visitor(simulator, realm_of_2011, certificate) as subscriber:
        await enter(subscriber)
        assert await subscriber.screen() == "space"
        last_name = (await control.persona(added.last)).name.split()[-1]
        assert last_name in (await subscriber.text()).upper()


async def test_the_clock_can_move_to_the_end_of_a_certificate_not_yet_issued(control: Control) -> None:
    added = await control.add_subscribers(1, 1)
    facts = await control.advance_to("certificate-expiry", added.first)
    assert facts.now == parse_instant("2014-06-08T09:00:01+02:00")


async def test_a_reset_takes_subscribers_away_and_leaves_the_personas_their_certificates(
    simulator: Simulator, realm_of_2011: Realm, control: Control
) -> None:
    added = await control.add_subscribers(2, 1)
    of_lila, gone = await control.certificate("lila"), await control.certificate(added.first)
    await control.reset()
    assert count_certificates(simulator, realm_of_2011) == 1
    assert (await control.certificate("lila")).chain_pem == of_lila.chain_pem
    async with visitor(simulator, realm_of_2011, gone) as stranger:
        await enter(stranger)
        assert await stranger.refusals() == ("certificate-without-space",)
    assert await control.add_subscribers(2, 1) == added
    assert (await control.certificate(added.first)).chain_pem != gone.chain_pem


async def test_the_journal_says_how_many_were_added(control: Control) -> None:
    await control.add_subscribers(2, 77)
    (line,) = (await control.journal(kind="subscribers-added")).lines
    assert line.at == parse_instant(START)
    assert line.data == {"count": 2, "seed": 77, "first": "abonne-000001", "last": "abonne-000002"}


# Invariants and rules


async def test_all_invariants_hold_in_a_realm_with_subscribers(control: Control) -> None:
    await control.add_subscribers(200, 1)
    judged = await control.invariants()
    assert len(judged) == 8
    assert [each for each in judged if not each.holds] == []


async def test_an_invariant_that_does_not_hold_names_its_offenders(
    api: aiohttp.ClientSession, simulator: Simulator, realm: Realm
) -> None:
    with simulator.store.writing(realm.name) as transaction:
        transaction.change(
            "UPDATE spaces SET companies = '[]' WHERE realm = :realm AND subscriber_number = '20111710000303'"
        )
    answer = await (await api.get(f"/api/realms/{realm.name}/invariants")).json()
    assert answer["hold"] is False
    assert [each for each in answer["invariants"] if not each["holds"]] == [
        {
            "name": "files-unchanged",
            "words": "Every space keeps its holder, its company files and their services.",
            "rules": ["ACC-12"],
            "holds": False,
            "offenders": ["space 20111710000303: has changed since it was made"],
            "more": False,
        }
    ]


async def test_invariants_name_existing_rules(api: aiohttp.ClientSession, realm: Realm) -> None:
    catalogue = {rule["id"] for rule in (await (await api.get("/api/rules")).json())["rules"]}
    judged = (await (await api.get(f"/api/realms/{realm.name}/invariants")).json())["invariants"]
    assert {rule for each in judged for rule in each["rules"]} <= catalogue


async def test_the_rules_are_those_of_the_catalogue(api: aiohttp.ClientSession) -> None:
    told = (await (await api.get("/api/rules")).json())["rules"]
    assert [each["id"] for each in told] == [rule.id for rule in load_rules()]
    (used_once,) = [each for each in told if each["id"] == "ACT-5"]
    assert used_once == {
        "id": "ACT-5",
        "sentence": "At 48 h 00 min 00 s the code still works; one second later it does not.",
        "quote": None,
        "sections": ["3"],
        "statuses": ["A"],
    }


async def test_one_call_returns_many_certificates_each_of_its_subscriber(
    simulator: Simulator, realm_of_2011: Realm, control: Control
) -> None:
    added = await control.add_subscribers(103, 7)
    before = count_certificates(simulator, realm_of_2011)
    crowd = [held async for held in control.certificates(after=added.cursor)]
    assert [held.id for held in crowd] == [f"abonne-{place:06d}" for place in range(1, 104)]
    assert count_certificates(simulator, realm_of_2011) == before + 103
    again = [held async for held in control.certificates(after=added.cursor)]
    assert again == crowd
    alone = await control.certificate(added.last)
    assert (crowd[-1].certificate_pem, crowd[-1].key_pem) == (
        alone.chain_pem.decode("ascii"),
        alone.key_pem.decode("ascii"),
    )
