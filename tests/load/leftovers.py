"""What a command must not leave behind."""

import os
from pathlib import Path


def working_in(folder: Path) -> list[str]:
    """The processes whose working folder lies in that one, where the system tells."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        try:
            place = link.readlink()
        except OSError:
            continue
        if str(place).startswith(str(folder)):
            found.append(link.parent.name)
    return found


def is_alive(pid: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
