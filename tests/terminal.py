"""Runs the `maquette` command as a person does, in a separate folder.

`invoke` runs the command in this process. `run` and `serving` start a process, which takes ten times as long:
use them where the process, its signals, its exit or its terminal may fail.
"""

import fcntl
import json
import os
import pty
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import commands
from typer.testing import CliRunner

from maquette.simulator.command_line.app import app

COMMAND = (sys.executable, "-c", "from maquette.simulator.command_line.app import main; main()")
FREE_PORTS = ("--portal-port=0", "--gate-port=0", "--console-port=0", "--smtp-port=0")
LAST_LINE = "Stop with Ctrl-C."
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Outcome:
    """Exit code and output of a command."""

    code: int
    out: str
    err: str

    @property
    def is_one_clear_line(self) -> bool:
        """Whether stderr is exactly one line that begins with `maquette: `."""
        return self.err.startswith("maquette: ") and self.err.count("\n") == 1 and "Traceback" not in self.err


@dataclass(slots=True)
class Running:
    """A server in the foreground; `ready` is the content of its ready file, `welcome` its output so far."""

    process: subprocess.Popen[str]
    ready_file: Path
    ready: dict[str, Any]
    welcome: str

    def stop(self, signal: int) -> Outcome:
        """Send the signal and wait until the process has ended."""
        self.process.send_signal(signal)
        out, err = self.process.communicate(timeout=SECONDS)
        return Outcome(self.process.returncode, out, err)


def invoke(*arguments: str, folder: Path, **environment: str) -> Outcome:
    """Run the command in this process, in the folder, with these variables and no other MAQUETTE_* ones."""
    ours: dict[str, str | None] = {name: None for name in os.environ if name.startswith("MAQUETTE_")}
    with chdir(folder):
        result = CliRunner().invoke(app, arguments, env=ours | {"COLUMNS": "200"} | environment)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Outcome(result.exit_code, result.stdout, result.stderr)


def run(*arguments: str, folder: Path, **environment: str) -> Outcome:
    """Run the command in a process, in the folder, with these variables and no other MAQUETTE_* ones."""
    done = commands.run([*COMMAND, *arguments], seconds=SECONDS, cwd=folder, env=_environment(environment))
    return Outcome(done.returncode, done.stdout, done.stderr)


@contextmanager
def serving(*arguments: str, folder: Path, **environment: str) -> Iterator[Running]:
    """Start a server on free ports and wait until every door answers; kill it at the end if it still runs."""
    ready_file = folder / "ready.json"
    with commands.started(
        [*COMMAND, "serve", *FREE_PORTS, f"--ready-file={ready_file}", *arguments],
        cwd=folder,
        env=_environment(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        welcome = _read_welcome(process)
        yield Running(process, ready_file, json.loads(ready_file.read_text()), welcome)


def serve_until_the_terminal_is_closed(*arguments: str, folder: Path) -> Outcome:
    """Start a server at a pseudo-terminal, and close it once every door answers; stderr is a pipe."""
    ours, theirs = pty.openpty()
    with commands.started(
        [*COMMAND, "serve", *FREE_PORTS, *arguments],
        cwd=folder,
        env=_environment({}),
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    ) as process:
        os.close(theirs)
        welcome = b""
        while LAST_LINE.encode() not in welcome:
            welcome += os.read(ours, 1000)
        os.close(ours)
        _, err = process.communicate(timeout=SECONDS)
        return Outcome(process.returncode, welcome.decode(), err)


def _read_welcome(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.strip() == LAST_LINE:
            return "".join(lines)
    raise AssertionError(f"the server did not start: {process.communicate()[1]}")


def _environment(variables: dict[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MAQUETTE_")}
    return inherited | {"COLUMNS": "200"} | variables
