"""Streams of mails and journal lines: each event once and in order, also after a reconnection."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from event_client import Listener, listen
from smtp_client import LILA, about, open_waits, post

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.door.streams import Streams, event
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.journal import JournalRecord

Api = aiohttp.ClientSession
THEO = "theo@courriel.example"


@pytest.fixture
async def own() -> AsyncIterator[Simulator]:
    """A simulator for this test alone."""
    async with Simulator() as simulator:
        yield simulator


def as_owner(simulator: Simulator) -> Api:
    """A session with the token and without a limit of connections."""
    headers = {"Authorization": f"Bearer {simulator.doors.token}"}
    return aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=0))


def note(simulator: Simulator, realm: Realm | None, kind: Kind = Kind.RECAP_MADE, **data: object) -> None:
    """Write a line in the journal."""
    now = real_now()
    name = realm.name if realm else None
    simulator.journal.take([JournalRecord(name, now if realm else None, now, kind, None, data)])


# Mails


async def test_each_mail_is_streamed_as_it_arrives(api: Api, simulator: Simulator, realm: Realm) -> None:
    await post(simulator, realm, about("vieux"))
    async with listen(api, f"{realm.api}/mail/stream") as stream:
        for subject in ("un", "deux"):
            await post(simulator, realm, about(subject))
            told = await stream.next()
            assert told is not None
            assert (told["subject"], stream.last) == (subject, told["cursor"])
        assert told == (await (await api.get(f"{realm.api}/mail")).json())["messages"][-1]


async def test_a_stream_begins_with_the_client_s_cursor(api: Api, simulator: Simulator, realm: Realm) -> None:
    """A client that disconnects before the first event can then continue at its place."""
    await post(simulator, realm)
    behind = (await (await api.get(f"{realm.api}/mail")).json())["cursor"]
    async with api.get(f"{realm.api}/mail/stream") as response:
        assert await response.content.readuntil(b"\n\n") == f"id: {behind}\n\n".encode()


@pytest.mark.parametrize(
    "query", [{"to": LILA.upper()}, {"folder": "inbox"}, {"to": LILA, "folder": "inbox"}]
)
async def test_a_stream_can_be_of_one_address_or_folder(
    api: Api, simulator: Simulator, realm: Realm, query: dict[str, str]
) -> None:
    await api.put(f"{realm.api}/delivery", json={"rules": [{"to": THEO, "spam": True}]})
    async with listen(api, f"{realm.api}/mail/stream", **query) as stream:
        await post(simulator, realm, about("non"), to=THEO)
        await post(simulator, realm, about("oui"))
        told = await stream.next()
        assert told is not None
        assert told["subject"] == "oui"


async def test_a_stream_of_spam_has_only_spam(api: Api, simulator: Simulator, realm: Realm) -> None:
    await api.put(f"{realm.api}/delivery", json={"rules": [{"to": THEO, "spam": True}]})
    async with listen(api, f"{realm.api}/mail/stream", folder="spam", after="0") as stream:
        await post(simulator, realm, about("non"))
        await post(simulator, realm, about("oui"), to=THEO)
        told = await stream.next()
        assert told is not None
        assert (told["subject"], told["folder"]) == ("oui", "spam")


async def test_streaming_a_mail_does_not_mark_it_as_read(
    api: Api, simulator: Simulator, realm: Realm
) -> None:
    async with listen(api, f"{realm.api}/mail/stream") as stream:
        await post(simulator, realm)
        await stream.next()
    assert [mail["read"] for mail in (await (await api.get(f"{realm.api}/mail")).json())["messages"]] == [
        False
    ]


# Lines of the journal


async def test_each_line_is_streamed_as_it_is_written(api: Api, simulator: Simulator, realm: Realm) -> None:
    note(simulator, realm)
    async with listen(api, f"{realm.api}/journal/stream") as stream:
        await post(simulator, realm)
        told = await stream.next()
        assert told is not None
        assert (told["kind"], stream.last) == ("mail-delivered", str(told["id"]))
    listed = (await (await api.get(f"{realm.api}/journal")).json())["lines"]
    assert told == listed[-1]


async def test_a_stream_can_be_of_one_kind(api: Api, simulator: Simulator, realm: Realm) -> None:
    async with listen(api, f"{realm.api}/journal/stream", kind="recap-made", after="0") as stream:
        await post(simulator, realm)
        note(simulator, realm)
        told = await stream.next()
        assert told is not None
        assert told["kind"] == "recap-made"


async def test_a_stream_has_nothing_of_another_realm(
    api: Api, simulator: Simulator, realm: Realm, realm_of_2011: Realm
) -> None:
    async with (
        listen(api, f"{realm.api}/journal/stream") as lines,
        listen(api, f"{realm.api}/mail/stream") as mails,
        listen(api, f"{simulator.doors.console}/api/journal/stream") as own,
    ):
        await post(simulator, realm_of_2011, about("ailleurs"))
        note(simulator, None, Kind.HANDSHAKE_FAILED, why="ici")
        await post(simulator, realm, about("ici"))
        line, mail, told = await lines.next(), await mails.next(), await own.next()
        assert line is not None
        assert mail is not None
        assert told is not None
        assert (line["kind"], mail["subject"], told["data"]) == ("mail-delivered", "ici", {"why": "ici"})


# Coming back


async def _post_many(simulator: Simulator, realm: Realm, count: int) -> None:
    for number in range(count):
        await post(simulator, realm, about(str(number)))


@pytest.mark.parametrize("stream", ["mail", "journal"])
@pytest.mark.parametrize("each", [1, 3, 10])
async def test_a_client_that_reconnects_gets_each_event_once_and_in_order(
    api: Api, simulator: Simulator, realm: Realm, stream: str, each: int
) -> None:
    """The client disconnects after some events while mail goes on arriving; each has a journal line."""
    posting = asyncio.create_task(_post_many(simulator, realm, 30))
    count = 30 if stream == "mail" else 31  # the journal has a line of the realm's making
    ids: list[int] = []
    last = "0"
    while len(ids) < count:
        async with listen(api, f"{realm.api}/{stream}/stream", last=last) as listener:
            told = await listener.take(min(each, count - len(ids)))
            ids += [event["id"] for event in told]
            last = listener.last
    await posting
    listed = await (await api.get(f"{realm.api}/{stream}")).json()
    assert ids == [event["id"] for event in listed["messages" if stream == "mail" else "lines"]]


@pytest.mark.parametrize("stream", ["mail", "journal"])
async def test_the_last_event_id_of_a_client_overrides_the_query_s_cursor(
    api: Api, simulator: Simulator, realm: Realm, stream: str
) -> None:
    """A browser requests the same address again, with its first cursor."""
    await _post_many(simulator, realm, 3)
    async with listen(api, f"{realm.api}/{stream}/stream", after="0") as listener:
        _, second, third = await listener.take(3)
    async with listen(api, f"{realm.api}/{stream}/stream", last=str(second["id"]), after="0") as listener:
        assert await listener.next() == third


@pytest.mark.parametrize("path", ["mail/stream", "journal/stream"])
@pytest.mark.parametrize("last", ["", "x", "-1", "1" * 16, "now"])
async def test_an_id_that_is_no_cursor_is_a_problem(api: Api, realm: Realm, path: str, last: str) -> None:
    answer = await api.get(f"{realm.api}/{path}", headers={"Last-Event-ID": last})
    assert (answer.status, (await answer.json())["code"]) == (422, "query-invalid")


@pytest.mark.parametrize(
    "path",
    ["mail/stream?after=x", "mail/stream?folder=attic", "journal/stream?kind=mail", "journal?kind=mail"],
)
async def test_a_query_that_cannot_be_read_is_a_problem(api: Api, realm: Realm, path: str) -> None:
    answer = await api.get(f"{realm.api}/{path}")
    assert (answer.status, (await answer.json())["code"]) == (422, "query-invalid")


# What every answer has


@pytest.mark.parametrize("path", ["mail/stream", "journal/stream", "journal/export", "mail", "no/such/route"])
async def test_a_stream_has_the_headers_of_every_response(api: Api, realm: Realm, path: str) -> None:
    async with api.get(f"{realm.api}/{path}") as answer, api.get("/api/version") as version:
        assert answer.headers["X-Maquette-Version"] == (await version.json())["version"]
        assert len(answer.headers["X-Maquette-Correlation"]) == 16
        assert answer.headers["X-Maquette-Correlation"] != version.headers["X-Maquette-Correlation"]
        own = {"Date", "Content-Type", "Content-Length", "Transfer-Encoding", "Content-Disposition"}
        varying = {*own, "X-Maquette-Correlation"}
        assert {key: value for key, value in answer.headers.items() if key not in varying} == {
            key: value for key, value in version.headers.items() if key not in varying
        }
        if path.endswith("stream"):
            assert answer.headers["Content-Type"] == "text/event-stream"


@pytest.mark.parametrize("path", ["mail/stream", "journal/stream", "journal/export"])
async def test_a_stream_needs_the_token(simulator: Simulator, realm: Realm, path: str) -> None:
    async with aiohttp.ClientSession() as nobody:
        assert (await nobody.get(f"{realm.api}/{path}")).status == 401


# The end


@pytest.mark.parametrize("path", ["mail/stream", "journal/stream"])
async def test_a_stream_ends_when_its_realm_is_deleted_and_no_other_does(
    api: Api, simulator: Simulator, realm: Realm, realm_of_2011: Realm, path: str
) -> None:
    async with (
        listen(api, f"{realm.api}/{path}") as stream,
        listen(api, f"{realm_of_2011.api}/{path}") as other,
    ):
        await api.delete(realm.api)
        assert await stream.next() is None
        await post(simulator, realm_of_2011)
        assert await other.next() is not None
    assert (await api.get(f"{realm.api}/{path}")).status == 404


async def test_a_stream_goes_on_over_a_reset(api: Api, simulator: Simulator, realm: Realm) -> None:
    async with listen(api, f"{realm.api}/mail/stream") as stream:
        await post(simulator, realm, about("avant"))
        await stream.next()
        await api.post(f"{realm.api}/reset")
        await post(simulator, realm, about("ensuite"))
        told = await stream.next()
        assert told is not None


async def test_streams_and_waits_end_when_the_server_stops_and_do_not_keep_it() -> None:
    async with Simulator() as simulator, as_owner(simulator) as session:
        realm = await simulator.realm()
        streams = [
            Listener(await session.get(f"{realm.api}/{path}", params={"after": "now"}))
            for path in ("mail/stream", "journal/stream", "mail/stream")
        ]
        waiting = asyncio.create_task(session.get(f"{realm.api}/mail/next", params={"timeout": "100"}))
        while await open_waits(simulator) < 3:
            pass
        started = time.monotonic()
        await simulator.__aexit__(None, None, None)
        assert time.monotonic() - started < 1
        assert [await each.next() for each in streams] == [None, None, None]
        assert (await (await waiting).json())["timed_out"]


async def test_a_client_that_does_not_read_does_not_keep_the_server() -> None:
    async with Simulator() as simulator, as_owner(simulator) as session:
        for number in range(20_000):
            note(simulator, None, Kind.HANDSHAKE_FAILED, why=f"{number} " + "x" * 1000)
        await session.get(f"{simulator.doors.console}/api/journal/export")
        started = time.monotonic()
        await simulator.__aexit__(None, None, None)
        assert time.monotonic() - started < 3


async def test_a_client_that_leaves_frees_everything(own: Simulator) -> None:
    realm = await own.realm()
    async with as_owner(own) as session:
        for path in ("mail/stream", "journal/stream"):
            async with listen(session, f"{realm.api}/{path}", after="0") as stream:
                await stream.response.content.readuntil(b"\n\n")
    async with asyncio.timeout(20):
        while await open_waits(own) or own.journal._bells:
            pass


async def test_the_number_of_open_streams_is_limited_and_a_closed_one_makes_room(own: Simulator) -> None:
    realm = await own.realm()
    async with as_owner(own) as session:
        paths = ["mail/stream", "journal/stream"] * 100
        streams = [await session.get(f"{realm.api}/{path}") for path in paths]
        for path in ("mail/stream", "journal/stream", "journal/export"):
            answer = await session.get(f"{realm.api}/{path}")
            assert (answer.status, (await answer.json())["code"]) == (503, "streams-too-many")
        assert (await session.get(f"{realm.api}/mail")).status == 200
        streams[7].close()
        async with asyncio.timeout(20):
            while (await session.get(f"{realm.api}/journal/export")).status == 503:
                pass


# Of the streams themselves


Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[str]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Serve one handler; return its address."""
    servers: list[TestServer] = []

    async def serve(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> str:
        app = web.Application()
        app.router.add_get("/", handler)
        servers.append(TestServer(app))
        await servers[-1].start_server()
        return str(servers[-1].make_url("/"))

    yield serve
    for server in servers:
        await server.close()


async def test_comments_keep_a_silent_stream_alive(serve: Serve) -> None:
    streams = Streams(heartbeat=0.01)

    async def silent() -> AsyncGenerator[bytes, None]:
        yield event(1)
        await asyncio.Event().wait()

    async def silence(request: web.Request) -> web.StreamResponse:
        return await streams.send_events(request, None, silent())

    url = await serve(silence)
    async with aiohttp.ClientSession() as session, session.get(url) as answer, asyncio.timeout(20):
        assert await answer.content.readuntil(b"\n\n") == b"id: 1\n\n"
        for _ in range(3):
            assert await answer.content.readuntil(b"\n\n") == b":\n\n"


async def test_a_failed_stream_is_cut_off_rather_than_ended(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    streams = Streams()

    async def wrong() -> AsyncGenerator[bytes, None]:
        yield b"half"
        raise RuntimeError("the disk is full")

    async def fail(request: web.Request) -> web.StreamResponse:
        return await streams.send_file(request, None, wrong(), {"Content-Type": "text/plain"})

    url = await serve(fail)
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()
    assert "the disk is full" in caplog.text
