"""Finds processes that a command must not leave behind."""

import os
from pathlib import Path


def working_in(folder: Path) -> list[str]:
    """Ids of the processes that work in the folder, where the system has /proc."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            target = link.readlink()
        except OSError:
            continue
        if str(target).startswith(str(folder)):
            found.append(link.parent.name)
    return found


def is_alive(pid: int) -> bool:
    """Whether a process with that id runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
