"""The audit of a test suite: which deliberate defects the suite catches.

Runs the suite's command once against a simulator without defect, then once for each defect, on a simulator
whose realms all have that defect. It reads only the exit code and the JUnit XML: a suite may be
written in any language.
"""

import asyncio
import os
import signal
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from xml.etree import ElementTree

from pydantic import BaseModel

from maquette.fixtures.control import Client, DefectFacts
from maquette.fixtures.own_server import FREE_PORTS, OwnServer, surroundings

LONGEST_CLEAN_SECONDS = 3600.0
SHORTEST_LIMIT_SECONDS = 120.0
TIMES_THE_CLEAN_RUN = 10
"""A run with a defect may take so many times what the clean one took, then it is ended."""


@dataclass(frozen=True, slots=True)
class SuiteRun:
    """One run of the suite: how it ended, its tests by its JUnit XML, and those of them that failed.

    `exit_code` is None where the suite did not end in time and was ended. `tests` is None where what it wrote
    is no JUnit XML. `output` is all that it printed.
    """

    exit_code: int | None
    tests: tuple[str, ...] | None
    failed: tuple[str, ...]
    seconds: float
    output: str


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one defect."""

    defect: DefectFacts
    run: SuiteRun

    @property
    def caught(self) -> bool:
        """A defect is caught when the suite fails."""
        return self.run.exit_code != 0

    @property
    def verdict(self) -> str:
        """The same in a word."""
        return "caught" if self.caught else "escaped"


@dataclass(frozen=True, slots=True)
class Audit:
    """The whole audit: the run without defect, and the outcome of each defect."""

    command: tuple[str, ...]
    clean: SuiteRun
    findings: tuple[Finding, ...]

    @property
    def escaped(self) -> tuple[DefectFacts, ...]:
        """The defects that the suite let through."""
        return tuple(each.defect for each in self.findings if not each.caught)

    @property
    def idle(self) -> tuple[str, ...]:
        """The tests that no defect made fail."""
        busy = {test for finding in self.findings for test in finding.run.failed}
        return tuple(test for test in self.clean.tests or () if test not in busy)


class AuditError(Exception):
    """The audit cannot be made; the message says why."""


class SuiteFailsError(AuditError):
    """The suite fails on a simulator without defect: its failures prove nothing."""

    def __init__(self, run: SuiteRun) -> None:
        ended = "did not end" if run.exit_code is None else f"ended with the exit code {run.exit_code}"
        super().__init__(f"the suite {ended} on a simulator without defect: nothing can be said of defects")
        self.run = run


class AuditListener:
    """Follows an audit; this one shows nothing."""

    def begins(self, defects: Sequence[DefectFacts]) -> None:
        """The clean run has passed, and these defects are next."""

    def found(self, finding: Finding) -> None:
        """A defect has been tried."""


async def audit(
    command: Sequence[str], names: Sequence[str], listener: AuditListener, *, at_a_time: int
) -> Audit:
    """Audit the command against the defects of those names, or against all.

    Raises AuditError for an unknown name and for a command that cannot be started, SuiteFailsError when the
    command fails on a simulator without defect.
    """
    defects, clean = await _clean_run(command, names)
    listener.begins(defects)
    limit = max(SHORTEST_LIMIT_SECONDS, TIMES_THE_CLEAN_RUN * clean.seconds)
    turn = asyncio.Semaphore(at_a_time)

    async def try_out(defect: DefectFacts) -> Finding:
        async with turn, AsyncExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="maquette-audit-")))
            server = OwnServer(folder, "--ephemeral", "--defect", defect.name, *FREE_PORTS)
            await stack.enter_async_context(server)
            finding = Finding(defect, await _run(command, server, folder, limit))
            listener.found(finding)
            return finding

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(try_out(defect)) for defect in defects]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return Audit(tuple(command), clean, tuple(task.result() for task in tasks))


async def _clean_run(command: Sequence[str], names: Sequence[str]) -> tuple[list[DefectFacts], SuiteRun]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="maquette-audit-")))
        server = await stack.enter_async_context(OwnServer(folder, "--ephemeral", *FREE_PORTS))
        client = await stack.enter_async_context(Client(f"{server.console}/api", server.token))
        known = {each.name: each for each in (await client.read(_Defects, "defects")).defects}
        if unknown := [name for name in names if name not in known]:
            near = get_close_matches(unknown[0], known)
            hint = f"did you mean {' or '.join(near)}?" if near else "docs/reference/defects.md names them"
            raise AuditError(f"there is no defect {', '.join(unknown)}: {hint}")
        run = await _run(command, server, folder, LONGEST_CLEAN_SECONDS)
        if run.exit_code != 0:
            raise SuiteFailsError(run)
        return [known[name] for name in dict.fromkeys(names)] or list(known.values()), run


async def _run(command: Sequence[str], server: OwnServer, folder: Path, limit: float) -> SuiteRun:
    """Run the command in a process group of its own, which is ended with all that it started."""
    junit, begun = folder / "junit.xml", time.monotonic()
    variables = {
        "MAQUETTE_CONSOLE": server.console,
        "MAQUETTE_TOKEN": server.token,
        "MAQUETTE_JUNIT": str(junit),
    }
    with (folder / "output.txt").open("wb") as output:
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                env=surroundings() | variables,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise AuditError(f"{command[0]} cannot be started: {error.strerror}") from None
        exit_code: int | None = None
        try:
            async with asyncio.timeout(limit):
                exit_code = await process.wait()
        except TimeoutError:
            pass
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    tests, failed = _read_junit(junit)
    said = (folder / "output.txt").read_text(encoding="utf-8", errors="replace")
    return SuiteRun(exit_code, tests, failed, time.monotonic() - begun, said)


def _read_junit(file: Path) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The names of all tests, and of those that failed; none without a file, None for what is no JUnit."""
    try:
        cases = list(ElementTree.parse(file).iter("testcase"))  # noqa: S314 - the user's own suite wrote it
    except FileNotFoundError:
        return (), ()
    except (OSError, ElementTree.ParseError):
        return None, ()
    failed = [each for each in cases if each.find("failure") is not None or each.find("error") is not None]
    return _names(cases), _names(failed)


def _names(cases: Sequence[ElementTree.Element]) -> tuple[str, ...]:
    return tuple(each.get("name", "") for each in cases)


class _Defects(BaseModel):
    defects: tuple[DefectFacts, ...]
