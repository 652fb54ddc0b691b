"""A server in a separate process, because these tests wait for the commands that load it."""

from collections.abc import AsyncIterator

import pytest

from maquette.fixtures.own_server import FREE_PORTS, OwnServer


@pytest.fixture(scope="session")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[OwnServer]:
    async with OwnServer(tmp_path_factory.mktemp("server"), "--ephemeral", *FREE_PORTS) as server:
        yield server
