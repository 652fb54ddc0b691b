"""A server in a process of its own: a scenario may kill it at any moment, an audit gives it a defect.

It hears nothing of the settings around it: neither of MAQUETTE_* variables nor of a maquette.toml.
"""

import asyncio
import json
import os
import random
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

START_SECONDS = 30


class OwnServerError(Exception):
    """A server of its own could not be started."""


_PORTS = range(15_000, 30_000)


DOORS = ("portal", "gate", "console", "smtp")
FREE_PORTS = tuple(argument for door in DOORS for argument in (f"--{door}-port", "0"))
"""Options of a server that is started once."""


def same_every_time(folder: Path) -> tuple[str, ...]:
    """Options of a server that starts again as after a crash at work: same data, same ports."""
    doors = zip(DOORS, _free_ports(len(DOORS)), strict=True)
    ports = (argument for door, port in doors for argument in (f"--{door}-port", str(port)))
    return "--data", str(folder / "data"), *ports


class OwnServer:
    """`maquette serve` with these options, at home in `folder`: an asynchronous context manager.

    All that it ever writes is in the folder, whose end is the caller's business.
    """

    console: str
    token: str

    def __init__(self, folder: Path, *options: str) -> None:
        self._folder = folder
        self._ready = folder / "ready.json"
        self._command = [
            *(sys.executable, "-m", "maquette.simulator", "serve", *options),
            *("--ready-file", str(self._ready)),
        ]
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.kill()

    async def start(self) -> None:
        """Start it, and wait until every door answers. Raises OwnServerError when it does not start."""
        self._ready.unlink(missing_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            *self._command,
            cwd=self._folder,
            env=surroundings() | {"TMPDIR": str(self._folder)},  # it is killed, and tidies nothing up
            stdout=asyncio.subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C at the terminal is for whoever started it, who ends it in turn
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                while not self._ready.exists():
                    if self._process.returncode is not None:
                        raise OwnServerError("a server of its own could not start")
                    await asyncio.sleep(0.02)
        except TimeoutError:
            await self.kill()
            raise OwnServerError(f"no server of its own within {START_SECONDS} seconds") from None
        except asyncio.CancelledError:
            await self.kill()  # nobody is inside yet who would end it
            raise
        ready = json.loads(self._ready.read_text(encoding="utf-8"))
        self.console, self.token = ready["console"], ready["token"]

    async def kill(self) -> None:
        """Kill it without warning."""
        if self._process is not None:
            if self._process.returncode is None:
                self._process.send_signal(signal.SIGKILL)
            await self._process.wait()

    async def kill_and_start(self) -> None:
        """Kill it without warning, and start it again."""
        await self.kill()
        await self.start()


def surroundings() -> dict[str, str]:
    """The environment without what would change a simulator's settings."""
    return {key: value for key, value in os.environ.items() if not key.startswith("MAQUETTE_")}


def _free_ports(count: int) -> list[int]:
    """Ports that are free now, and that no client is given: a server that starts again needs the same."""
    ports: list[int] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            ports.append(port)
        if len(ports) == count:
            return ports
    raise OwnServerError("no free ports for a server of its own")
