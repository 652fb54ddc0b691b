"""Work that is done whenever there may be some, and again at the instant that it asks for itself."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from maquette.simulator.store.errors import StoreUnavailableError

log = logging.getLogger("maquette.mail")

AFTER_A_FAULT = 1.0
"""Seconds of real time after which work is tried again that a fault held up, or a database that is away."""

Work = Callable[[], Awaitable[float | None]]
"""Does what is due, and tells the seconds of real time to the next; None when nothing lies ahead."""


class PeriodicTask:
    """Calls `work` when it starts, when woken, and after the seconds that the last call gave."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.stopping = False

    def start(self) -> None:
        """Begin with what an earlier run has left."""
        self._woken.set()
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Stop, in the middle of the work if need be.

        The flag is for a cancellation that is lost: Python 3.11's `wait_for`, which the SMTP client waits
        with, drops one that comes together with the server's answer.
        """
        self.stopping = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def alive(self) -> bool:
        """Whether the work is being done; a fault in here must not go unseen."""
        return self._task is not None and not self._task.done()

    def wake(self) -> None:
        """There may be something to do."""
        self._woken.set()

    async def _run(self) -> None:
        while not self.stopping:
            try:
                wait = await self._work()
            except StoreUnavailableError as error:
                log.warning("what is due waits for the database: %s", error)
                wait = AFTER_A_FAULT
            except Exception:
                log.exception("what is due could not be done: it is tried again")
                wait = AFTER_A_FAULT
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._woken.wait()
            self._woken.clear()
