"""Sends control API calls that must be refused, and raw calls that no HTTP client would send."""

import asyncio

import aiohttp
from realm_state import nothing_changes
from yarl import URL

from maquette.simulator.server.assembly import Realm, Simulator
from maquette.simulator.store.realms import list_realms


class Caller:
    """Calls the API of a realm, and checks that a refused call changes nothing."""

    def __init__(self, simulator: Simulator, api: aiohttp.ClientSession, realm: Realm) -> None:
        self._simulator, self._api, self.realm = simulator, api, realm

    async def refused(self, method: str, path: str, status: int, code: str, **sent: object) -> str:
        """Send a call that must be refused; return the problem's detail. `path` may contain `{realm}`."""
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
    """Open a connection and send a raw request: this head, the headers of an allowed caller, this body."""
    console = URL(simulator.doors.console)
    reader, writer = await asyncio.open_connection("localhost", console.port)
    allowed = f"Host: {console.authority}\r\nAuthorization: Bearer {simulator.doors.token}\r\n\r\n"
    writer.write((head + allowed).encode() + body)
    await writer.drain()
    return reader, writer
