"""The sender: sends the letters of the outbox by SMTP, and repeats failed attempts at the realm's time.

It stores the instant of an attempt before the attempt. Once the mail server has accepted the letter, this
instant is when the code was sent, and the 48 hours count from it (ACT-4). If the outcome is unknown (a crash,
a lost connection), the attempt is repeated with the same Message-ID and the same date. Source: fiche §3,
rules ACT-1, MAIL-5, MAIL-6.
"""

import asyncio
import ipaddress
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta

import aiosmtplib

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.clock import Clock, ClockMode
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.rules import Rules
from maquette.simulator.mail.letters import activation_letter, message_id_of, return_path, stamped
from maquette.simulator.mail.periodic_task import PeriodicTask
from maquette.simulator.store.database import Store, Transaction
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.options import find_option, get_option, save_option
from maquette.simulator.store.outbox import (
    OutgoingLetter,
    list_letters,
    remove_letter,
    save_letter,
)
from maquette.simulator.store.realms import RealmRecord, RulesOf, clocks_of, find_realm

SMTP_TIMEOUT = 10.0
"""Seconds of real time within which a mail server must answer."""

AT_ONCE = 8
"""Letters that are handed over side by side, each on a connection of its own."""

SENDING = "sending"
"""The name of the lock for sending: with several processes, only one sends at a time."""

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)


class Sender(PeriodicTask):
    """Sends the letters of the outbox when they are due, some of them side by side.

    The first letters are those that an earlier run has left; unsent letters stay in the outbox at the end.
    """

    def __init__(self, store: Store, journal: JournalWriter, rules_of: RulesOf, host: str, port: int) -> None:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError(f"mail is sent to loopback addresses only, not to {host}")
        super().__init__(self._send_all)
        self._store = store
        self._journal = journal
        self._rules_of = rules_of
        self._connections = [
            aiosmtplib.SMTP(hostname=host, port=port, timeout=SMTP_TIMEOUT, use_tls=False, start_tls=False)
            for _ in range(AT_ONCE)
        ]

    async def stop(self) -> None:
        """Stop sending, and close the connections."""
        await super().stop()
        for connection in self._connections:
            connection.close()

    def wake_for_lines(self, lines: list[JournalRecord]) -> None:
        """Wake when one of the journal's lines says that a letter is queued."""
        if any(line.kind == Kind.MAIL_QUEUED for line in lines):
            self.wake()

    def sending_paused(self) -> AbstractAsyncContextManager[None]:
        """The lock that is held while letters are sent, and while an operation deletes letters."""
        return self._store.lock(SENDING)

    async def _send_all(self) -> float | None:
        await self.send_due()
        return self._seconds_to_next()

    async def send_due(self, of_realm: str | None = None) -> None:
        """Send the letters that are due now, in one realm or in all, and return when all are sent.

        The lock is held until no letter is under way, even if one of them fails.
        """
        async with self.sending_paused():
            now = real_now()
            due = [letter for letter, clock in self._waiting(of_realm) if letter.due_at <= clock.now(now)]
            letters = iter(due)
            lanes = [self._send(letters, over=each) for each in self._connections[: len(due)]]
            ends = await asyncio.gather(*lanes, return_exceptions=True)
        for fault in filter(None, ends):
            raise fault

    async def _send(self, letters: Iterator[OutgoingLetter], *, over: aiosmtplib.SMTP) -> None:
        """Send letters, one after the other, until none is left that no other connection has taken."""
        for letter in letters:
            if self.stopping:
                return
            await self._attempt(letter, over)

    def _waiting(self, of_realm: str | None = None) -> list[tuple[OutgoingLetter, Clock]]:
        """Return the letters with the clocks of their realms, without letters whose realm was deleted."""
        with self._store.reading("") as transaction:
            letters = list_letters(transaction, of_realm)
            clocks = clocks_of(transaction, {letter.realm for letter in letters})
        return [(letter, clocks[letter.realm]) for letter in letters if letter.realm in clocks]

    def _seconds_to_next(self) -> float | None:
        now = real_now()
        waits = [
            (letter.due_at - clock.now(now)).total_seconds()
            for letter, clock in self._waiting()
            if clock.mode is ClockMode.RUNNING
        ]
        return max(min(waits), 0) + 1 if waits else None

    async def _attempt(self, letter: OutgoingLetter, connection: aiosmtplib.SMTP) -> None:
        attempt = self._begin(letter)
        if attempt is None:
            return
        letter, option, sent_at, window, rules = attempt
        recipient = option.credentials.email
        try:
            message = activation_letter(to=recipient, code=option.code, window=window, rules=rules)
            written = [
                stamped(message, message_id_of(name), sent_at, letter.correlation)
                for name in rules.letter.names(letter.option_id)
            ]
        except ValueError as error:
            self._failed(letter, str(error), give_up=True)
            return
        try:
            for raw in written:
                await _hand_over(connection, letter.realm, recipient, raw)
        except aiosmtplib.SMTPResponseException as error:
            why, for_good = f"{error.code} {error.message}", rules.letter.refused_for_good(error.code)
            self._failed(letter, why, give_up=for_good)
        except aiosmtplib.SMTPRecipientsRefused as error:
            first = error.recipients[0]
            why, for_good = f"{first.code} {first.message}", rules.letter.refused_for_good(first.code)
            self._failed(letter, why, give_up=for_good)
        except aiosmtplib.SMTPConnectError as error:
            self._failed(letter, str(error), give_up=False)
        except (aiosmtplib.SMTPException, OSError) as error:
            self._unknown(letter, str(error))
        else:
            self._accepted(letter, sent_at)

    def _begin(
        self, letter: OutgoingLetter
    ) -> tuple[OutgoingLetter, Option, datetime, timedelta, Rules] | None:
        """Store the attempt's instant; None when the option has lapsed unsent and its letter is given up."""
        with self._store.writing(letter.realm) as transaction:
            realm, now = get_realm_now(transaction)
            rules, window = self._rules_of(realm), realm.policy.activation_window
            option = find_option(transaction, letter.option_id)
            sent_at = letter.attempt_at or now
            given_up = option is None or (
                letter.attempt_at is None and now > rules.option.window_end(option, window)
            )
            if given_up:
                remove_letter(transaction, letter)
            else:
                letter = replace(letter, attempt_at=sent_at, attempts=letter.attempts + 1)
                save_letter(transaction, letter)
        if option is None or given_up:
            self._note(letter, now, "mail-given-up", why="its option has lapsed, or was deleted")
            return None
        return letter, option, sent_at, window, rules

    def _accepted(self, letter: OutgoingLetter, sent_at: datetime) -> None:
        with self._store.writing(letter.realm) as transaction:
            _, now = get_realm_now(transaction)
            option = get_option(transaction, letter.option_id)
            save_option(transaction, replace(option, sent_at=sent_at))
            remove_letter(transaction, letter)
        self._note(letter, now, "mail-sent", sent_at=sent_at.isoformat(), attempts=letter.attempts)

    def _failed(self, letter: OutgoingLetter, why: str, *, give_up: bool) -> None:
        """End an attempt that the mail server refused, for now or for good."""
        with self._store.writing(letter.realm) as transaction:
            _, now = get_realm_now(transaction)
            if give_up:
                remove_letter(transaction, letter)
            else:
                due_at = now + retry_after(letter.attempts)
                save_letter(transaction, replace(letter, attempt_at=None, due_at=due_at))
        self._note(letter, now, "mail-given-up" if give_up else "mail-refused", why=why)

    def _unknown(self, letter: OutgoingLetter, why: str) -> None:
        """Schedule the same attempt again: whether the mail server accepted the letter is unknown."""
        with self._store.writing(letter.realm) as transaction:
            _, now = get_realm_now(transaction)
            save_letter(transaction, replace(letter, due_at=now + retry_after(letter.attempts)))
        self._note(letter, now, "mail-outcome-unknown", why=why)

    def _note(self, letter: OutgoingLetter, at: datetime, kind: str, **data: object) -> None:
        data = {"option": letter.option_id, **data}
        self._journal.take([JournalRecord(letter.realm, at, real_now(), kind, letter.correlation, data)])


async def _hand_over(connection: aiosmtplib.SMTP, realm: str, recipient: str, message: bytes) -> None:
    if not connection.is_connected:
        await connection.connect()
    options = [] if recipient.isascii() else ["SMTPUTF8"]
    await connection.sendmail(return_path(realm), [recipient], message, mail_options=options)


def get_realm_now(transaction: Transaction) -> tuple[RealmRecord, datetime]:
    """Return the letter's realm and its present instant; the realm exists as long as the letter."""
    realm = find_realm(transaction)
    if realm is None:
        raise LookupError(f"there is a letter of the deleted realm {transaction.realm!r}")
    return realm, realm.clock.now(real_now())


def retry_after(attempts: int) -> timedelta:
    """Return the delay after so many attempts, in the realm's time: a minute, doubled up to an hour."""
    doubled: int = 2 ** min(attempts - 1, 10)
    return min(FIRST_RETRY * doubled, LONGEST_RETRY)
