"""Applies a realm's delivery rules to one caught mail, for each recipient.

It works in the caller's transaction, and collects lines for the journal. It does not know how the mail
arrived, nor which requests wait for it. Source: rules MAIL-5, MAIL-6.
"""

import hashlib
from datetime import datetime

from maquette.simulator.domain.delivery import DeliveryRule, Folder, rule_for
from maquette.simulator.mail.bounces import bounce_notice
from maquette.simulator.mail.catcher import CaughtMail
from maquette.simulator.mail.letter_reader import Heading, message_id_of, read_heading
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.delivery_queue import (
    DeliveryOutcome,
    add_in_transit,
    add_undelivered,
    count_refusal,
    forget_refusals,
    is_caught,
    list_rules,
    note_caught,
)
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.mailbox import ArrivingMail, add_mail

_SHOWN = 200
"""The most characters of subject and author that an inbox stores."""


class Sorting:
    """Applies the rules to one mail, caught at the realm's instant `at` and the world's `real_at`.

    Afterwards `lines` are the lines for the journal, `arrived_for` the recipients whose mailbox has a new
    mail, and `has_late` whether a mail arrives later.
    """

    def __init__(self, mail: CaughtMail, at: datetime, real_at: datetime) -> None:
        self._mail = mail
        self._at = at
        self._real_at = real_at
        self._heading = read_heading(mail.raw)
        self._correlation = self._heading.correlation if mail.from_portal else None
        self.lines: list[JournalRecord] = []
        self.arrived_for: set[str] = set()
        self.has_late = False

    def sort(self, transaction: Transaction) -> bool:
        """Apply the rules; return False, and only count the attempt, when a rule refuses the mail for now.

        A letter of the portal that was accepted before is not stored again, whatever the rules are.
        """
        mail = self._mail
        own_id = mail.message_id if mail.from_portal else None
        if own_id is not None and is_caught(transaction, own_id):
            self._note(transaction, "mail-known-already", mail.recipients)
            return True
        by_rule: dict[DeliveryRule, list[str]] = {}
        rules = list_rules(transaction)
        for recipient in mail.recipients:
            by_rule.setdefault(rule_for(recipient, rules), []).append(recipient)
        if self._is_refused_now(transaction, max(rule.refuse_times for rule in by_rule)):
            return False
        if own_id is not None:
            note_caught(transaction, own_id)
        for rule, recipients in by_rule.items():
            self._apply(transaction, rule, tuple(recipients))
        return True

    def _is_refused_now(self, transaction: Transaction, times: int) -> bool:
        """Whether a rule refuses the mail once more; its sender sends it again under the same Message-ID."""
        if times == 0:
            return False
        mail = self._mail
        named = mail.message_id or "\n".join((mail.sender, *mail.recipients))
        key = _digest(named)
        if count_refusal(transaction, key) < times:
            self._note(transaction, "mail-turned-away", mail.recipients)
            return True
        forget_refusals(transaction, key)
        return False

    def _apply(self, transaction: Transaction, rule: DeliveryRule, recipients: tuple[str, ...]) -> None:
        mail = self._mail
        if rule.lose:
            add_undelivered(transaction, self._at, DeliveryOutcome.LOST, recipients)
            self._note(transaction, "mail-lost", recipients)
            return
        if rule.bounce:
            add_undelivered(transaction, self._at, DeliveryOutcome.BOUNCED, recipients)
            self._note(transaction, "mail-bounced", recipients, notice_to=mail.sender or None)
            if mail.sender:  # a bounce gets no bounce (RFC 5321 §6.1)
                notice = self._notice(recipients)
                self._file(transaction, rule, (mail.sender,), "", notice, read_heading(notice))
            return
        for _ in range(2 if rule.duplicate else 1):
            self._file(transaction, rule, recipients, mail.sender, mail.raw, self._heading)

    def _notice(self, recipients: tuple[str, ...]) -> bytes:
        mail = self._mail
        key = _digest("\n".join((mail.message_id or "", self._at.isoformat(), *recipients)))
        return bounce_notice(to=mail.sender, recipients=recipients, mail=mail.raw, at=self._at, key=key)

    def _file(
        self,
        transaction: Transaction,
        rule: DeliveryRule,
        recipients: tuple[str, ...],
        sender: str,
        raw: bytes,
        heading: Heading,
    ) -> None:
        """Store a mail in its folder, now or at its later arrival."""
        folder = Folder.SPAM if rule.spam else Folder.INBOX
        mail = as_arriving_mail(raw, heading, sender=sender, recipients=recipients, folder=folder)
        if rule.delay is None:
            mail_id = add_mail(transaction, mail, self._at)
            self.arrived_for.update(recipients)
            self.lines.append(
                delivered_line(transaction.realm, mail_id, mail, self._at, self._real_at, self._correlation)
            )
            return
        arrives_at = self._at + rule.delay
        add_in_transit(
            transaction, mail, taken_at=self._at, arrives_at=arrives_at, correlation=self._correlation
        )
        self._note(transaction, "mail-delayed", recipients, until=arrives_at.isoformat())
        self.has_late = True

    def _note(self, transaction: Transaction, kind: str, recipients: tuple[str, ...], **more: object) -> None:
        data = {"message_id": self._mail.message_id, "to": list(recipients), **more}
        self.lines.append(
            JournalRecord(transaction.realm, self._at, self._real_at, kind, self._correlation, data)
        )


def as_arriving_mail(
    raw: bytes, heading: Heading, *, sender: str, recipients: tuple[str, ...], folder: Folder
) -> ArrivingMail:
    """Return the mail as a mailbox stores it; `heading` holds its parsed headers."""
    return ArrivingMail(
        message_id=message_id_of(raw),
        sender=sender,
        recipients=recipients,
        subject=heading.subject[:_SHOWN],
        author=heading.sender[:_SHOWN],
        folder=folder,
        raw=raw,
    )


def delivered_line(
    realm: str,
    mail_id: int,
    mail: ArrivingMail,
    at: datetime,
    real_at: datetime,
    correlation: str | None,
) -> JournalRecord:
    """Return the journal line of a mail that has arrived."""
    data: dict[str, object] = {
        "mail": mail_id,
        "message_id": mail.message_id,
        "to": list(mail.recipients),
        "folder": mail.folder.value,
    }
    return JournalRecord(realm, at, real_at, "mail-delivered", correlation, data)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:32]
