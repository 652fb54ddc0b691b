"""A client of server-sent events, as a browser's EventSource reads them."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp


@dataclass(slots=True)
class Listener:
    """An open stream; `last` is the id of the last event, `remarks` are its comments so far."""

    response: aiohttp.ClientResponse
    last: str = ""
    remarks: list[str] = field(default_factory=list)

    async def next(self) -> dict[str, Any] | None:
        """The next event's data; None when the stream has ended."""
        data: list[str] = []
        async with asyncio.timeout(20):
            async for raw in self.response.content:
                line = raw.decode().removesuffix("\n")
                name, _, value = line.partition(": ")
                if line == "" and data:
                    event: dict[str, Any] = json.loads("\n".join(data))
                    return event
                match name:
                    case "id":
                        self.last = value
                    case "data":
                        data.append(value)
                    case _ if line.startswith(":"):
                        self.remarks.append(line)
        return None

    async def take(self, count: int) -> list[dict[str, Any]]:
        """The data of the next events."""
        return [event for _ in range(count) if (event := await self.next()) is not None]


@asynccontextmanager
async def listening(
    api: aiohttp.ClientSession, url: str, *, last: str | None = None, **query: str
) -> AsyncIterator[Listener]:
    """Listen to a stream; `last` is the id that a client gives when it comes back."""
    headers: Mapping[str, str] = {} if last is None else {"Last-Event-ID": last}
    async with api.get(url, params=query, headers=headers) as response:
        assert response.status == 200, await response.text()
        yield Listener(response)
