"""Runs a job when woken, and again after the delay that the job returns."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from maquette.simulator.store.errors import StoreUnavailableError

log = logging.getLogger("maquette.mail")

AFTER_A_FAULT = 1.0
"""Seconds of real time before a job that failed runs again."""

Work = Callable[[], Awaitable[float | None]]
"""The job: does what is due, and returns the seconds of real time to its next run; None for no next run."""


class PeriodicTask:
    """Calls `work` at its start, when woken, and after the seconds that the last call returned."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.stopping = False

    def start(self) -> None:
        """Start the task; the first run does what an earlier process has left."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Cancel the task, also in the middle of a run.

        The flag is for a lost cancellation: Python 3.11's `wait_for`, which the SMTP client uses, drops a
        cancellation that arrives together with the server's answer.
        """
        self.stopping = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def alive(self) -> bool:
        """Whether the task runs; health checks report when it does not."""
        return self._task is not None and not self._task.done()

    def wake(self) -> None:
        """Run the job soon."""
        self._woken.set()

    async def _run(self) -> None:
        while not self.stopping:
            try:
                wait = await self._work()
            except StoreUnavailableError as error:
                log.warning("a background job waits for the database: %s", error)
                wait = AFTER_A_FAULT
            except Exception:
                log.exception("a background job failed: it is tried again")
                wait = AFTER_A_FAULT
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()
            self._woken.clear()
