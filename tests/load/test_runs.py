"""Load runs by the command: passed, failed, interrupted, spread over workers, refused before the start.

Each run lasts some seconds, against its own simulator or this session's.
"""

import asyncio
import io
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from commands import kill_family, run, started
from leftovers import working_in
from rich.console import Console
from typer.testing import CliRunner, Result

from maquette.fixtures.control import Control, ControlError
from maquette.fixtures.installation import Target
from maquette.fixtures.own_server import OwnServer
from maquette.load.bench.machine import children
from maquette.load.by_hand import judge, prepare
from maquette.load.description import DESCRIPTION, Description
from maquette.load.judgement import Keep
from maquette.load.preparation import Wanted
from maquette.load.profile import find_profile, read_profile
from maquette.load.runner import LOCUSTFILE, Order, run_load, try_to_write
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.command_line.app import app

FAILED, WRONG_USAGE, NO_START = 1, 2, 3
SECONDS = 60

PROFILE = """
arrival = "{arrival}"
think = {{ least = 0, most = 0.05 }}
[title]
fr = "Petit"
en = "Tiny"
[[stages]]
seconds = 0.1
to = {to}
[[stages]]
seconds = {seconds}
to = {to}
[mix]
{mix}
[data]
subscribers = {subscribers}
converted = 1
[[thresholds]]
step = "2.3 mail"
percentile = 95
limit_ms = 20000
"""


def profile(
    folder: Path,
    *,
    to: float = 2,
    seconds: float = 2,
    arrival: str = "closed",
    people: int = 120,
    **mix: float,
) -> str:
    """A profile of a few seconds, with enough people for a machine ten times as fast."""
    told = "\n".join(f"{journey} = {weight}" for journey, weight in (mix or {"opting": 1}).items())
    file = folder / "tiny.toml"
    file.write_text(PROFILE.format(arrival=arrival, to=to, seconds=seconds, mix=told, subscribers=people))
    return str(file)


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """The folder for temporary files of started commands."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def surroundings(temporary: Path, **more: str) -> dict[str, str]:
    """The environment of a command, without settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("MAQUETTE_", "LOCUST_"))}
    return kept | {"TMPDIR": str(temporary)} | more


def load_run(*arguments: str, temporary: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return run(
        [sys.executable, "-m", "maquette.simulator", "load", "run", *arguments],
        seconds=SECONDS,
        env=surroundings(temporary, **more),
        cwd=temporary.parent,
    )


def verdict_in(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "verdict.json").read_text(encoding="utf-8"))
    return told


# To the end


def test_a_run_of_its_own_passes_writes_its_report_and_leaves_nothing(
    tmp_path: Path, temporary: Path
) -> None:
    mix = {"opting": 1, "stuck": 1, "recap": 1, "certificate": 1}
    done = load_run(profile(tmp_path, **mix), "--report", str(tmp_path / "report"), temporary=temporary)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-2] == "passed"
    told = verdict_in(tmp_path / "report")
    assert (told["outcome"], told["failures"], told["ended"]) == ("passed", 0, True)
    assert told["requests"] > 0
    assert all(each["holds"] for each in told["invariants"])
    assert [(each["step"], each["met"]) for each in told["thresholds"]] == [("2.3 mail", True)]
    assert {"4.1 recap", "2.3 mail"} <= {each["step"] for each in told["steps"]}
    assert "Passed" in (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert list(temporary.iterdir()) == []


def test_a_code_that_works_twice_is_red_and_named(tmp_path: Path, temporary: Path, server: OwnServer) -> None:
    done = load_run(
        profile(tmp_path, reusing=1),
        *("--defect", "code-works-twice", "--report", str(tmp_path)),
        *("--target", server.console),
        temporary=temporary,
        MAQUETTE_TOKEN=server.token,
    )
    assert done.returncode == FAILED
    told = verdict_in(tmp_path)
    assert told["outcome"] == "failed"
    assert {"no-code-twice", "ACT-9"} <= {each["name"] for each in told["reasons"]}
    assert list(temporary.iterdir()) == []


def test_an_address_that_is_accepted_twice_is_red_and_named_in_an_open_run_over_two_workers(
    tmp_path: Path, temporary: Path, server: OwnServer
) -> None:
    done = load_run(
        profile(tmp_path, arrival="open", to=2, colliding=1),
        *("--defect", "address-not-judged-again", "--report", str(tmp_path), "--processes", "2"),
        *("--target", server.console),
        temporary=temporary,
        MAQUETTE_TOKEN=server.token,
    )
    assert done.returncode == FAILED, done.stdout + done.stderr
    told = verdict_in(tmp_path)
    assert told["workers"] == 2
    assert "one-space-per-email" in {each["name"] for each in told["reasons"]}


@pytest.mark.slow
def test_a_clock_leaps_as_its_stage_begins_however_short_that_is(
    tmp_path: Path, temporary: Path, server: OwnServer
) -> None:
    file = Path(profile(tmp_path, people=20, expired=1))
    leap = '[[stages]]\nseconds = 0.1\nto = 0\nadvance = "P1096D"\n'
    text = file.read_text().replace("[[stages]]", leap + "[[stages]]", 1).replace("2.3 mail", "6.5 expired")
    file.write_text(text)
    load_run(
        *(str(file), "--report", str(tmp_path), "--target", server.console),
        temporary=temporary,
        MAQUETTE_TOKEN=server.token,
    )
    told = verdict_in(tmp_path)
    assert (told["failures"], told["errors"], told["leaps_refused"]) == (0, [], [])
    assert told["thresholds"][0]["requests"] > 0


@pytest.mark.slow
async def test_a_generator_that_lost_a_worker_and_stood_still_makes_the_run_void(
    tmp_path: Path, temporary: Path, server: OwnServer
) -> None:
    asked = (profile(tmp_path, arrival="open", seconds=4, people=20), "--report", str(tmp_path))
    async with (
        begun(temporary, *asked, "--processes", "2", target=server) as (process, realm),
        Control(f"{server.console}/api/realms/{realm}", server.token) as control,
    ):
        await wait_for_a_code(control)
        lost, stopped = workers_in(temporary)
        os.kill(lost, signal.SIGKILL)
        os.kill(stopped, signal.SIGSTOP)
        cursor = (await control.journal()).cursor
        with pytest.raises(ControlError):  # nobody opts meanwhile
            await control.wait_for_line("option-accepted", after=cursor, timeout=2)
        os.kill(stopped, signal.SIGCONT)
        await asyncio.wait_for(process.communicate(), SECONDS)
    told = verdict_in(tmp_path)
    assert (process.returncode, told["outcome"]) == (FAILED, "void")
    assert (told["workers"], told["workers_lost"]) == (2, 1)
    assert any(each["late"] >= 1 and each["latest"] > 1000 for each in told["generators"])
    assert {"workers-lost"} < {each["name"] for each in told["reasons"]}
    assert working_in(temporary) == []


def workers_in(folder: Path) -> list[int]:
    """Ids of Locust's workers: the processes in the folder whose parent is there too."""
    there = [int(each) for each in working_in(folder)]
    return [worker for process in there for worker in children(process) if worker in there]


@asynccontextmanager
async def begun(
    temporary: Path,
    *arguments: str,
    target: OwnServer | None = None,
    in_background: bool = False,
    stderr: int | None = None,
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Start a run with its realm, and clean up at the end."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "maquette.simulator", "load", "run", *arguments),
        *(() if target is None else ("--target", target.console)),
        env=surroundings(temporary, **({} if target is None else {"MAQUETTE_TOKEN": target.token})),
        cwd=temporary.parent,
        stdout=asyncio.subprocess.PIPE,
        stderr=stderr,
        preexec_fn=ignore_ctrl_c if in_background else None,
    )
    try:
        assert process.stdout is not None
        async for line in process.stdout:
            if told := re.search(rb"seconds, realm (\S+)", line):
                yield process, told[1].decode()
                break
        else:
            pytest.fail("the run has not begun")
    finally:
        if process.returncode is None:
            kill_family(process.pid)
        await process.wait()
        for left in working_in(temporary):
            with suppress(ProcessLookupError):
                os.kill(int(left), signal.SIGKILL)


def ignore_ctrl_c() -> None:
    """Ignore SIGINT, as a shell does for a background process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


# By hand


@pytest.mark.slow
def test_a_master_and_two_workers_by_hand_share_the_people_out_and_pass(
    tmp_path: Path, temporary: Path, server: OwnServer
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    where = {"MAQUETTE_CONSOLE": server.console, "MAQUETTE_TOKEN": server.token}
    environment = surroundings(
        temporary, **where, MAQUETTE_PROFILE=profile(tmp_path, to=4, opting=1, reusing=1)
    )
    locust = [sys.executable, "-m", "locust", "-f", str(LOCUSTFILE)]
    worker = partial(
        started,
        [*locust, "--worker", "--master-port", port],
        env=environment,
        cwd=temporary,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    with worker() as one, worker() as other:
        master = run(
            [
                *(*locust, "--headless", "--master", "--master-bind-host", "127.0.0.1"),
                *("--master-bind-port", port, "--expect-workers", "2"),
                *("--loglevel", "WARNING"),
            ],
            seconds=SECONDS,
            env=environment,
            cwd=temporary,
        )
        one.wait(timeout=SECONDS)
        other.wait(timeout=SECONDS)
    assert master.returncode == 0, master.stdout + master.stderr
    assert re.search(r"^passed$", master.stdout, re.MULTILINE)
    assert list(temporary.iterdir()) == []


# Interrupted


async def test_ctrl_c_leaves_a_partial_report_and_no_process_and_no_file(
    tmp_path: Path, temporary: Path
) -> None:
    report = tmp_path / "report"
    asked = (profile(tmp_path, seconds=600), "--report", str(report))
    async with begun(temporary, *asked) as (process, realm):
        await wait_for_a_journey(temporary, realm)
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), SECONDS)
        assert working_in(temporary) == []
    assert process.returncode == FAILED
    told = verdict_in(report)
    assert (told["outcome"], told["ended"]) == ("void", False)
    assert told["reasons"][0]["name"] == "interrupted"
    assert told["requests"] > 0
    assert (report / "report.html").exists()
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
async def test_closing_the_terminal_interrupts_a_background_run_in_the_same_way(
    tmp_path: Path, temporary: Path, server: OwnServer
) -> None:
    asked = (profile(tmp_path, seconds=600, people=20), "--report", str(tmp_path))
    async with (
        begun(temporary, *asked, target=server, in_background=True) as (process, realm),
        Control(f"{server.console}/api/realms/{realm}", server.token) as control,
    ):
        await wait_for_a_code(control)
        process.send_signal(signal.SIGHUP)
        await asyncio.wait_for(process.communicate(), SECONDS)
        assert working_in(temporary) == []
    told = verdict_in(tmp_path)
    assert told["reasons"][0]["name"] == "interrupted"
    assert told["requests"] > 0
    assert list(temporary.iterdir()) == []


@pytest.mark.slow
async def test_ctrl_c_interrupts_a_run_with_locusts_page_too(
    tmp_path: Path, temporary: Path, server: OwnServer
) -> None:
    asked = (profile(tmp_path, seconds=600, people=20), "--web", "--report", str(tmp_path))
    async with (
        begun(temporary, *asked, target=server) as (process, realm),
        Control(f"{server.console}/api/realms/{realm}", server.token) as control,
    ):
        await wait_for_a_code(control)
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), SECONDS)
    told = verdict_in(tmp_path)
    assert [each["name"] for each in told["reasons"]] == ["interrupted"]


@pytest.mark.slow
async def test_a_run_with_locusts_page_says_when_it_is_over_and_is_then_judged_by_ctrl_c(
    tmp_path: Path, temporary: Path, server: OwnServer
) -> None:
    ours, theirs = pty.openpty()
    asked = (profile(tmp_path, seconds=1, people=20, certificate=1), "--web", "--report", str(tmp_path))
    Path(asked[0]).write_text(Path(asked[0]).read_text().replace("2.3 mail", "1.1 home"))
    async with begun(temporary, *asked, target=server, stderr=theirs) as (process, _):
        os.close(theirs)
        await asyncio.wait_for(asyncio.to_thread(read_until, ours, b"the profile is over"), SECONDS)
        process.send_signal(signal.SIGINT)
        await asyncio.wait_for(process.communicate(), SECONDS)
    os.close(ours)
    told = verdict_in(tmp_path)
    assert (process.returncode, told["outcome"], told["reasons"]) == (0, "passed", [])


def read_until(descriptor: int, words: bytes) -> None:
    """Read the output up to that text."""
    told = b""
    while words not in told:
        told += os.read(descriptor, 1000)


async def test_a_command_that_is_killed_leaves_no_process_and_no_certificates(
    tmp_path: Path, temporary: Path
) -> None:
    async with begun(temporary, profile(tmp_path, seconds=600, people=20)) as (process, realm):
        await wait_for_a_journey(temporary, realm)
        process.kill()
        await process.communicate()
        async with asyncio.timeout(SECONDS):
            while working_in(temporary):
                await asyncio.sleep(0.1)
    assert list(temporary.glob("maquette-load-*")) == []


async def wait_for_a_journey(temporary: Path, realm: str) -> None:
    """Wait until the journal of the run's server has a sent code."""
    (ready,) = temporary.glob("maquette-load-*/ready.json")
    doors = json.loads(ready.read_text(encoding="utf-8"))
    async with Control(f"{doors['console']}/api/realms/{realm}", doors["token"]) as control:
        await wait_for_a_code(control)


async def wait_for_a_code(control: Control) -> None:
    """Wait for a code other than those of the people converted beforehand."""
    before = (await control.journal()).cursor
    await control.wait_for_line("mail-sent", after=before, timeout=SECONDS)


# Refused before anything begins


def refused(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(app, ["load", "run", *arguments], env=environment)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["smok"], WRONG_USAGE, "did you mean smoke?"),
        (["smoke", "--language", "fr"], WRONG_USAGE, "give --report as well"),
        (["smoke", "--target", "http://192.0.2.1:8025"], WRONG_USAGE, "is not on this machine"),
        (["smoke", "--target", "http://simulator.example:8025"], WRONG_USAGE, "unless --allow-remote"),
        (["smoke", "--target", "localhost:8025"], WRONG_USAGE, "localhost:8025 is no address"),
        (["smoke", "--target", "http://[::1"], WRONG_USAGE, "http://[::1 is no address"),
        (
            ["smoke", "--target", "http://localhost:99999"],
            WRONG_USAGE,
            "http://localhost:99999 is no address",
        ),
        (["smoke", "--duration", "inf"], WRONG_USAGE, "at most 43200, not inf"),
        (["smoke", "--target", "http://127.0.0.1:1"], NO_START, "no simulator answers at http://127.0.0.1:1"),
    ],
)
def test_a_run_that_cannot_start_is_reported_in_one_line(arguments: list[str], code: int, told: str) -> None:
    outcome = refused(*arguments, MAQUETTE_TOKEN="a-token-of-nobody")
    assert outcome.exit_code == code
    assert told in outcome.stderr
    assert outcome.stderr.startswith("maquette: ")
    assert outcome.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("place", "told"), [("a-file", "a-file: it is no folder"), ("a-file/report", "report: Not a directory")]
)
def test_an_unwritable_report_is_reported_before_the_run(tmp_path: Path, place: str, told: str) -> None:
    (tmp_path / "a-file").touch()
    outcome = refused("smoke", "--report", str(tmp_path / place))
    assert outcome.exit_code == WRONG_USAGE
    assert "cannot be written" in outcome.stderr
    assert told in outcome.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["a-file"]


def test_load_goes_to_another_machine_only_with_the_option_and_says_so() -> None:
    here = "http://0.0.0.0:1"  # this machine, by an address outside loopback; no server answers there
    outcome = refused("smoke", "--target", here, "--allow-remote", MAQUETTE_TOKEN="a-token-of-nobody")
    assert f"warning: load goes to {here}, which is not on this machine" in outcome.stdout
    assert outcome.exit_code == NO_START
    assert f"no simulator answers at {here}" in outcome.stderr


def test_a_full_disk_is_reported_before_the_run_and_keeps_the_old_report(tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text("an old one")
    code = (
        "import resource, sys; from pathlib import Path; from maquette.load.runner import try_to_write;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)); try_to_write(Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert f"UnwritableError: a report cannot be written to {tmp_path}: File too large" in done.stderr
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("verdict.json", "an old one")]


def test_an_existing_report_stays_until_the_run_starts(tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text("an old one")
    try_to_write(tmp_path)
    assert [(each.name, each.read_text()) for each in tmp_path.iterdir()] == [("verdict.json", "an old one")]


@pytest.mark.parametrize(
    ("console", "code", "told"),
    [
        (None, NO_START, "MAQUETTE_CONSOLE and MAQUETTE_TOKEN name the simulator"),
        ("http://192.0.2.1:8025", WRONG_USAGE, "is not on this machine"),
        ("http://127.0.0.1:1", NO_START, "the console does not answer"),
    ],
)
def test_a_run_by_hand_that_cannot_be_prepared_is_reported_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], console: str | None, code: int, told: str
) -> None:
    environment = {"MAQUETTE_TOKEN": "a-token-of-nobody"} | ({"MAQUETTE_CONSOLE": console} if console else {})
    assert prepare(environment, tmp_path, "smoke") == code
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_load_by_hand_goes_to_another_machine_only_with_the_option(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = {"MAQUETTE_CONSOLE": "http://0.0.0.0:1", "MAQUETTE_TOKEN": "a-token-of-nobody"}
    assert prepare(where | {"MAQUETTE_ALLOW_REMOTE": "1"}, tmp_path, "smoke") == NO_START
    assert "warning: load goes to http://0.0.0.0:1" in capsys.readouterr().err


def test_a_run_by_hand_without_figures_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    description = Description(
        name="tiny", profile=read_profile(Path(profile(tmp_path))), realm="r", version="1", console="c",
        portal="p", gate="g", api="http://127.0.0.1:1/api", token="t", root="pem", folder="/nowhere",
        people=(),
    )  # fmt: skip
    (tmp_path / DESCRIPTION).write_text(description.model_dump_json(), encoding="utf-8")
    assert judge(tmp_path) == NO_START
    assert capsys.readouterr().err.startswith("maquette: the load generator ended without figures")


async def test_a_run_that_cannot_start_leaves_no_verdict_of_the_run_before(tmp_path: Path) -> None:
    (tmp_path / "verdict.json").write_text('{"outcome": "passed"}')
    nobody = Target("http://127.0.0.1:1", "a-token-of-nobody")
    order = Order(Wanted(*find_profile("smoke"), ("code-works-twice",)), nobody, processes=2)
    with pytest.raises(ControlError):
        await run_load(order, Keep(tmp_path), Console(file=io.StringIO()), began=real_now())
    told = verdict_in(tmp_path)
    asked = [told["run"][each] for each in ("target", "defects", "processes")]
    assert (told["outcome"], asked) == ("void", [nobody.console, ["code-works-twice"], 2])


def test_a_refused_realm_is_reported_in_one_line(tmp_path: Path, server: OwnServer) -> None:
    outcome = refused(
        profile(tmp_path),
        *("--defect", "no-such-defect", "--target", server.console),
        MAQUETTE_TOKEN=server.token,
    )
    assert outcome.exit_code == WRONG_USAGE
    assert "no-such-defect" in outcome.stderr
    assert outcome.stderr.count("\n") == 1


def test_a_refused_delivery_rule_is_reported_before_people_are_made(
    tmp_path: Path, server: OwnServer
) -> None:
    file = profile(tmp_path)
    Path(file).write_text(Path(file).read_text() + '[[delivery]]\ndelay = "tomorrow"\n')
    outcome = refused(file, "--target", server.console, MAQUETTE_TOKEN=server.token)
    assert outcome.exit_code == WRONG_USAGE
    assert "delay" in outcome.stderr
    assert "certificates" not in outcome.stdout


def test_a_missing_extra_is_reported_in_one_line_with_the_install_command() -> None:
    without = (
        "import importlib.util as util, sys; find = util.find_spec;"
        "util.find_spec = lambda name, *rest: None if name == 'locust' else find(name, *rest);"
        "from maquette.simulator.command_line.app import main; "
        "sys.argv = ['maquette', 'load', 'run', 'smoke']; main()"
    )
    done = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, check=False)
    assert done.returncode == NO_START
    assert done.stderr.startswith("maquette: load runs need Locust, the extra maquette[load]: ")
    assert done.stderr.count("\n") == 1


def test_nothing_but_locusts_own_process_imports_locust() -> None:
    code = (
        "import sys, maquette.load.runner, maquette.load.judgement, maquette.simulator.command_line.app;"
        "print([each for each in ('locust', 'gevent') if each in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_list_names_every_profile() -> None:
    listed = CliRunner().invoke(app, ["load", "list"])
    assert listed.exit_code == 0
    assert "deadline-day  Deadline day" in listed.stdout
