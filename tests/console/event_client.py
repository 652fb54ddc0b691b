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
    """An open stream; `last` is the id of the last event, `comments` are the comments received so far."""

    response: aiohttp.ClientResponse
    last: str = ""
    comments: list[str] = field(default_factory=list)

    async def next(self) -> dict[str, Any] | None:
        """Return the data of the next event, or None if the stream has ended."""
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
                        self.comments.append(line)
        return None

    async def take(self, count: int) -> list[dict[str, Any]]:
        """Return the data of that many events."""
        return [event for _ in range(count) if (event := await self.next()) is not None]


@asynccontextmanager
async def listen(
    api: aiohttp.ClientSession, url: str, *, last: str | None = None, **query: str
) -> AsyncIterator[Listener]:
    """Open a stream; `last` is the event id that a client sends when it reconnects."""
    headers: Mapping[str, str] = {} if last is None else {"Last-Event-ID": last}
    async with api.get(url, params=query, headers=headers) as response:
        assert response.status == 200, await response.text()
        yield Listener(response)
