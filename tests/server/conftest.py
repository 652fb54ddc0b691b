"""Servers in processes of their own on one database: with workers on a file, or several on PostgreSQL."""

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
    """The worker processes of that server."""
    found = []
    for child in psutil.Process(pid).children():
        with suppress(psutil.NoSuchProcess):  # it has just ended
            if "maquette.simulator.server.workers" in child.cmdline():
                found.append(child.pid)
    return found


async def kill_a_worker(pid: int) -> None:
    """Kill a worker of that server, as soon as there is one."""
    while not (workers := workers_of(pid)):
        await asyncio.sleep(0.01)
    os.kill(workers[0], signal.SIGKILL)


async def readiness(console: str) -> int:
    """What the server there answers to the question whether it is ready."""
    async with aiohttp.ClientSession() as session, session.get(f"{console}/readyz") as answer:
        return answer.status


@pytest.fixture
async def start_server(tmp_path: Path) -> AsyncIterator[StartServer]:
    """Starts a server with these options, at a `home` of its own; `like` is another, whose keys it shares."""
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
    """Somebody with their certificate at a browser, at that server."""

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
