"""Delivers caught mail by the realm's delivery rules, and wakes the requests that wait for mail.

One transaction stores a mail before the catcher replies. Late mail arrives at the realm's time: this module
delivers it while a clock runs; a move of the clock delivers what is due on its way. Source: rules MAIL-5,
MAIL-6.
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


class Delivery(PeriodicTask):
    """Delivers mail to the mailboxes; `open_waits` is the number of requests that wait for a next mail.

    As a task it delivers late mail when it is due, first what fell due since an earlier run.
    """

    def __init__(self, store: Store, journal: JournalWriter) -> None:
        super().__init__(self._deliver_all_due)
        self._store = store
        self._journal = journal
        self.open_waits = 0
        self._seen_up_to: dict[str, int] = {}
        self._arrivals: WeakValueDictionary[tuple[str, str | None], asyncio.Event] = WeakValueDictionary()

    def deliver(self, mail: CaughtMail) -> None:
        """Deliver the mail by the rules; a letter of the portal that was accepted before is stored once.

        Raises MailDeferredError when a rule refuses the mail for now.
        """
        realm, sorting, accepted = self._sort(mail)
        self._journal.take(sorting.lines)
        if not accepted:
            raise MailDeferredError
        self._wake_readers(realm, sorting.arrived_for)
        if sorting.has_late:
            self.wake()

    def _sort(self, mail: CaughtMail) -> tuple[str, Sorting, bool]:
        """Apply the rules of the realm that the mail names, or of the default realm if it does not exist."""
        for name in (mail.realm or DEFAULT_REALM, DEFAULT_REALM):
            with self._store.writing(name) as transaction:
                record = find_realm(transaction)
                if record is not None:
                    now = real_now()
                    sorting = Sorting(mail, record.clock.now(now), now)
                    return name, sorting, sorting.sort(transaction)
        raise LookupError("there is no default realm")

    def deliver_due(self, realm: str) -> None:
        """Deliver the realm's late mail that is due, in the order of its arrival."""
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
        self._wake_readers(realm, arrived_for)

    async def _deliver_all_due(self) -> float | None:
        """Deliver what is due in all realms; return the seconds to the next mail of a running clock."""
        waits = []
        with self._store.reading("") as transaction:
            arrivals = first_arrivals(transaction)
            clocks = clocks_of(transaction, arrivals)
        for name, clock in clocks.items():
            wait = (arrivals[name] - clock.now(real_now())).total_seconds()
            if wait <= 0:
                self.deliver_due(name)
                self.wake()
            elif clock.mode is ClockMode.RUNNING:
                waits.append(wait)
        return min(waits, default=None)

    def _wake_readers(self, realm: str, recipients: set[str]) -> None:
        """Wake the requests that wait for mail to these recipients, or to any recipient."""
        if not recipients:
            return
        for address in {None, *(to.casefold() for to in recipients)}:
            arrival = self._arrivals.pop((realm, address), None)
            if arrival is not None:
                arrival.set()

    def notify_of_other_servers(self) -> None:
        """Wake the requests that wait for mail which another process has stored or deleted."""
        seen_before, self._seen_up_to = self._seen_up_to, {}
        for realm in {name for name, _ in self._arrivals}:
            with self._store.reading(realm) as transaction:
                last = self._seen_up_to[realm] = last_mail_id(transaction)
                seen = seen_before.get(realm)
                if seen is not None and seen <= last:
                    self._wake_readers(realm, recipients_after(transaction, seen))
                    continue
            self.wake_waiting(realm)

    def wake_waiting(self, realm: str) -> None:
        """Wake all requests that wait in the realm, because its mailbox may have been replaced."""
        for key in [each for each in self._arrivals if each[0] == realm]:
            arrival = self._arrivals.pop(key, None)
            if arrival is not None:
                arrival.set()

    def next_arrival(self, realm: str, to: str | None = None) -> Coroutine[Any, Any, bool]:
        """Return an awaitable of the realm's next mail, to that address or to any address.

        It counts from this call, not from the `await`: a mail that arrives between the two is not missed.
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
