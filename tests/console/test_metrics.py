"""The metrics at /metrics after known requests."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
import visitor_walks
from aiosmtplib import send
from prometheus_client.parser import text_string_to_metric_families

from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.server.assembly import Realm, Simulator

METRICS_PAGE = Path(__file__).parents[2] / "docs" / "reference" / "metrics.md"

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]

LETTER = b"From: someone@shop.example\r\nTo: lila@courriel.example\r\nSubject: Bonjour\r\n\r\nUn mot.\r\n"


@pytest.fixture
async def own() -> AsyncIterator[Simulator]:
    """A simulator for this test alone."""
    async with Simulator() as simulator:
        yield simulator


async def scrape(simulator: Simulator) -> Samples:
    """Read /metrics without a token, as Prometheus does."""
    async with aiohttp.ClientSession() as nobody, nobody.get(f"{simulator.doors.console}/metrics") as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        text = await answer.text()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float:
    return samples[f"maquette_{name}", frozenset(labels.items())]


async def walk(simulator: Simulator, realm: Realm) -> None:
    doors = simulator.doors
    await visitor_walks.walk_through(
        portal=realm.portal, gate=realm.gate, ca=doors.ca, api=realm.api, token=doors.token
    )


async def test_a_walk_through_the_procedure_is_counted_once(own: Simulator) -> None:
    await walk(own, await own.realm())
    samples = await scrape(own)
    assert value(samples, "options_accepted_total") == 1
    assert value(samples, "activations_total") == 1
    told = {
        outcome: value(samples, "mails_total", outcome=outcome) for outcome in ("sent", "caught", "refused")
    }
    assert told == {"sent": 1, "caught": 1, "refused": 0}
    refused = {each.code: value(samples, "refusals_total", code=each.code) for each in Refusal}
    assert {code: times for code, times in refused.items() if times} == {
        "password-too-short": 1,
        "activation-refused": 1,
        "login-refused": 1,
    }
    assert value(samples, "realms") == 2


async def test_requests_are_counted_by_door_screen_and_class_of_status(own: Simulator) -> None:
    await walk(own, await own.realm())
    samples = await scrape(own)

    def requests(door: str, screen: str, status: str) -> float:
        return value(samples, "request_duration_seconds_count", door=door, screen=screen, status=status)

    assert requests("portal", "home", "2xx") == 1
    assert requests("gate", "none", "3xx") >= 1
    assert requests("console", "wait_for_mail", "2xx") == 1
    assert ("maquette_request_duration_seconds_count", frozenset()) not in samples
    seconds = value(
        samples, "request_duration_seconds_sum", door="portal", screen="registration", status="2xx"
    )
    assert 0 < seconds < 60


async def test_unknown_paths_and_failed_requests_are_counted_too(own: Simulator) -> None:
    async with aiohttp.ClientSession() as session:
        await session.get(f"{own.doors.console}/api/realms")
        await session.get(f"{own.doors.console}/no/such/route")
        await session.get(f"{own.doors.portal}/nulle-part", ssl=False)
    samples = await scrape(own)
    count = "request_duration_seconds_count"
    assert value(samples, count, door="console", screen="none", status="4xx") == 2
    assert value(samples, count, door="portal", screen="error", status="4xx") == 1


async def test_labels_take_few_values_and_none_is_a_path_a_realm_or_a_person(own: Simulator) -> None:
    realm = await own.realm("salle-12")
    await walk(own, realm)
    async with aiohttp.ClientSession() as session:
        for unknown in ("nulle-part", "r/pas-de-ce-nom/", "%00"):
            await session.get(f"{own.doors.portal}/{unknown}", ssl=False)
            await session.get(f"{own.doors.console}/{unknown}")
    labels = {pair for _, each in await scrape(own) for pair in each if pair[0] != "le"}
    assert {name for name, _ in labels} == {"door", "screen", "status", "code", "outcome"}
    told = " ".join(value for _, value in labels)
    for unbounded in ("/", "@", "salle", "pas-de-ce-nom", "lila", "nulle-part", "2011171"):
        assert unbounded not in told


async def test_a_call_that_waits_for_a_mail_is_counted_while_it_waits(own: Simulator) -> None:
    realm = await own.realm()
    headers = {"Authorization": f"Bearer {own.doors.token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        waiting = asyncio.ensure_future(session.get(f"{realm.api}/mail/next?timeout=60"))
        async with asyncio.timeout(20):
            while value(await scrape(own), "open_waits") != 1:
                pass
        host, _, port = own.doors.smtp.rpartition(":")
        await send(
            LETTER,
            sender=f"ne.pas.repondre+{realm.name}@dgfip.finances.example",
            recipients=["lila@courriel.example"],
            hostname=host,
            port=int(port),
            start_tls=False,
        )
        assert (await (await waiting).json())["message"]["subject"] == "Bonjour"
    assert value(await scrape(own), "open_waits") == 0


async def test_the_reference_names_every_metric_and_no_other(own: Simulator) -> None:
    await walk(own, await own.realm())
    suffixes = "_bucket", "_count", "_sum", "_created"
    names = {name for name, _ in await scrape(own) if not name.endswith(suffixes)} | {
        "maquette_request_duration_seconds"
    }
    assert set(re.findall(r"`(maquette_[a-z_]+)`", METRICS_PAGE.read_text(encoding="utf-8"))) == names


async def test_two_simulators_of_a_process_count_for_themselves(own: Simulator) -> None:
    async with Simulator() as other, aiohttp.ClientSession() as session:
        await session.get(f"{other.doors.portal}/nulle-part", ssl=False)
        assert value(await scrape(other), "refusals_total", code="page-unknown") == 1
        assert value(await scrape(own), "refusals_total", code="page-unknown") == 0
