"""Commands that tests start in processes: whatever happens to a test, it leaves none behind."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psutil


@contextmanager
def started(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """A process that the test may end; at the end of the block it is killed with all that it has started."""
    with subprocess.Popen(command, text=True, **options) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                kill_family(process.pid)


def run(command: Sequence[str], *, seconds: float, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, or kill it with all that it has started."""
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options) as process:
        out, err = process.communicate(timeout=seconds)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def kill_family(pid: int) -> None:
    """Kill the process and those that it has started, and those that they have; some may be gone."""
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                process.kill()
