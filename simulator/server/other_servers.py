"""Other servers on the same database: whoever waits here hears of what they did.

Asks the database a few times a second whether anybody else has committed anything, and then lets sender,
delivery and journal look for themselves. Not needed where a server has its database to itself, with workers
or without. Source: contract.md `--database`.
"""

from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.mail.periodic_task import Alarm
from maquette.simulator.mail.sender import Sender
from maquette.simulator.store.database import Store
from maquette.simulator.store.journal_writer import Journal

LOOK_EVERY = 0.02
"""Seconds between one look and the next."""


class Neighbours:
    """Looks, from `start` to `stop`."""

    def __init__(self, store: Store, journal: Journal, sender: Sender, delivery: Delivery) -> None:
        self._store = store
        self._journal = journal
        self._sender = sender
        self._delivery = delivery
        self._untold = False
        self._alarm = Alarm(self._look)

    def start(self) -> None:
        """Begin to look."""
        self._alarm.start()

    async def stop(self) -> None:
        """Look no more."""
        await self._alarm.stop()

    def alive(self) -> bool:
        """Whether somebody looks."""
        return self._alarm.alive()

    async def _look(self) -> float:
        self._untold |= self._store.changed_by_others()
        if self._untold:
            self._sender.wake()
            self._delivery.wake()
            self._delivery.hear_of_others()
            self._journal.hear_of_others()
            self._untold = False  # only now: who raises is asked again, and so are those behind
        return LOOK_EVERY
