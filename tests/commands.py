"""Starts commands in processes, and kills them at the end even if the test fails."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psutil


@contextmanager
def started(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Start a process. At the end of the block, kill the process and all its descendants."""
    with subprocess.Popen(command, text=True, **options) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                kill_family(process.pid)


def run(command: Sequence[str], *, seconds: float, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a command to its end. After that many seconds, kill the process and all its descendants."""
    with started(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options) as process:
        out, err = process.communicate(timeout=seconds)
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def kill_family(pid: int) -> None:
    """Kill the process and all its descendants; some may have ended already."""
    with suppress(psutil.NoSuchProcess):
        parent = psutil.Process(pid)
        for process in (parent, *parent.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                process.kill()
