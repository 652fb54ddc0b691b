"""The data folder at a start: existing files, permissions, tokens."""

import stat
from pathlib import Path

import aiohttp
import pytest

from maquette.simulator.base.settings import Settings
from maquette.simulator.server.assembly import Simulator, StartError


def settings(folder: Path) -> Settings:
    return Settings(data=folder, portal_port=0, gate_port=0, console_port=0, smtp_port=0)


def mode(file: Path) -> int:
    return stat.S_IMODE(file.stat().st_mode)


async def test_only_this_user_can_read_the_files_in_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir(mode=0o755)
    async with Simulator(settings(folder)):
        assert (mode(folder), mode(folder / "pki")) == (0o700, 0o700)
        kept = [file for file in folder.rglob("*") if file.is_file() and file.name not in {"lock", "console"}]
        assert {file.name for file in kept} >= {"maquette.db", "token"}
        assert {str(file): mode(file) for file in kept if mode(file) & 0o077} == {
            str(folder / "pki" / name): mode(folder / "pki" / name)
            for name in ("root.pem",)
            if mode(folder / "pki" / name) & 0o077
        }


async def test_a_folder_with_foreign_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(StartError, match="holds files that are not a simulator's"):
        async with Simulator(settings(tmp_path)):
            pass
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("found", ["", "\n", "short", "fifteen-letters"])
async def test_an_invalid_token_opens_nothing(tmp_path: Path, found: str) -> None:
    async with Simulator(settings(tmp_path / "data")):
        pass
    (tmp_path / "data" / "token").write_text(found)
    with pytest.raises(StartError, match="too short"):
        async with Simulator(settings(tmp_path / "data")):
            pass


async def test_the_token_of_the_first_start_stays(tmp_path: Path) -> None:
    async with Simulator(settings(tmp_path / "data")) as first:
        token = first.doors.token
    async with Simulator(settings(tmp_path / "data")) as second:
        assert second.doors.token == token


async def test_an_empty_token_is_refused_by_the_console(simulator: Simulator) -> None:
    async with aiohttp.ClientSession(simulator.doors.console) as nobody:
        for header in ("Bearer ", "Bearer", "Basic Og=="):
            answer = await nobody.get("/api/realms", headers={"Authorization": header})
            assert answer.status == 401


async def test_the_folder_holds_the_console_s_address_while_the_server_runs(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    async with Simulator(settings(folder)) as simulator:
        assert (folder / "console").read_text().strip() == simulator.doors.console
    assert not (folder / "console").exists()
