"""Calls that are refused, and calls that no client would make."""

import asyncio

import aiohttp
from stillness import nothing_changes
from yarl import URL

from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.realms import list_realms


class Caller:
    """Calls a realm's API and holds the realm to what it was."""

    def __init__(self, simulator: Simulator, api: aiohttp.ClientSession, realm: Realm) -> None:
        self._simulator, self._api, self.realm = simulator, api, realm

    async def refused(self, method: str, path: str, status: int, code: str, **sent: object) -> str:
        """What the problem says; `path` may have `{realm}`."""
        realms = self._realms()
        url = URL(self._simulator.doors.console + path.replace("{realm}", self.realm.name), encoded=True)
        with nothing_changes(self._simulator, self.realm) as noted:
            async with self._api.request(method, url, **sent) as answer:  # type: ignore[arg-type]
                problem = await answer.json(content_type="application/problem+json")
        assert (answer.status, problem["code"], problem["status"]) == (status, code, status), problem
        assert problem["detail"]
        assert noted == []
        assert self._realms() == realms
        assert len(problem["detail"]) <= 1000
        return str(problem["detail"])

    def _realms(self) -> list[str]:
        with self._simulator.store.reading("") as transaction:
            return [record.name for record in list_realms(transaction)]


async def start_call(
    simulator: Simulator, head: str, body: bytes
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection with a request that no client would send: with a line, and some headers, and some body."""
    console = URL(simulator.doors.console)
    reader, writer = await asyncio.open_connection("localhost", console.port)
    allowed = f"Host: {console.authority}\r\nAuthorization: Bearer {simulator.doors.token}\r\n\r\n"
    writer.write((head + allowed).encode() + body)
    await writer.drain()
    return reader, writer
