"""Other processes on the same database: whoever waits here hears of what they did.

Asks the database a few times a second whether anybody else has committed anything, and then lets sender,
delivery and journal look for themselves. Not needed where one process does all. Source: contract.md
`--workers`, `--database`.
"""

import asyncio
import logging

from maquette.simulator.journal import Journal
from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.mail.outbox import Sender
from maquette.simulator.store.engine import Store, StoreUnavailableError

LOOK_EVERY = 0.02
"""Seconds between one look and the next."""

AFTER_A_FAULT = 1.0

log = logging.getLogger("maquette.neighbours")


class Neighbours:
    """Looks, from `start` to `stop`."""

    def __init__(self, store: Store, journal: Journal, sender: Sender, delivery: Delivery) -> None:
        self._store = store
        self._journal = journal
        self._sender = sender
        self._delivery = delivery
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    def alive(self) -> bool:
        """Whether somebody looks."""
        return self._task is not None and not self._task.done()

    async def _run(self) -> None:
        while True:
            wait = LOOK_EVERY
            try:
                self._look()
            except StoreUnavailableError:
                log.warning("the database does not answer: what others did is looked for again later")
                wait = AFTER_A_FAULT
            await asyncio.sleep(wait)

    def _look(self) -> None:
        if self._store.changed_by_others():
            self._sender.wake()
            self._delivery.wake()
            self._delivery.hear_of_others()
            self._journal.hear_of_others()
