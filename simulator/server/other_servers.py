"""Polls the database for the commits of other servers, and wakes the parts of this server that wait for them.

A few times a second it checks whether another process has committed. If so, sender, delivery and journal read
the database again. A server that has its database to itself does not need it, with workers or without.
"""

from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.mail.periodic_task import PeriodicTask
from maquette.simulator.mail.sender import Sender
from maquette.simulator.store.database import Store
from maquette.simulator.store.journal_writer import JournalWriter

POLL_SECONDS = 0.02
"""Seconds between two polls."""


class OtherServers(PeriodicTask):
    """Polls from `start` to `stop`."""

    def __init__(self, store: Store, journal: JournalWriter, sender: Sender, delivery: Delivery) -> None:
        super().__init__(self._poll)
        self._store = store
        self._journal = journal
        self._sender = sender
        self._delivery = delivery
        self._pending = False

    async def _poll(self) -> float:
        self._pending |= self._store.changed_by_others()
        if self._pending:
            self._sender.wake()
            self._delivery.wake()
            self._delivery.notify_of_other_servers()
            self._journal.notify_of_other_servers()
            self._pending = False  # only now: after an exception all of them are called again
        return POLL_SECONDS
