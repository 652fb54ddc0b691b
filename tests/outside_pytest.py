"""Runs pytest in a project outside this repository, without the plugins that only our own tests need."""

import os
import subprocess
import sys
from pathlib import Path

from commands import run

OUR_PLUGINS = ("hypothesispytest", "schemathesis", "faker", "randomly")
"""Plugins that pytest would load as well; the first three take four seconds each time."""


def run_pytest(project: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the tests of the project; return exit code and output."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "MAQUETTE"))}
    without = [word for plugin in OUR_PLUGINS for word in ("-p", f"no:{plugin}")]
    return run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *without, *words],
        seconds=150,
        cwd=project,
        env=clean | environment,
    )
