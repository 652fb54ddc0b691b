"""From the catcher into the mailboxes, by the realm's delivery rules, and telling those who wait for mail.

What becomes of a mail is kept in one transaction before the catcher answers for it. Late mail comes at the
realm's time: while a clock runs by itself, here; while somebody moves it, when the move gets there.
Source: rules MAIL-5, MAIL-6.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any
from weakref import WeakValueDictionary

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.clock import ClockMode
from maquette.simulator.domain.realm import DEFAULT_REALM
from maquette.simulator.mail.catcher import CaughtMail, MailDeferredError
from maquette.simulator.mail.delivery_rules import Sorting, delivered_line
from maquette.simulator.mail.periodic_task import PeriodicTask
from maquette.simulator.store.database import Store
from maquette.simulator.store.delivery_queue import first_arrivals, list_in_transit, remove_in_transit
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.mailbox import add_mail, last_mail_id, recipients_after
from maquette.simulator.store.realms import clocks_of, find_realm


class Delivery:
    """The way into the mailboxes; `open_waits` is how many wait for a next arrival."""

    def __init__(self, store: Store, journal: JournalWriter) -> None:
        self._store = store
        self._journal = journal
        self._task = PeriodicTask(self._bring_all)
        self.open_waits = 0
        self._heard_up_to: dict[str, int] = {}
        self._arrivals: WeakValueDictionary[tuple[str, str | None], asyncio.Event] = WeakValueDictionary()

    def start(self) -> None:
        """Begin to bring late mail when it is due, with what fell due since an earlier run."""
        self._task.start()

    async def stop(self) -> None:
        """Bring no more; what has not come is kept."""
        await self._task.stop()

    def alive(self) -> bool:
        """Whether late mail is being brought."""
        return self._task.alive()

    def wake(self) -> None:
        """There may be something to bring: a clock goes on, or has been moved."""
        self._task.wake()

    def deliver(self, mail: CaughtMail) -> None:
        """Keep what becomes of the mail; a letter of the portal's that was taken before is kept once.

        Raises MailDeferredError when a rule refuses it for now.
        """
        realm, sorting, taken = self._sort(mail)
        self._journal.take(sorting.lines)
        if not taken:
            raise MailDeferredError
        self._tell(realm, sorting.arrived_for)
        if sorting.has_late:
            self.wake()

    def _sort(self, mail: CaughtMail) -> tuple[str, Sorting, bool]:
        """Sort it into the realm that it names, where there is that one; else into the default realm."""
        for name in (mail.realm or DEFAULT_REALM, DEFAULT_REALM):
            with self._store.writing(name) as transaction:
                record = find_realm(transaction)
                if record is not None:
                    now = real_now()
                    sorting = Sorting(mail, record.clock.now(now), now)
                    return name, sorting, sorting.sort(transaction)
        raise LookupError("there is no default realm")

    def bring_what_is_due(self, realm: str) -> None:
        """Let the realm's late mail arrive that is due, in its order."""
        arrived_for: set[str] = set()
        lines = []
        with self._store.writing(realm) as transaction:
            record = find_realm(transaction)
            if record is None:
                return
            for late in list_in_transit(transaction, record.clock.now(real_now())):
                remove_in_transit(transaction, late)
                mail, at = late.mail, late.arrives_at
                mail_id = add_mail(transaction, mail, at)
                arrived_for.update(mail.recipients)
                lines.append(delivered_line(realm, mail_id, mail, at, real_now(), late.correlation))
        self._journal.take(lines)
        self._tell(realm, arrived_for)

    async def _bring_all(self) -> float | None:
        """Bring what is due in all realms; the seconds to the next where the clock runs."""
        waits = []
        with self._store.reading("") as transaction:
            arrivals = first_arrivals(transaction)
            clocks = clocks_of(transaction, arrivals)
        for name, clock in clocks.items():
            wait = (arrivals[name] - clock.now(real_now())).total_seconds()
            if wait <= 0:
                self.bring_what_is_due(name)
                self.wake()
            elif clock.mode is ClockMode.RUNNING:
                waits.append(wait)
        return min(waits, default=None)

    def _tell(self, realm: str, recipients: set[str]) -> None:
        """Wake those who wait for mail to these recipients, and to anybody."""
        if not recipients:
            return
        for address in {None, *(to.casefold() for to in recipients)}:
            arrival = self._arrivals.pop((realm, address), None)
            if arrival is not None:
                arrival.set()

    def notify_of_other_servers(self) -> None:
        """Tell those who wait of mail that other processes have filed, or taken away."""
        heard_before, self._heard_up_to = self._heard_up_to, {}
        for realm in {name for name, _ in self._arrivals}:
            with self._store.reading(realm) as transaction:
                last = self._heard_up_to[realm] = last_mail_id(transaction)
                heard = heard_before.get(realm)
                if heard is not None and heard <= last:
                    self._tell(realm, recipients_after(transaction, heard))
                    continue
            self.wake_waiting(realm)

    def wake_waiting(self, realm: str) -> None:
        """Wake all who wait in the realm: its mailbox may be another."""
        for key in [each for each in self._arrivals if each[0] == realm]:
            arrival = self._arrivals.pop(key, None)
            if arrival is not None:
                arrival.set()

    def next_arrival(self, realm: str, to: str | None = None) -> Coroutine[Any, Any, bool]:
        """What to await for the realm's next mail, to that address or to anybody.

        Counted from this call and not from the awaiting, so that nothing that comes in between is missed.
        """
        key = realm, None if to is None else to.casefold()
        arrival = self._arrivals.get(key)
        if arrival is None:
            arrival = self._arrivals[key] = asyncio.Event()
        return self._wait(arrival)

    async def _wait(self, arrival: asyncio.Event) -> bool:
        self.open_waits += 1
        try:
            return await arrival.wait()
        finally:
            self.open_waits -= 1
