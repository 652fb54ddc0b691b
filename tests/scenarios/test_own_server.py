"""A server in a separate process: it restarts with the same data and ports, and leaves nothing behind."""

import asyncio
import os
from pathlib import Path

import pytest

from maquette.fixtures.control import ControlError
from maquette.fixtures.installation import Installation
from maquette.fixtures.own_server import FREE_PORTS, OwnServer, OwnServerError, same_every_time


async def test_a_killed_server_starts_again_at_the_same_place_with_the_same_data(tmp_path: Path) -> None:
    async with OwnServer(tmp_path, *same_every_time(tmp_path)) as server:
        before = (server.console, server.token)
        async with Installation(*before) as installation:
            await installation.realm("kept")
        await server.kill()
        with pytest.raises(ControlError, match="does not answer"):
            async with Installation(*before):
                pass
        await server.start()
        assert (server.console, server.token) == before
        async with Installation(*before) as installation:
            with pytest.raises(ControlError, match="kept"):
                await installation.realm("kept")  # it is there already


@pytest.mark.slow
async def test_the_server_ignores_settings_in_the_environment_and_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAQUETTE_CLOCK", "no instant at all")
    monkeypatch.setenv("MAQUETTE_TOKEN", "a-token-of-somebody-elses")
    async with OwnServer(tmp_path, "--ephemeral", *FREE_PORTS) as server:
        assert server.token != "a-token-of-somebody-elses"


@pytest.mark.slow
async def test_the_server_writes_only_in_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.setenv("TMPDIR", str(elsewhere))
    folder = tmp_path / "own"
    folder.mkdir()
    async with OwnServer(folder, "--ephemeral", *FREE_PORTS):
        pass
    assert list(elsewhere.iterdir()) == []
    assert list(folder.rglob("*.pem"))  # its keys


async def test_a_server_that_cannot_start_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OwnServerError, match="could not start"):
        async with OwnServer(tmp_path, "--no-such-option"):
            pass


async def test_a_start_that_is_cancelled_leaves_no_process_behind(tmp_path: Path) -> None:
    server = OwnServer(tmp_path, "--ephemeral", *FREE_PORTS)
    starting = asyncio.create_task(server.start())
    while server._process is None:
        await asyncio.sleep(0)
    process = server._process
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert process.returncode is not None
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
