"""The examples of the documentation are files, and they work."""

import asyncio
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tree import ROOT

from maquette.simulator.assembly import Simulator

EXAMPLES = ROOT / "docs" / "examples"


@pytest.mark.timeout(180)
@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "xdist"])
def test_a_team_tests_in_a_project_of_its_own(tmp_path: Path, workers: tuple[str, ...]) -> None:
    """The project has its own `fixtures` folder, plain and asynchronous tests, and nothing but the plugin."""
    project = tmp_path / "qa"
    shutil.copytree(EXAMPLES / "qa-python", project)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *workers],
        cwd=project,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout


async def test_a_shell_script_isolates_itself_moves_time_and_reads_the_code(simulator: Simulator) -> None:
    told = {"MAQUETTE_CONSOLE": simulator.doors.console, "MAQUETTE_TOKEN": simulator.doors.token}
    process = await asyncio.create_subprocess_exec(
        EXAMPLES / "qa-shell" / "test_option.sh",
        env={**os.environ, **told},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, (out + errors).decode()
    assert out.decode().count("ok: ") == 2
