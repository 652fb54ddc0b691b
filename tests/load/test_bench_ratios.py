"""The benchmarks that compare the simulator with a floor: their output and their cleanup.

They run with tiny counts: no test measures speed.
"""

import os
import ssl
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import aiohttp
import aiosmtplib
import psycopg
import pytest
from leftovers import is_alive
from postgres import Cluster

from maquette.fixtures.own_server import ReadyFile
from maquette.load.bench.benchmarks import ALONE, BENCHMARKS
from maquette.load.bench.catcher import measure_catcher
from maquette.load.bench.figures import Better, Figure
from maquette.load.bench.floor import RecordedLetter, floor
from maquette.load.bench.growth import measure_growth
from maquette.load.bench.journey import measure_journey, measure_pages
from maquette.load.bench.measured_visitor import Answer, Work, add_people, certificates, control_of, journey
from maquette.load.bench.rounds import Side, in_turn, within_share
from maquette.load.bench.server import BenchError, served
from maquette.load.bench.workers import DATABASE, ConcurrentVisitors, ServerCost, add_turn, measure_workers


def goals(figures: Iterable[Figure]) -> list[tuple[float, Better]]:
    return [(each.goal, each.better) for each in figures if each.goal is not None]


def all_measured(figures: Iterable[Figure]) -> bool:
    return all(each.runs and each.value is not None and each.value > 0 for each in figures)


@pytest.mark.slow
async def test_a_procedure_is_compared_with_its_floor() -> None:
    figures = await measure_journey(rounds=1, each=1)
    assert goals(figures) == [(2.0, Better.LESS)]
    assert all_measured(figures)
    assert figures[0].what == "the procedure, 18 requests"


@pytest.mark.slow
async def test_pages_are_compared_with_the_same_bytes() -> None:
    figures = await measure_pages(rounds=1, each=5)
    assert goals(figures) == [(0.5, Better.MORE), (0.35, Better.MORE)]
    assert all_measured(figures)


@pytest.mark.slow
async def test_the_catcher_is_compared_with_a_bare_one() -> None:
    figures = await measure_catcher(rounds=1, each=3)
    assert goals(figures) == [(0.6, Better.MORE), (0.6, Better.MORE)]
    assert all_measured(figures)


@pytest.mark.slow
async def test_many_spaces_are_compared_with_few() -> None:
    figures = await measure_growth(sizes=(3, 5), rounds=1, each=1)
    assert goals(figures) == [(1.25, Better.LESS)]
    assert all_measured(figures)
    assert [each.what for each in figures if each.unit == "s"] == [
        "3 spaces: made in",
        "5 spaces: made in",
    ]


@pytest.mark.slow
async def test_workers_are_compared_with_one_process_and_postgresql_is_measured_if_installed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(DATABASE, raising=False)
    figures = await measure_workers(rounds=1, each=2)
    assert goals(figures) == [(0.9, Better.MORE), (0.9, Better.MORE)]
    assert all_measured(each for each in figures if "SQLite" in each.what)
    assert {each.runs for each in figures if "PostgreSQL" in each.what} == {0}


@pytest.mark.slow
async def test_a_benchmark_on_postgresql_leaves_nothing_in_the_database(
    postgresql: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = postgresql.fresh()
    monkeypatch.setenv(DATABASE, database)
    assert all_measured(await measure_workers(rounds=1, each=2, turns=1))
    with psycopg.connect(database) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert tables.fetchall() == []
        schemas = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'maquette%'")
        assert schemas.fetchall() == []


@pytest.mark.slow
async def test_an_unreachable_database_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATABASE, "postgresql+psycopg://nobody@127.0.0.1:9/nothing")
    with pytest.raises(BenchError, match=f"the database that {DATABASE} names cannot be used"):
        await measure_workers(rounds=1, each=1)


def test_a_long_benchmark_measures_more_when_named_alone_and_another_only_then() -> None:
    assert set(ALONE) == {"growth", "peer"}
    assert set(ALONE) - set(BENCHMARKS) == {"peer"}


@pytest.mark.slow
async def test_the_floor_gives_the_same_bytes_over_and_over(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "floor").mkdir()
    page = Answer(
        Work.NONE, 200, (("Content-Type", "text/html; charset=utf-8"), ("X-Own", "é")), b"<p>\xc3\xa9"
    )
    other = Answer(Work.NONE, 303, (("Location", "/elsewhere"),), b"")
    async with (
        served("--data=data", folder=tmp_path / "real") as server,
        floor([page, other], None, server.doors, tmp_path / "floor") as below,
        aiohttp.ClientSession() as session,
    ):
        tls = ssl.create_default_context(cafile=server.doors.ca)
        for door in (below.doors.portal, below.doors.gate):
            for expected in (page, other):
                async with session.get(f"{door}/any", ssl=tls, allow_redirects=False) as answer:
                    assert (answer.status, await answer.read()) == (expected.status, expected.body)
                    assert set(expected.headers) <= set(answer.headers.items())
    assert not is_alive(below.pid)


@pytest.mark.slow
async def test_the_floor_answers_the_same_walk_as_the_simulator(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "floor").mkdir()
    async with served("--data=data", folder=tmp_path / "real") as server, control_of(server.doors) as control:
        [person] = await certificates(control, 1, after=await add_people(control, 1))
        real = (await journey(server.doors, person)).answers
        letter = RecordedLetter(
            "a@courriel.example", "b@courriel.example", b"Subject: a letter\r\n\r\nIts text.\r\n"
        )
        async with floor(real, letter, server.doors, tmp_path / "floor") as below:
            for _ in range(2):
                replayed = (await journey(below.doors, person)).answers
                assert [each.work for each in replayed] == [each.work for each in real]
                assert [len(each.body) for each in replayed] == [len(each.body) for each in real]
    assert {each.work for each in real} == set(Work)


@pytest.mark.slow
async def test_the_bare_mail_server_takes_letters(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "floor").mkdir()
    async with (
        served("--data=data", folder=tmp_path / "real") as server,
        floor([], None, server.doors, tmp_path / "floor") as below,
    ):
        host, _, port = below.doors.smtp.rpartition(":")
        async with aiosmtplib.SMTP(hostname=host, port=int(port)) as smtp:
            refused, _ = await smtp.sendmail("a@courriel.example", ["b@courriel.example"], b"Subject: a\r\n")
    assert refused == {}


@pytest.mark.slow
async def test_a_missing_code_is_reported(tmp_path: Path) -> None:
    async with served("--data=data", folder=tmp_path) as server, control_of(server.doors) as control:
        [person] = await certificates(control, 1, after=await add_people(control, 1))
        await control.set_delivery({"lose": True})
        with pytest.raises(BenchError, match=r"no code came within 0\.1 seconds: lost"):
            await journey(server.doors, person, patience=0.1)


async def test_sides_play_in_turn_and_the_first_round_warms_them_up() -> None:
    played: list[str] = []

    async def play_one() -> None:
        played.append("one")

    async def play_other() -> None:
        played.append("other")

    taken = await in_turn((Side(os.getpid(), play_one), Side(os.getpid(), play_other)), rounds=2)
    assert played == ["one", "other"] * 3
    assert [len(each) for each in taken] in ([2, 2], [0, 0])


def test_once_the_share_is_used_up_there_are_two_runs_and_no_more() -> None:
    assert list(within_share(5, share=-1)) == [0, 1]
    assert list(within_share(3)) == [0, 1, 2]


async def test_a_round_of_which_one_side_is_unknown_counts_for_neither() -> None:
    nobody = subprocess.Popen([sys.executable, "-c", ""])
    nobody.wait()

    async def play() -> None:
        pass

    assert await in_turn((Side(os.getpid(), play), Side(nobody.pid, play)), rounds=2) == ((), ())


def test_a_turn_counts_as_many_rounds_of_each_server() -> None:
    doors = ReadyFile("", "", "", "", "", Path())
    slow, fast = (
        ConcurrentVisitors(doors, [], 1, [[9.0], [0.1]]),
        ConcurrentVisitors(doors, [], 1, [[9.0], [0.2], [0.3, 0.4]]),
    )
    one, several = ServerCost(cpu=[1.0]), ServerCost(cpu=[2.0])
    add_turn((one, several), (([3.0], slow), ([4.0, 5.0], fast)))
    assert (one.cpu, several.cpu) == ([1.0, 3.0], [2.0, 4.0])
    assert (one.waits, several.waits) == ([0.1], [0.2, 0.3, 0.4])
