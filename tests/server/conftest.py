"""Servers in separate processes on one database: with workers on a file, or several on PostgreSQL."""

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import psutil
import pytest

from maquette.fixtures.control import Control
from maquette.fixtures.installation import Installation
from maquette.fixtures.own_server import OwnServer, same_every_time
from maquette.fixtures.visitor import HttpVisitor

StartServer = Callable[..., Awaitable[OwnServer]]
Visit = Callable[[OwnServer, str], AbstractAsyncContextManager[HttpVisitor]]


def workers_of(pid: int) -> list[int]:
    """Ids of the worker processes of that server."""
    found = []
    for child in psutil.Process(pid).children():
        with suppress(psutil.NoSuchProcess):  # it has just ended
            if "maquette.simulator.server.workers" in child.cmdline():
                found.append(child.pid)
    return found


async def kill_a_worker(pid: int) -> None:
    """Wait for a worker of that server, and kill it."""
    while not (workers := workers_of(pid)):
        await asyncio.sleep(0.01)
    os.kill(workers[0], signal.SIGKILL)


async def readiness(console: str) -> int:
    """The status of the server's /readyz."""
    async with aiohttp.ClientSession() as session, session.get(f"{console}/readyz") as answer:
        return answer.status


@pytest.fixture
async def start_server(tmp_path: Path) -> AsyncIterator[StartServer]:
    """Starts servers with these options in the folder `home`, with the keys of the server in `like`."""
    async with AsyncExitStack() as stack:

        async def start(*options: str, home: str = "one", like: str | None = None) -> OwnServer:
            folder = tmp_path / home
            folder.mkdir()
            if like is not None:
                shutil.copytree(tmp_path / like / "data", folder / "data")
            server = OwnServer(folder, *same_every_time(folder), *options)
            return await stack.enter_async_context(server)

        yield start


@pytest.fixture
def visit() -> Visit:
    """Opens a visitor of that server, with a persona's certificate."""

    @asynccontextmanager
    async def visit(server: OwnServer, persona: str) -> AsyncIterator[HttpVisitor]:
        async with (
            Installation(server.console, server.token) as installation,
            Control(f"{server.console}/api/realms/default", server.token) as control,
            HttpVisitor(
                portal=installation.doors.portal,
                gate=installation.doors.gate,
                ca=installation.doors.ca,
                certificate=await control.certificate(persona),
            ) as visitor,
        ):
            yield visitor

    return visit
