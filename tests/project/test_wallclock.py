"""Only `simulator/base/wall_clock.py` reads the clock of the machine; all other code receives an instant."""

import ast
from collections.abc import Iterator

import pytest
from tree import ROOT, parse, product_modules

THE_ONE_PLACE = ROOT / "simulator" / "base" / "wall_clock.py"

CLOCKS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "localtime", "gmtime", "ctime", "strftime"},
}
"""Names that read a clock, by what stands before the dot; `time.monotonic` is for timeouts, and allowed."""

SQL_CLOCKS = ("current_timestamp", "datetime('now", "unixepoch('now", "strftime('%s', 'now")


def test_the_clock_is_read_in_one_place_only() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in product_modules()
        if file != THE_ONE_PLACE
        for line in clock_readings(parse(file))
    ]
    assert found == []


def test_the_one_place_reads_it_once() -> None:
    assert len(list(clock_readings(parse(THE_ONE_PLACE)))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "time.time()",
        "from time import time",
        "field(default_factory=datetime.now)",
        'text("SELECT CURRENT_TIMESTAMP")',
    ],
)
def test_every_way_to_read_a_clock_is_found(code: str) -> None:
    assert list(clock_readings(ast.parse(code))) == [1]


@pytest.mark.parametrize(
    "code",
    ["clock.now(real_now)", "time.monotonic()", "datetime.fromtimestamp(x, UTC)", "when.time()", "'now'"],
)
def test_code_that_reads_no_clock_is_not_reported(code: str) -> None:
    assert list(clock_readings(ast.parse(code))) == []


def clock_readings(tree: ast.Module) -> Iterator[int]:
    """The lines that read a clock, or pass on a function that reads one."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
                if name in CLOCKS.get(owner, set()):
                    yield node.lineno
            case ast.ImportFrom(module="time", names=names):
                if any(each.name in CLOCKS["time"] for each in names):
                    yield node.lineno
            case ast.Constant(value=str(text)):
                if any(clock in text.lower() for clock in SQL_CLOCKS):
                    yield node.lineno
