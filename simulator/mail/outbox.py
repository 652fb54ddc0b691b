"""The sender: drains the outbox by real SMTP, trying again at the realm's time.

Before an attempt its instant is kept; once the mail server has taken the letter, that instant is when the
code was sent, and the 48 hours count from it (ACT-4). An attempt whose outcome nobody knows (a crash, a lost
connection) is made again as the same attempt: same Message-ID, same date.
Source: fiche §3, rules ACT-1, MAIL-5, MAIL-6.
"""

import asyncio
import ipaddress
import logging
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import aiosmtplib

from maquette.simulator.domain.clock import ClockMode
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.rules import Rules
from maquette.simulator.journal import Journal
from maquette.simulator.mail.letters import activation_letter, message_id_of, return_path, stamped
from maquette.simulator.store.engine import Store
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.store.options import get_option, save_option
from maquette.simulator.store.outbox import (
    OutgoingLetter,
    list_letters,
    remove_letter,
    save_letter,
)
from maquette.simulator.store.realms import RealmRecord, list_realms
from maquette.simulator.wallclock import real_now

log = logging.getLogger("maquette.mail")

SMTP_TIMEOUT = 10.0
"""Seconds of real time that a mail server may take to answer."""

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)


class Sender:
    """Sends what is in the outbox, one letter after the other, as it falls due."""

    def __init__(self, store: Store, journal: Journal, rules: Rules, host: str, port: int) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"mail is handed to loopback addresses only, not to {host}")
        self._store = store
        self._journal = journal
        self._rules = rules
        self._smtp = aiosmtplib.SMTP(
            hostname=host, port=port, timeout=SMTP_TIMEOUT, use_tls=False, start_tls=False
        )
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def start(self) -> None:
        """Begin with what an earlier run has left."""
        self._woken.set()
        self._task = asyncio.get_running_loop().create_task(self._run())
        self._task.add_done_callback(_log_fault)

    async def stop(self) -> None:
        """Stop; what is not sent stays in the outbox.

        The flag is for a cancellation that is lost: Python 3.11's `wait_for`, which the SMTP client waits
        with, drops one that comes together with the server's answer.
        """
        self._stopping = True
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        self._smtp.close()

    def alive(self) -> bool:
        """Whether letters are being sent; a fault in here must not go unseen."""
        return self._task is not None and not self._task.done()

    def wake(self) -> None:
        """There may be something to send."""
        self._woken.set()

    async def _run(self) -> None:
        while not self._stopping:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._seconds_to_next()):
                    await self._woken.wait()
            self._woken.clear()
            for letter, realm in self._due():
                if not self._stopping:
                    await self._attempt(letter, realm)

    def _waiting(self) -> list[tuple[OutgoingLetter, RealmRecord]]:
        with self._store.reading("") as transaction:
            realms = {record.name: record for record in list_realms(transaction)}
            return [(letter, realms[letter.realm]) for letter in list_letters(transaction)]

    def _due(self) -> list[tuple[OutgoingLetter, RealmRecord]]:
        now = real_now()
        return [(letter, realm) for letter, realm in self._waiting() if letter.due_at <= realm.clock.now(now)]

    def _seconds_to_next(self) -> float | None:
        now = real_now()
        waits = [
            (letter.due_at - realm.clock.now(now)).total_seconds()
            for letter, realm in self._waiting()
            if realm.clock.mode is ClockMode.RUNNING
        ]
        return max(min(waits), 0) + 1 if waits else None

    async def _attempt(self, letter: OutgoingLetter, realm: RealmRecord) -> None:
        begun = self._begin(letter, realm)
        if begun is None:
            return
        letter, option, sent_at = begun
        message = stamped(
            activation_letter(
                to=option.credentials.email, code=option.code, window=realm.policy.activation_window
            ),
            message_id_of(letter.option_id),
            sent_at,
        )
        try:
            await self._hand_over(letter.realm, option.credentials.email, message)
        except aiosmtplib.SMTPResponseException as error:
            permanent = 500 <= error.code < 600
            self._failed(letter, realm, f"{error.code} {error.message}", give_up=permanent)
        except aiosmtplib.SMTPRecipientsRefused as error:
            first = error.recipients[0]
            self._failed(letter, realm, f"{first.code} {first.message}", give_up=500 <= first.code < 600)
        except aiosmtplib.SMTPConnectError as error:
            self._failed(letter, realm, str(error), give_up=False)
        except (aiosmtplib.SMTPException, OSError) as error:
            self._unknown(letter, realm, str(error))
        else:
            self._taken(letter, realm, sent_at)

    async def _hand_over(self, realm: str, recipient: str, message: bytes) -> None:
        if not self._smtp.is_connected:
            await self._smtp.connect()
        options = [] if recipient.isascii() else ["SMTPUTF8"]
        await self._smtp.sendmail(return_path(realm), [recipient], message, mail_options=options)

    def _begin(
        self, letter: OutgoingLetter, realm: RealmRecord
    ) -> tuple[OutgoingLetter, Option, datetime] | None:
        """Keep the attempt's instant; None when the option has lapsed unsent and its letter is given up."""
        now = realm.clock.now(real_now())
        with self._store.writing(letter.realm) as transaction:
            option = get_option(transaction, letter.option_id)
            lapsed = now > self._rules.window_end(option, realm.policy.activation_window)
            if letter.attempt_at is None and lapsed:
                remove_letter(transaction, letter)
            else:
                sent_at = letter.attempt_at or now
                letter = replace(letter, attempt_at=sent_at, attempts=letter.attempts + 1)
                save_letter(transaction, letter)
        if letter.attempt_at is None:
            self._note(letter, realm, "mail-given-up", why="the option has lapsed")
            return None
        return letter, option, letter.attempt_at

    def _taken(self, letter: OutgoingLetter, realm: RealmRecord, sent_at: datetime) -> None:
        with self._store.writing(letter.realm) as transaction:
            option = get_option(transaction, letter.option_id)
            save_option(transaction, replace(option, sent_at=sent_at))
            remove_letter(transaction, letter)
        self._note(letter, realm, "mail-sent", sent_at=sent_at.isoformat(), attempts=letter.attempts)

    def _failed(self, letter: OutgoingLetter, realm: RealmRecord, why: str, *, give_up: bool) -> None:
        with self._store.writing(letter.realm) as transaction:
            if give_up:
                remove_letter(transaction, letter)
            else:
                due_at = realm.clock.now(real_now()) + retry_after(letter.attempts)
                save_letter(transaction, replace(letter, attempt_at=None, due_at=due_at))
        self._note(letter, realm, "mail-given-up" if give_up else "mail-refused", why=why)

    def _unknown(self, letter: OutgoingLetter, realm: RealmRecord, why: str) -> None:
        due_at = realm.clock.now(real_now()) + retry_after(letter.attempts)
        with self._store.writing(letter.realm) as transaction:
            save_letter(transaction, replace(letter, due_at=due_at))
        self._note(letter, realm, "mail-outcome-unknown", why=why)

    def _note(self, letter: OutgoingLetter, realm: RealmRecord, kind: str, **data: object) -> None:
        now = real_now()
        line = JournalLine(
            letter.realm,
            realm.clock.now(now),
            now,
            kind,
            letter.correlation,
            {"option": letter.option_id, **data},
        )
        self._journal.take([line])


def _log_fault(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("the sender has stopped: letters wait in the outbox", exc_info=error)


def retry_after(attempts: int) -> timedelta:
    """How long to wait, by the realm's time, after so many attempts: a minute, doubled up to an hour."""
    doubled: int = 2 ** min(attempts - 1, 10)
    return min(FIRST_RETRY * doubled, LONGEST_RETRY)
