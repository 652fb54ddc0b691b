"""Measuring costs: a number of runs within a share of the time; the two sides of a ratio in turn.

A machine has other work, and not always the same amount: so compared sides take turns, round by round, and
the CPU time of their processes is compared. Must not know what is measured.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

from maquette.load.bench.figures import Better, Figure, figure
from maquette.load.bench.machine import children, cpu_seconds

SHARE_SECONDS = 8.0
"""The time after which a benchmark is not repeated, unless it says otherwise."""

SETTLE_SECONDS = 0.1
"""What a server puts off (the journal, the counts of workers) is done by then, and belongs to the round."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a run took, in seconds: by the clock on the wall, and of the CPU where that is known."""

    wall: float
    cpu: float | None


class Stopwatch:
    """Measures time, and this process's CPU, from the moment it is made."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> Taken:
        """What has been taken so far."""
        return Taken(time.perf_counter() - self._wall, time.process_time() - self._cpu)


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a ratio: the process whose CPU is taken, with its children, and a round of what it does."""

    pid: int
    play: Callable[[], Awaitable[object]]


async def in_turn(
    sides: Sequence[Side], *, rounds: int, share: float = SHARE_SECONDS
) -> tuple[tuple[float, ...], ...]:
    """CPU seconds of each side's rounds, as many of each; the first round only warms them up.

    A round counts only if the system gives the CPU time of both sides.
    """
    taken: list[list[float]] = [[] for _ in sides]
    for turn in within_share(rounds + 1, share):
        played = [await _play(side) for side in sides]
        known = [seconds for seconds in played if seconds is not None]
        if turn and len(known) == len(sides):
            for kept, seconds in zip(taken, known, strict=True):
                kept.append(seconds)
    return tuple(map(tuple, taken))


async def _play(side: Side) -> float | None:
    before = _cpu_of_all(side.pid)
    await side.play()
    await asyncio.sleep(SETTLE_SECONDS)
    after = _cpu_of_all(side.pid)
    return None if before is None or after is None else after - before


def _cpu_of_all(pid: int) -> float | None:
    """The CPU time of the process and its children; None if one of them cannot be read."""
    taken = [cpu_seconds(each) for each in (pid, *children(pid))]
    known = [each for each in taken if each is not None]
    return sum(known) if len(known) == len(taken) else None


def costs(name: str, what: str, taken: Sequence[float], each: int, *, unit: str = "ms") -> Figure:
    """The CPU of one of the `each` things that every round has done; `unit` is ms or µs."""
    scale = {"ms": 1e3, "µs": 1e6}[unit]
    return figure(name, what, unit, [seconds * scale / each for seconds in taken])


def ratio(
    name: str,
    what: str,
    above: Sequence[float],
    below: Sequence[float],
    *,
    goal: float,
    better: Better = Better.LESS,
) -> Figure:
    """What the one side took over what the other took, round by round."""
    rounds = zip(above, below, strict=True)
    return figure(name, what, "×", [one / other for one, other in rounds if other], goal=goal, better=better)


async def timed(work: Awaitable[object]) -> Taken:
    """What the work took."""
    watch = Stopwatch()
    await work
    return watch.read()


async def repeat(run: Callable[[], Awaitable[Taken]], runs: int) -> list[Taken]:
    """What each run took: so many, or as many as the share of the time allows."""
    return [await run() for _ in within_share(runs)]


def within_share(runs: int, share: float = SHARE_SECONDS) -> Iterator[int]:
    """So many runs, or fewer: of the third on, none begins once `share` seconds are used up."""
    ends = time.monotonic() + share
    for run in range(runs):
        if run > 1 and time.monotonic() > ends:
            return
        yield run


def times(
    name: str, what: str, taken: Sequence[Taken], *, unit: str = "ms", goal: float | None = None
) -> Figure:
    """The wall clock's time, with the CPU's beside it; `unit` is ms or s."""
    scale = 1000 if unit == "ms" else 1
    cpu = [each.cpu * scale for each in taken if each.cpu is not None]
    return figure(name, what, unit, [each.wall * scale for each in taken], cpu=cpu, goal=goal)
