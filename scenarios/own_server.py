"""A server in a process of its own, that a scenario may kill at any moment.

It starts again on the same data folder and the same ports, as after a crash at work.
"""

import asyncio
import json
import random
import signal
import socket
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

START_SECONDS = 30
_PORTS = range(15_000, 30_000)


class OwnServer:
    """`maquette serve` on a data folder below `folder`: an asynchronous context manager."""

    console: str
    token: str

    def __init__(self, folder: Path) -> None:
        self._ready = folder / "ready.json"
        doors = zip(("portal", "gate", "console", "smtp"), _free_ports(4), strict=True)
        ports = [argument for door, port in doors for argument in (f"--{door}-port", str(port))]
        self._command = [
            *(sys.executable, "-m", "maquette.simulator", "serve"),
            *("--data", str(folder / "data"), "--ready-file", str(self._ready), *ports),
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
        """Start it, and wait until every door answers. Raises RuntimeError when it does not start."""
        self._ready.unlink(missing_ok=True)
        self._process = await asyncio.create_subprocess_exec(
            *self._command, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(START_SECONDS):
                while not self._ready.exists():
                    if self._process.returncode is not None:
                        raise RuntimeError("a server of its own could not start")
                    await asyncio.sleep(0.02)
        except TimeoutError:
            await self.kill()
            raise RuntimeError(f"a server of its own did not start within {START_SECONDS} seconds") from None
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


def _free_ports(count: int) -> list[int]:
    """Ports that are free now, and that no client is given: a server that starts again needs the same."""
    ports: list[int] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            ports.append(port)
        if len(ports) == count:
            return ports
    raise RuntimeError("no free ports for a server of its own")
