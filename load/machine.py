"""What the system tells: of the machine on which is measured, and of a process.

What only some systems tell is None on the others: a figure is then not measured, rather than guessed.
"""

import os
import platform
import re
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine's figures; `load` is the system's average of the last minute, None where there is none."""

    cpu: str
    cores: int
    python: str
    system: str
    load: float | None


def look_at_machine() -> Machine:
    """The machine as it is now."""
    return Machine(
        cpu=_cpu_model() or platform.processor() or platform.machine(),
        cores=os.cpu_count() or 1,
        python=f"{platform.python_implementation()} {platform.python_version()}",
        system=platform.platform(),
        load=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    )


def resident_bytes(pid: int) -> int | None:
    """The memory that the process has in use, as the system counts it (RSS)."""
    told = _read(PROC / str(pid) / "statm")
    return int(told.split()[1]) * os.sysconf("SC_PAGE_SIZE") if told else None


def cpu_seconds(pid: int) -> float | None:
    """The CPU time that the process has taken so far, its own and the system's for it."""
    told = _read(PROC / str(pid) / "stat")
    if not told:
        return None
    user, system = told.rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def _cpu_model() -> str | None:
    found = re.search(r"^model name\s*: (.+)$", _read(PROC / "cpuinfo"), re.MULTILINE)
    return found[1] if found else None


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
