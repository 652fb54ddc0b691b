"""Charts as SVG, drawn from plain numbers: lines over time, without script, in the colours of the page.

Decides scales, ticks and paths; the caller decides what a chart shows, and its words. Charting libraries were
looked at, and draw less of what is needed here: docs/decisions/0028-own-charts-and-machine-facts.md.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 560, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 10, 10, 26

_DASH = "m-3 0h6"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a chart: its name, its class in the page's style, its points (None where there is none)."""

    name: str
    style: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark of an axis: where it is, and what it says."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An instant that charts mark: its second, its class in the page's style, and its words, if any."""

    second: float
    style: str
    label: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as the page draws it: SVG paths by line, ticks of both axes; `limits` are heights.

    `too_high` are the limits that are not drawn; `marks` stand at their places across.
    """

    title: str
    unit: str
    paths: tuple[tuple[Line, str], ...]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    limits: tuple[float, ...]
    too_high: tuple[float, ...]
    marks: tuple[tuple[float, Mark], ...]
    most: float


def draw(
    title: str,
    unit: str,
    lines: Sequence[Line],
    *,
    seconds: float,
    width: float,
    limits: Sequence[float] = (),
    marks: Sequence[Mark] = (),
) -> Chart:
    """A chart of lines whose points are `width` seconds apart, over `seconds`.

    Each of the `limits` is drawn as a line across, where it is not so high that it would flatten everything.
    """
    values = [value for line in lines for value in line.values if value is not None]
    most = max(values, default=0.0)
    shown = [limit for limit in limits if limit <= 4 * most]
    top, step = _scale(max(most, *shown, 0.0))

    def x(second: float) -> float:
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * min(second / max(seconds, 1e-9), 1), 1)

    def y(value: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / top, 1)

    return Chart(
        title=title,
        unit=unit,
        paths=tuple(
            (
                line,
                _path(
                    [
                        None if value is None else (x((at + 0.5) * width), y(value))
                        for at, value in enumerate(line.values)
                    ]
                ),
            )
            for line in lines
        ),
        across=tuple(Tick(x(at), _time(at)) for at in _moments(seconds)),
        up=tuple(Tick(y(step * at), f"{step * at:g}") for at in range(round(top / step) + 1)),
        limits=tuple(y(limit) for limit in shown),
        too_high=tuple(limit for limit in limits if limit not in shown),
        marks=tuple((x(each.second), each) for each in marks if each.second <= seconds),
        most=most,
    )


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """The line through the points, broken where there is none; a point alone is a dash."""
    path, drawn = "", 0
    for point in points:
        if point is None:
            path += _DASH if drawn == 1 else ""
            drawn = 0
            continue
        path += f"{'L' if drawn else 'M'}{point[0]} {point[1]}"
        drawn += 1
    return path + (_DASH if drawn == 1 else "")


def _scale(most: float) -> tuple[float, float]:
    """A round number above, and the round step of at most five that lead there."""
    if most <= 0:
        return 1.0, 1.0
    rough = most / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough)
    return step * math.ceil(most / step), step


def _moments(seconds: float) -> list[float]:
    step = next(each for each in (5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200) if seconds / each <= 7)
    return [step * number for number in range(int(seconds // step) + 1)]


def _time(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def percentile(times: Mapping[int, int], part: float) -> float | None:
    """The time in ms within which that part of the counted requests came back; None where there are none."""
    wanted = math.ceil(sum(times.values()) * part)
    for took, count in sorted(times.items()):
        wanted -= count
        if wanted <= 0 and count:
            return float(took)
    return None
