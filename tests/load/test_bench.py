"""The benchmark command: its output, its files and its cleanup; no test measures speed."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from commands import started
from leftovers import is_alive, working_in
from rich.console import Console
from typer.testing import CliRunner, Result

from maquette.fixtures.control import ControlError
from maquette.fixtures.own_server import READY, OwnServerError
from maquette.load.bench.benchmarks import ALONE, BENCHMARKS, BenchError, measure
from maquette.load.bench.figures import Better, Figure, Report, figure
from maquette.load.bench.machine import Machine, children, cpu_seconds, resident_bytes
from maquette.load.bench.server import served
from maquette.simulator.command_line.app import app

WRONG_USAGE, STOPPED = 2, 130
MACHINE = Machine("a processor [fast]", 2, "CPython 3.11.0", "a system", 0.5)


def bench(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["bench", *arguments])


# What comes out


def test_a_benchmark_prints_its_figure_against_its_goal_and_the_machine() -> None:
    outcome = bench("--only", "start")
    assert outcome.exit_code == 0
    heading, figures, *_ = outcome.stdout.splitlines()
    assert heading.split() == ["name", "what", "median", "min", "max", "cpu", "goal"]
    assert figures.startswith("start  a Simulator in process")
    assert " ≤ 20 ms  " in figures
    assert figures.split()[-1] in {"met", "missed"}
    for label in ("maquette", "cpu", "load", "python", "system"):
        assert f"\n{label} " in outcome.stdout
    assert outcome.stderr == "measuring start ...\n"


def test_the_same_is_written_as_json(tmp_path: Path) -> None:
    outcome = bench("--only", "start", "--json", str(tmp_path / "figures.json"))
    assert outcome.exit_code == 0
    assert [file.name for file in tmp_path.iterdir()] == ["figures.json"]
    told: dict[str, Any] = json.loads((tmp_path / "figures.json").read_text())
    assert set(told) == {"format", "version", "begun_at", "machine", "figures"}
    assert set(told["machine"]) == {"cpu", "cores", "python", "system", "load", "load_after"}
    (start,) = told["figures"]
    told_of_each = {"name", "what", "unit", "goal", "better", "runs", "value", "least", "most", "cpu", "met"}
    assert set(start) == told_of_each
    assert (start["name"], start["unit"], start["goal"], start["better"]) == ("start", "ms", 20, "less")
    assert 0 < start["least"] <= start["value"] <= start["most"]
    assert start["met"] is (start["value"] <= 20)


def test_the_file_of_an_earlier_run_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "figures.json").write_text("an earlier run")
    assert bench("--only", "realm", "--json", str(tmp_path / "figures.json")).exit_code == 0
    assert json.loads((tmp_path / "figures.json").read_text())["figures"][0]["name"] == "realm"


async def test_a_reset_is_measured_over_the_api() -> None:
    (found,) = await BENCHMARKS["reset"]()
    assert (found.name, found.unit, found.goal) == ("reset", "ms", 10)
    assert found.runs > 0


def test_the_help_names_every_benchmark() -> None:
    assert [name for name in {**BENCHMARKS, **ALONE} if name not in bench("--help").output] == []


@pytest.mark.parametrize(
    ("values", "value", "met"), [([1, 19, 400], 19, True), ([20], 20, True), ([21, 20, 21], 21, False)]
)
def test_a_goal_is_compared_with_the_median(values: list[float], value: float, met: bool) -> None:  # noqa: FBT001 - parametrized
    found = figure("start", "a start", "ms", values, goal=20)
    assert (found.runs, found.value, found.met) == (len(values), value, met)
    assert (found.least, found.most) == (min(values), max(values))


@pytest.mark.parametrize(("value", "met"), [(0.59, False), (0.6, True), (0.61, True)])
def test_a_rate_has_to_reach_its_goal(value: float, met: bool) -> None:  # noqa: FBT001 - parametrized
    found = figure("catcher", "a rate", "×", [value], goal=0.6, better=Better.MORE)
    assert found.met is met
    assert "≥ 0.6 ×" in printed(found)
    assert report(found).as_json()["figures"][0]["better"] == "more"  # type: ignore[index]  # of plain values


def test_figures_that_the_system_lacks_are_not_measured(tmp_path: Path) -> None:
    nobody = figure("memory", "a process", "MB", [], goal=120)
    assert (nobody.runs, nobody.value, nobody.met) == (0, None, None)
    assert "not measured" in printed(nobody)


def test_a_figure_without_a_goal_is_neither_met_nor_missed() -> None:
    told = printed(Figure("realms", "memory of one", "kB", value=51.4, runs=1))
    assert "51.4 kB" in told
    assert "no goal" in told


def test_the_machine_s_name_is_escaped() -> None:
    assert ("cpu", "a processor [fast], 2 cores") in report().describe_machine()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell nothing of processes")
def test_the_memory_and_cpu_time_of_this_process_are_read() -> None:
    weight, taken = resident_bytes(os.getpid()), cpu_seconds(os.getpid())
    assert weight is not None
    assert weight > 10_000_000
    assert taken is not None
    assert taken > 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell nothing of processes")
def test_the_processes_that_this_one_has_started_are_its_children() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as started:
        found = children(os.getpid())
        assert started.pid in found
        started.communicate(b"\n")


def test_an_ended_process_has_no_figures() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    assert (resident_bytes(gone.pid), cpu_seconds(gone.pid)) == (None, None)


# What cannot be


def test_an_unknown_name_is_reported_in_one_line_with_the_known_ones(tmp_path: Path) -> None:
    outcome = bench("--only", "strat", "--json", str(tmp_path / "figures.json"))
    assert outcome.exit_code == WRONG_USAGE
    assert is_one_clear_line(outcome)
    assert all(name in outcome.stderr for name in {**BENCHMARKS, **ALONE})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("file", ["missing/figures.json", ".", "a-file/figures.json"])
def test_a_file_that_cannot_be_written_is_one_line_before_anything_is_measured(
    tmp_path: Path, file: str
) -> None:
    (tmp_path / "a-file").touch()
    outcome = bench("--json", str(tmp_path / file))
    assert outcome.exit_code == WRONG_USAGE
    assert is_one_clear_line(outcome)
    assert f"{tmp_path / file} cannot be written" in outcome.stderr.replace("\n", "")
    assert [each.name for each in tmp_path.iterdir()] == ["a-file"]


# What it leaves behind


async def test_a_served_simulator_answers_and_is_gone_at_the_end(tmp_path: Path) -> None:
    async with served("--ephemeral", folder=tmp_path) as server:
        assert server.started.wall > 0
        await server.console.ask("POST", "api/realms", body={"name": "one-more"})
        with pytest.raises(ControlError) as refused:
            await server.console.ask("GET", "api/realms/nobody")
        assert refused.value.code == "realm-unknown"
    assert not is_alive(server.pid)


async def test_a_served_simulator_is_gone_when_its_measurement_is_interrupted(tmp_path: Path) -> None:
    begun = asyncio.Event()
    pids: list[int] = []

    async def measuring() -> None:
        async with served("--ephemeral", folder=tmp_path) as server:
            pids.append(server.pid)
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(measuring())
    await begun.wait()
    task.cancel()
    await asyncio.wait({task})
    assert task.cancelled()
    assert not is_alive(pids[0])


async def test_an_ended_simulator_is_reported_as_unreachable(tmp_path: Path) -> None:
    async with served("--ephemeral", folder=tmp_path) as server:
        os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(ControlError, match=r"does not answer at .*/readyz"):
            await server.console.ask("GET", "readyz")


async def test_a_server_s_own_reason_for_not_starting_is_shown(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(OwnServerError, match="could not start"):
        async with served("--portal-port=99999", folder=tmp_path):
            pass
    assert "maquette: --portal-port" in capfd.readouterr().err


async def test_a_refusal_by_the_server_is_reported_with_the_benchmark_s_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def refuse() -> list[Figure]:
        raise ControlError("the console refused it")

    monkeypatch.setitem(cast("dict[str, object]", BENCHMARKS), "start", refuse)
    with pytest.raises(BenchError, match="start: the console refused it"):
        await measure("start", tell=lambda _: None)


@pytest.mark.parametrize(
    "stop",
    [
        signal.SIGHUP,
        *(pytest.param(each, marks=pytest.mark.slow) for each in (signal.SIGINT, signal.SIGTERM)),
    ],
)
def test_an_interrupted_benchmark_leaves_no_process_folder_or_file(
    tmp_path: Path, stop: signal.Signals
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    options = ("--only", "serve", "--json", str(tmp_path / "figures.json"))
    with started(
        [sys.executable, "-m", "maquette.simulator", "bench", *options],
        env={**os.environ, "TMPDIR": str(temporary)},
        stderr=subprocess.DEVNULL,
    ) as process:
        while not list(temporary.rglob(READY)):
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(stop)
        assert process.wait(timeout=30) == STOPPED
    assert list(tmp_path.iterdir()) == [temporary]
    assert list(temporary.iterdir()) == []
    assert working_in(temporary) == []


def report(*figures: Figure) -> Report:
    return Report("0.1.0", datetime(2026, 1, 1, tzinfo=UTC), MACHINE, 0.7, figures)


def printed(one: Figure) -> str:
    console = Console(width=100)
    with console.capture() as kept:
        console.print(report(one).table())
    return kept.get()


def is_one_clear_line(outcome: Result) -> bool:
    return outcome.stderr.startswith("maquette: ") and outcome.stderr.count("\n") == 1
