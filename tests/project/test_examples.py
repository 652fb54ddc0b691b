"""The examples of the documentation are files, and they run."""

import asyncio
import os
import shutil
from pathlib import Path

import pytest
from commands import run
from outside_pytest import run_pytest
from playwright.async_api import async_playwright
from tree import ROOT

from maquette.simulator.server.assembly import Simulator

EXAMPLES = ROOT / "docs" / "examples"

no_node = pytest.mark.skipif(
    shutil.which("npm") is None and "CI" not in os.environ,
    reason="needs Node 18 or later with npm (on Debian and Ubuntu: apt install nodejs npm): CI runs it",
)


@pytest.mark.timeout(180)
@pytest.mark.parametrize("workers", [(), pytest.param(("-n", "2"), marks=pytest.mark.slow, id="xdist")])
def test_a_team_tests_in_a_project_of_its_own(tmp_path: Path, workers: tuple[str, ...]) -> None:
    """The project has its own `fixtures` folder, plain and asynchronous tests, and only the plugin."""
    project = tmp_path / "qa"
    shutil.copytree(EXAMPLES / "qa-python", project)
    done = run_pytest(project, *workers)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed" in done.stdout


async def test_a_shell_script_isolates_itself_moves_time_and_reads_the_code(simulator: Simulator) -> None:
    told = {"MAQUETTE_CONSOLE": simulator.doors.console, "MAQUETTE_TOKEN": simulator.doors.token}
    told_by_script = await succeed(EXAMPLES / "qa-shell" / "test_option.sh", cwd=ROOT, told=told)
    assert told_by_script.count("ok: ") == 4


@no_node
@pytest.mark.browser
@pytest.mark.timeout(180)
@pytest.mark.slow
async def test_a_team_tests_in_node_with_playwright(simulator: Simulator, tmp_path: Path) -> None:
    """npm installs the packages of the lock file, from its registry or its cache."""
    project = tmp_path / "qa"
    shutil.copytree(EXAMPLES / "qa-node", project, ignore=shutil.ignore_patterns("node_modules"))
    told = {
        "MAQUETTE_CONSOLE": simulator.doors.console,
        "MAQUETTE_TOKEN": simulator.doors.token,
        "CHROMIUM": shutil.which("chromium") or await chromium_of_playwright(),
    }
    await succeed("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund", cwd=project, told={})
    summary = await succeed("npm", "test", cwd=project, told=told)
    assert "pass 3" in summary


async def chromium_of_playwright() -> str:
    """The path of the Chromium installed by `playwright install chromium`."""
    async with async_playwright() as playwright:
        return playwright.chromium.executable_path


async def succeed(*command: str | Path, cwd: Path, told: dict[str, str]) -> str:
    """Run the command, check its exit code, and return its standard output."""
    done = await asyncio.to_thread(
        run, list(map(str, command)), seconds=120, cwd=cwd, env={**os.environ, **told}
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
