"""A client of the control API for tests of whole realms, and the visitor of a persona."""

from typing import Any

import aiohttp

from maquette.fixtures.visitor import HttpVisitor
from maquette.simulator.server.assembly import Realm, Simulator

START = "2011-06-09T09:00:00+02:00"
NUMBER = "20111710000303"

Json = dict[str, Any]


class RealmApi:
    """Calls the control API. Paths are relative to `/api/realms`; `realm` is the test's realm."""

    def __init__(self, api: aiohttp.ClientSession, realm: Realm) -> None:
        self.api = api
        self.realm = realm

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, Json]:
        async with self.api.request(method, f"/api/realms{path}", json=body) as answer:
            return answer.status, await answer.json(content_type=None)

    async def done(self, method: str, path: str, body: object = None) -> Json:
        status, answer = await self.call(method, path, body)
        assert status == 200, answer
        return answer

    async def refused(self, status: int, code: str, method: str, path: str, body: object = None) -> str:
        answered, problem = await self.call(method, path, body)
        assert (answered, problem["code"]) == (status, code), problem
        return str(problem["detail"])

    async def snapshot(self, realm: str | None = None) -> int:
        made = await self.done("POST", f"/{realm or self.realm.name}/snapshots", {})
        return int(made["id"])

    async def document(self, snapshot: int, realm: str | None = None) -> Json:
        return await self.done("GET", f"/{realm or self.realm.name}/snapshots/{snapshot}")

    async def names(self) -> set[str]:
        return {realm["name"] for realm in (await self.done("GET", ""))["realms"]}


def visitor_of(simulator: Simulator, realm: Realm, certificate: Any) -> HttpVisitor:
    return HttpVisitor(portal=realm.portal, gate=realm.gate, ca=simulator.doors.ca, certificate=certificate)
