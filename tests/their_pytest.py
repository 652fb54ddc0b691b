"""pytest as the project of somebody else runs it, who has not installed what only our tests need."""

import os
import subprocess
import sys
from pathlib import Path

from commands import run

OURS_ALONE = ("hypothesispytest", "schemathesis", "faker", "randomly")
"""Plugins that would be loaded as well; the first three take four seconds each time."""


def run_pytest(project: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the project's tests, and hear what is told of them."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "MAQUETTE"))}
    without = [word for plugin in OURS_ALONE for word in ("-p", f"no:{plugin}")]
    return run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *without, *words],
        seconds=150,
        cwd=project,
        env=clean | environment,
    )
