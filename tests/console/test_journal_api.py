"""The journal over the control API: reading and exporting it, lines that are gone, correlation, kinds."""

import asyncio
import gc
import json
import time
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest
from event_client import listen
from smtp_client import post

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.pages.texts import CATALOGUE
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.journal import JournalRecord, trim

Api = aiohttp.ClientSession


def note(
    simulator: Simulator, realm: Realm | None, count: int = 1, kind: Kind = Kind.HELPDESK_MESSAGE
) -> None:
    """Lines in the journal, numbered in their data."""
    now = real_now()
    name, at = (realm.name, now) if realm else (None, None)
    simulator.journal.take(
        [JournalRecord(name, at, now, kind, None, {kind.data[0]: n}) for n in range(count)]
    )


async def listed(api: Api, url: str, **query: str) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = (await (await api.get(url, params=query)).json())["lines"]
    return lines


async def exported(api: Api, url: str, **query: str) -> list[dict[str, Any]]:
    answer = await api.get(f"{url}/export", params=query)
    assert answer.status == 200
    return [json.loads(line) for line in (await answer.text()).splitlines()]


# Reading


async def test_the_journal_is_read_by_kind_and_cursor(api: Api, simulator: Simulator, realm: Realm) -> None:
    url = f"{realm.api}/journal"
    await post(simulator, realm)
    note(simulator, realm)
    delivered = await (await api.get(url, params={"kind": "mail-delivered"})).json()
    assert [line["kind"] for line in delivered["lines"]] == ["mail-delivered"]
    behind = await listed(api, url, after=delivered["cursor"])
    assert [line["kind"] for line in behind] == ["helpdesk-message"]


async def test_one_realm_never_sees_anothers_journal(
    api: Api, simulator: Simulator, realm: Realm, realm_of_2011: Realm
) -> None:
    note(simulator, realm)
    for read in listed, exported:
        lines = await read(api, f"{realm_of_2011.api}/journal")
        assert [line["kind"] for line in lines] == ["realm-made"]


# The export


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1001])
async def test_the_export_has_every_line_once_and_in_order(
    api: Api, simulator: Simulator, realm: Realm, count: int
) -> None:
    note(simulator, realm, count)
    note(simulator, None, kind=Kind.HANDSHAKE_FAILED)
    made, *lines = exported_lines = await exported(api, f"{realm.api}/journal")
    assert made["kind"] == "realm-made"
    assert [line["data"]["characters"] for line in lines] == list(range(count))
    assert exported_lines[:1000] == await listed(api, f"{realm.api}/journal")


async def test_the_export_is_a_file_of_json_lines(api: Api, simulator: Simulator, realm: Realm) -> None:
    note(simulator, realm)
    answer = await api.get(f"{realm.api}/journal/export")
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="journal-{realm.name}.jsonl"'
    assert (await answer.text()).endswith("}\n")


async def test_the_export_can_begin_at_a_cursor_and_be_of_one_kind(
    api: Api, simulator: Simulator, realm: Realm
) -> None:
    note(simulator, realm, 3)
    await post(simulator, realm)
    note(simulator, realm, 1)
    url = f"{realm.api}/journal"
    _made, first, *_ = await exported(api, url)
    assert [
        line["data"]["characters"]
        for line in await exported(api, url, kind="helpdesk-message", after=str(first["id"]))
    ] == [
        1,
        2,
        0,
    ]


async def test_the_export_ends_although_lines_go_on_being_written(
    api: Api, simulator: Simulator, realm: Realm
) -> None:
    """More lines are written than the client reads: the export must stop at its end."""
    now = real_now()
    line = JournalRecord(realm.name, now, now, Kind.HANDSHAKE_FAILED, None, {"why": "x" * 4000})
    simulator.journal.take([line] * 1000)
    read = 0
    async with asyncio.timeout(20), api.get(f"{realm.api}/journal/export") as answer:
        async for piece in answer.content.iter_any():
            read += piece.count(b"\n")
            simulator.journal.take([line] * (len(piece) // 2000 + 1))
    assert read == 1001, "the realm's making, and the lines that were there"


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Disable garbage collection, which blocks the event loop for long."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("way", ["stream", "export"])
@pytest.mark.usefixtures("no_collector")
async def test_other_calls_run_while_a_long_journal_is_searched(
    api: Api, simulator: Simulator, realm: Realm, way: str
) -> None:
    """Lines of other kinds are skipped without a response, so the search must yield by itself."""
    note(simulator, realm, 20_000)
    note(simulator, realm, kind=Kind.RECAP_MADE)
    simulator.journal.write()
    longest, began = 0.0, time.process_time()

    async def look() -> None:
        if way == "export":
            assert len(await exported(api, f"{realm.api}/journal", kind="recap-made")) == 1
            return
        async with listen(api, f"{realm.api}/journal/stream", kind="recap-made", after="0") as stream:
            assert await stream.next() is not None

    looking = asyncio.ensure_future(look())
    while not looking.done():
        turn = time.process_time()
        await asyncio.sleep(0)
        longest = max(longest, time.process_time() - turn)
    await looking
    assert longest < (time.process_time() - began) / 4


async def test_the_installation_has_an_export_of_its_own(
    api: Api, simulator: Simulator, realm: Realm
) -> None:
    note(simulator, realm)
    behind = str(simulator.journal.last_id())
    note(simulator, None, 2, Kind.HANDSHAKE_FAILED)
    url = f"{simulator.doors.console}/api/journal"
    assert [line["kind"] for line in await exported(api, url, after=behind)] == ["handshake-failed"] * 2


# What is no longer kept


def cut(simulator: Simulator, realm: Realm, keep: int) -> None:
    """Delete the oldest lines, as the journal does at its limit."""
    simulator.journal.write()
    with simulator.store.writing("") as transaction:
        trim(transaction, of_realm=realm.name, keep=keep, most=1000)


async def test_a_response_says_when_lines_after_the_cursor_are_gone(
    api: Api, simulator: Simulator, realm: Realm
) -> None:
    note(simulator, realm, 5)
    url = f"{realm.api}/journal"
    _made, *ids = [str(line["id"]) for line in await listed(api, url)]
    cut(simulator, realm, keep=2)
    for after, trimmed in (("0", True), (ids[1], True), (ids[2], False), (ids[4], False)):
        for query in ({"after": after}, {"after": after, "kind": "helpdesk-message"}):
            assert (await (await api.get(url, params=query)).json())["trimmed"] is trimmed, query
    first, *rest = await listed(api, url)
    assert (first["kind"], str(first["id"]), first["data"]) == ("journal-trimmed", ids[2], {"lines": 4})
    assert [line["data"]["characters"] for line in rest] == [3, 4]


async def test_a_stream_and_an_export_report_a_gap_for_every_kind(
    api: Api, simulator: Simulator, realm: Realm
) -> None:
    note(simulator, realm, 5)
    cut(simulator, realm, keep=2)
    url = f"{realm.api}/journal"
    lines = await exported(api, url, kind="helpdesk-message")
    assert [line["kind"] for line in lines] == ["journal-trimmed", "helpdesk-message", "helpdesk-message"]
    async with listen(api, f"{url}/stream", last="0", kind="helpdesk-message") as stream:
        assert await stream.take(3) == lines


# Correlation


async def test_a_change_is_in_the_journal_under_the_call_s_name(
    api: Api, simulator: Simulator, realm: Realm
) -> None:
    calls = {
        "policy-changed": await api.patch(f"{realm.api}/policy", json={"popup.mode": "click"}),
        "delivery-changed": await api.put(f"{realm.api}/delivery", json={"rules": []}),
        "clock-moved": await api.post(f"{realm.api}/clock/advance", json={"by": "PT1H"}),
        "realm-reset": await api.post(f"{realm.api}/reset"),
    }
    told = {line["kind"]: line["correlation"] for line in await listed(api, f"{realm.api}/journal")}
    assert told.pop("realm-made") is None, "made in Python, by no call"
    assert told == {kind: answer.headers["X-Maquette-Correlation"] for kind, answer in calls.items()}


# The kinds of lines


def test_every_kind_and_no_other_has_french_words() -> None:
    assert set(CATALOGUE["journal"]) == set(Kind)


def test_each_kind_says_when_its_line_is_written() -> None:
    assert [kind for kind in Kind if not kind.meaning.endswith(".")] == []
