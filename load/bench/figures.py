"""The results of a benchmark: figures, goals and facts about the machine, as a table and as JSON.

Decides only whether a goal was met. Must not know how a figure is measured.
"""

import errno
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Self

from rich.markup import escape
from rich.table import Table

from maquette.load.bench.machine import Machine


class Better(StrEnum):
    """On which side of its goal a figure has to be: a cost below it, a rate above it."""

    LESS = "less"
    MORE = "more"


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure measured `runs` times; 0 if the system does not provide it.

    `value` is the median, `least` and `most` are the ends; `cpu` is the median of the CPU time in the same
    unit, where it was taken. `better` says which side of the goal meets it; the goal itself does.
    """

    name: str
    what: str
    unit: str
    goal: float | None = None
    runs: int = 0
    value: float | None = None
    least: float | None = None
    most: float | None = None
    cpu: float | None = None
    better: Better = Better.LESS

    @property
    def met(self) -> bool | None:
        """Whether the goal was met; None without a goal or a value."""
        if self.goal is None or self.value is None:
            return None
        return self.value <= self.goal if self.better is Better.LESS else self.value >= self.goal


def figure(
    name: str,
    what: str,
    unit: str,
    values: Sequence[float],
    *,
    cpu: Sequence[float] = (),
    goal: float | None = None,
    better: Better = Better.LESS,
) -> Figure:
    """The figure of these values, one a run; none of them: it was not measured."""
    if not values:
        return Figure(name, what, unit, goal, better=better)
    return Figure(
        name,
        what,
        unit,
        goal,
        runs=len(values),
        value=round(median(values), 3),
        least=round(min(values), 3),
        most=round(max(values), 3),
        cpu=round(median(cpu), 3) if cpu else None,
        better=better,
    )


@dataclass(frozen=True, slots=True)
class Report:
    """A whole benchmark: its instant, version, machine and figures.

    `load_after` is the machine's load at the end; the benchmark itself is part of it.
    """

    version: str
    begun_at: datetime
    machine: Machine
    load_after: float | None
    figures: tuple[Figure, ...]

    def as_json(self) -> dict[str, object]:
        """The report in plain values."""
        return {
            "format": 1,
            "version": self.version,
            "begun_at": self.begun_at.isoformat(),
            "machine": {**asdict(self.machine), "load_after": self.load_after},
            "figures": [{**asdict(each), "met": each.met} for each in self.figures],
        }

    def describe_machine(self) -> list[tuple[str, str]]:
        """Labels and values that describe the machine."""
        load = (self.machine.load, self.load_after)
        return [
            ("maquette", f"{self.version}, {self.begun_at:%Y-%m-%d %H:%M} UTC"),
            ("cpu", f"{self.machine.cpu}, {self.machine.cores} cores"),
            ("load", "unknown" if None in load else "{} before, {} after".format(*load)),
            ("python", self.machine.python),
            ("system", self.machine.system),
        ]

    def table(self) -> Table:
        """One line a figure, its goal beside it."""
        table = Table(box=None, padding=(0, 2, 0, 0))
        for heading in ("name", "what"):
            table.add_column(heading, overflow="fold")
        for heading in ("median", "min", "max", "cpu", "goal"):
            table.add_column(heading, justify="right", no_wrap=True)
        table.add_column(no_wrap=True)
        for each in self.figures:
            ends = (_shown(each.least), _shown(each.most), _shown(each.cpu))
            middle = _shown(each.value, each.unit)
            table.add_row(each.name, escape(each.what), middle, *ends, _goal(each), _verdict(each))
        return table


class ReportFileError(Exception):
    """The report cannot be written; the message names the file and says why."""


class ReportFile:
    """The file that a report will be in: whole, or, after an error or an interruption, not at all.

    Entered before anything is measured: raises ReportFileError when there can be no such file.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._half = file.with_name(f"{file.name}.{os.getpid()}")

    def __enter__(self) -> Self:
        with self._blamed():
            if self._file.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            self._half.touch(exist_ok=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._half.unlink(missing_ok=True)

    def write(self, report: Report) -> None:
        """Write the report as JSON, readable by people too."""
        text = json.dumps(report.as_json(), indent=2, ensure_ascii=False)
        with self._blamed():
            self._half.write_text(text + "\n", encoding="utf-8")
            self._half.replace(self._file)

    @contextmanager
    def _blamed(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise ReportFileError(f"{self._file} cannot be written ({error.strerror})") from None


def _shown(number: float | None, unit: str = "") -> str:
    """Write the value with three digits: a measurement on a shared machine is no more precise."""
    if number is None:
        return ""
    return f"{number:.0f} {unit}" if number >= 100 else f"{number:.3g} {unit}"


def _goal(each: Figure) -> str:
    if each.goal is None:
        return ""
    return f"{'≤' if each.better is Better.LESS else '≥'} {_shown(each.goal, each.unit)}"


def _verdict(each: Figure) -> str:
    match each.met:
        case True:
            return "[green]met[/]"
        case False:
            return "[bold red]missed[/]"
    return "not measured" if each.value is None else "no goal"
