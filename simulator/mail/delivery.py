"""Putting a caught mail into its realm's mailbox, and telling those who wait for it.

Source: rules MAIL-5, MAIL-6; contract.md "Realms" (which realm a mail belongs to).
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from maquette.simulator.journal import Journal
from maquette.simulator.mail.catcher import CaughtMail
from maquette.simulator.store.engine import Store
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.store.mailbox import add_mail
from maquette.simulator.store.realms import find_realm
from maquette.simulator.wallclock import real_now

DEFAULT_REALM = "default"


class Delivery:
    """The way from the catcher into the mailboxes."""

    def __init__(self, store: Store, journal: Journal) -> None:
        self._store = store
        self._journal = journal
        self._arrivals = asyncio.Event()

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
        with self._store.writing(record.name) as transaction:
            mail_id = add_mail(
                transaction,
                message_id=mail.message_id,
                from_portal=mail.from_portal,
                sender=mail.sender,
                recipients=mail.recipients,
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
        arrivals, self._arrivals = self._arrivals, asyncio.Event()
        arrivals.set()

    def next_arrival(self) -> Coroutine[Any, Any, bool]:
        """What to await for the next mail of any realm, counted from this call and not from the awaiting."""
        return self._arrivals.wait()
