"""The pipe from a worker to its server: lines are readable at once, and whole."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from maquette.simulator.server.workers import Pipe, Relay, parse_lines
from maquette.simulator.store.database import Store
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.journal_writer import JournalWriter

AT = datetime(2011, 6, 9, 7, tzinfo=UTC)
REAL_AT = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
OF_A_REALM = JournalRecord(
    "default", AT, REAL_AT, "mail-queued", "ab12", {"option": "1", "to": "é@x.example"}
)
OF_NONE = JournalRecord(None, None, REAL_AT, "handshake-failed", None, {"why": "no certificate"})


@pytest.fixture
async def ends() -> AsyncIterator[tuple[Relay, Pipe]]:
    """A relay, and the pipe that it writes to."""
    ours, theirs = socket.socketpair()
    _, writer = await asyncio.open_connection(sock=theirs)
    ready = asyncio.get_running_loop().create_future()
    pipe = Pipe(ours, ready, lambda: None)
    yield Relay(writer), pipe
    pipe.close()
    writer.close()
    ours.close()


async def test_a_worker_s_lines_are_in_the_journal_before_its_response_is_sent(
    ends: tuple[Relay, Pipe],
) -> None:
    """Nothing is awaited in between, so the server cannot have read the pipe by itself."""
    relay, pipe = ends
    store = Store(None)
    journal = JournalWriter(store)
    journal.gather_from(lambda: [line for told in pipe.read() for line in parse_lines(told)])
    relay.take([OF_NONE])
    relay.take([OF_A_REALM])
    (of_realm,) = journal.read(of_realm="default")
    (of_none,) = journal.read(of_realm=None)
    journal.stop()
    store.close()
    for found, line in ((of_realm, OF_A_REALM), (of_none, OF_NONE)):
        assert (found.realm, found.at, found.kind) == (line.realm, line.at, line.kind)
        assert (found.correlation, found.data) == (line.correlation, line.data)
        assert abs(found.real_at - line.real_at).total_seconds() < 0.001


async def test_an_incomplete_line_is_kept_until_its_end_arrives() -> None:
    ours, theirs = socket.socketpair()
    pipe = Pipe(ours, asyncio.get_running_loop().create_future(), lambda: None)
    with ours, theirs:
        theirs.sendall(b'{"requests": [["portal", ')
        assert pipe.read() == []
        theirs.sendall(b'"home", 200, 0.01]]}\n{"lines"')
        assert pipe.read() == [{"requests": [["portal", "home", 200, 0.01]]}]
        theirs.close()
        assert pipe.read() == []
        assert pipe.ended.is_set()


async def test_a_line_of_an_unknown_kind_is_refused_in_the_worker(
    ends: tuple[Relay, Pipe],
) -> None:
    relay, pipe = ends
    with pytest.raises(ValueError, match="unknown kinds of line"):
        relay.take([JournalRecord(None, None, REAL_AT, "nonsense", None)])
    assert pipe.read() == []
