"""Facts about the machine on which a run is measured, and about a process.

A fact that the system does not give is None: a figure is then not measured, rather than guessed. psutil was
looked at, and has neither: docs/decisions/0028-own-charts-and-machine-facts.md.
"""

import os
import platform
import re
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PROC = Path("/proc")

_CPU_OF_PROCESS = 2
"""Linux' CPUCLOCK_SCHED: beside a process's id, turned over, it makes the id of that process's clock."""


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
        python=_interpreter(),
        system=platform.platform(),
        load=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    )


def resident_bytes(pid: int) -> int | None:
    """The memory that the process has in use, as the system counts it (RSS)."""
    statm = _read(PROC / str(pid) / "statm")
    return int(statm.split()[1]) * os.sysconf("SC_PAGE_SIZE") if statm else None


def cpu_seconds(pid: int) -> float | None:
    """The CPU time that the process has taken so far, its own and the system's for it.

    Read from the process's own clock in nanoseconds, because /proc has hundredths of a second.
    """
    if sys.platform != "linux":
        return None
    try:
        return time.clock_gettime((~pid << 3) | _CPU_OF_PROCESS)
    except OSError:
        return None


def children(pid: int) -> tuple[int, ...]:
    """The child processes of this one, where the system lists them."""
    stats = {file.parent.name: _read(file) for file in PROC.glob("[0-9]*/stat")}
    return tuple(int(each) for each, stat in stats.items() if stat and _parent(stat) == pid)


def _interpreter() -> str:
    """The interpreter with its build, and the event loop that its servers run on: both change the speed."""
    found = f"{platform.python_implementation()} {' '.join(sys.version.split())}"
    with suppress(PackageNotFoundError):
        found += f", uvloop {version('uvloop')}"
    return found


def _parent(stat: str) -> int:
    return int(stat.rpartition(")")[2].split()[1])


def _cpu_model() -> str | None:
    found = re.search(r"^model name\s*: (.+)$", _read(PROC / "cpuinfo"), re.MULTILINE)
    return found[1] if found else None


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError:
        return ""
