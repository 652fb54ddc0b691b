"""Putting a caught mail into its realm's mailbox, and telling those who wait for it.

Source: rules MAIL-5, MAIL-6; contract.md "Realms" (which realm a mail belongs to).
"""

import asyncio
from collections.abc import Coroutine
from typing import Any
from weakref import WeakValueDictionary

from maquette.simulator.domain.realm import DEFAULT_REALM
from maquette.simulator.journal import Journal
from maquette.simulator.mail.catcher import CaughtMail
from maquette.simulator.mail.reading import read_letter
from maquette.simulator.store.engine import Store
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.store.mailbox import add_mail
from maquette.simulator.store.realms import find_realm
from maquette.simulator.wallclock import real_now

_HEAD = 32 * 1024
"""Octets of a letter in which its headers are looked for."""

_SHOWN = 200
"""Characters of subject and author that an inbox keeps."""


class Delivery:
    """The way from the catcher into the mailboxes; `open_waits` is how many wait for a next arrival."""

    def __init__(self, store: Store, journal: Journal) -> None:
        self._store = store
        self._journal = journal
        self.open_waits = 0
        self._arrivals: WeakValueDictionary[tuple[str, str | None], asyncio.Event] = WeakValueDictionary()

    def deliver(self, mail: CaughtMail) -> None:
        """Keep the mail before the catcher answers for it; one that is here already is kept once."""
        realm, now = mail.realm or DEFAULT_REALM, real_now()
        with self._store.reading(realm) as transaction:
            record = find_realm(transaction)
        if record is None:
            with self._store.reading(DEFAULT_REALM) as transaction:
                record = find_realm(transaction)
        if record is None:
            raise LookupError("there is no default realm")
        at = record.clock.now(now)
        head = read_letter(mail.raw[:_HEAD])
        with self._store.writing(record.name) as transaction:
            mail_id = add_mail(
                transaction,
                message_id=mail.message_id,
                from_portal=mail.from_portal,
                sender=mail.sender,
                recipients=mail.recipients,
                subject=head.subject[:_SHOWN],
                author=head.sender[:_SHOWN],
                raw=mail.raw,
                received_at=at,
            )
        data: dict[str, object] = {
            "mail": mail_id,
            "message_id": mail.message_id,
            "to": list(mail.recipients),
        }
        kind = "mail-delivered" if mail_id is not None else "mail-known-already"
        self._journal.take([JournalLine(record.name, at, now, kind, None, data)])
        for address in {None, *(to.casefold() for to in mail.recipients)}:
            arrival = self._arrivals.pop((record.name, address), None)
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
