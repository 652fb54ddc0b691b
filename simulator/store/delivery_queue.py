"""Mail in delivery: the realm's delivery rules, and what was caught, refused, lost or is still to arrive."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import Enum

from maquette.simulator.domain.delivery import DeliveryRule
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.instants import from_seconds, to_seconds
from maquette.simulator.store.mailbox import (
    MAIL_COLUMNS,
    ArrivingMail,
    last_mail_id,
    mail_values,
    read_mail,
)


class DeliveryOutcome(Enum):
    """Why a mail that was accepted never arrives."""

    LOST = "lost"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class MailInTransit:
    """A mail that was accepted at `taken_at` and comes at `arrives_at`; `id` orders those of one instant."""

    id: int
    mail: ArrivingMail
    taken_at: datetime
    arrives_at: datetime
    correlation: str | None


@dataclass(frozen=True, slots=True)
class UndeliveredMail:
    """A mail that never arrives: its recipients, when it was accepted, and its outcome.

    `mail_before` is the id of the realm's last mail at that instant, 0 before the first.
    """

    at: datetime
    outcome: DeliveryOutcome
    recipients: tuple[str, ...]
    mail_before: int


_RULE_COLUMNS = '"to", delay_seconds, refuse_times, lose, bounce, duplicate, spam'


def list_rules(transaction: Transaction) -> tuple[DeliveryRule, ...]:
    """The realm's delivery rules, in their order."""
    rows = transaction.rows(
        f"SELECT {_RULE_COLUMNS} FROM delivery_rules WHERE realm = :realm ORDER BY position"
    )
    return tuple(
        DeliveryRule(
            to=to,
            delay=None if delay_seconds is None else timedelta(seconds=delay_seconds),
            refuse_times=refuse_times,
            lose=bool(lose),
            bounce=bool(bounce),
            duplicate=bool(duplicate),
            spam=bool(spam),
        )
        for to, delay_seconds, refuse_times, lose, bounce, duplicate, spam in rows
    )


def put_rules(transaction: Transaction, rules: Sequence[DeliveryRule]) -> None:
    """Replace the realm's delivery rules by these."""
    transaction.change("DELETE FROM delivery_rules WHERE realm = :realm")
    transaction.add_rows(
        f"""
        INSERT INTO delivery_rules (realm, position, {_RULE_COLUMNS}) VALUES
        (:realm, :position, :to, :delay_seconds, :refuse_times, :lose, :bounce, :duplicate, :spam)
        """,
        [
            asdict(rule)
            | {"position": position, "delay_seconds": rule.delay and int(rule.delay.total_seconds())}
            for position, rule in enumerate(rules)
        ],
    )


def note_caught(transaction: Transaction, message_id: str) -> bool:
    """Note that this letter of the portal's was caught; False when it had been before.

    After a crash the portal sends a letter again under the same Message-ID; it must arrive once (MAIL-6).
    """
    added = transaction.change(
        "INSERT INTO caught (realm, message_id) VALUES (:realm, :message_id) ON CONFLICT DO NOTHING",
        message_id=message_id,
    )
    return added == 1


def is_caught(transaction: Transaction, message_id: str) -> bool:
    """Whether this letter of the portal's was caught."""
    sql = "SELECT 1 FROM caught WHERE realm = :realm AND message_id = :message_id"
    return transaction.row(sql, message_id=message_id) is not None


def list_caught(transaction: Transaction) -> list[str]:
    """The Message-IDs of the portal's letters that were caught."""
    rows = transaction.rows("SELECT message_id FROM caught WHERE realm = :realm ORDER BY message_id")
    return [message_id for (message_id,) in rows]


def list_refusals(transaction: Transaction) -> dict[str, int]:
    """How often each mail has been refused that was not accepted yet."""
    return dict(transaction.rows("SELECT mail, times FROM turned_away WHERE realm = :realm ORDER BY mail"))


def put_refusals(transaction: Transaction, refusals: Mapping[str, int]) -> None:
    """Store how often each of these mails has been refused."""
    transaction.add_rows(
        "INSERT INTO turned_away (realm, mail, times) VALUES (:realm, :mail, :times)",
        [{"mail": mail, "times": times} for mail, times in refusals.items()],
    )


def count_refusal(transaction: Transaction, mail: str) -> int:
    """Count one more refusal of that mail, and return how many there were before."""
    times: int = transaction.value(
        """
        INSERT INTO turned_away (realm, mail, times) VALUES (:realm, :mail, 1)
        ON CONFLICT (realm, mail) DO UPDATE SET times = turned_away.times + 1 RETURNING times
        """,
        mail=mail,
    )
    return times - 1


def forget_refusals(transaction: Transaction, mail: str) -> None:
    """Start the count again, once the mail was accepted."""
    transaction.change("DELETE FROM turned_away WHERE realm = :realm AND mail = :mail", mail=mail)


def add_in_transit(
    transaction: Transaction,
    mail: ArrivingMail,
    *,
    taken_at: datetime,
    arrives_at: datetime,
    correlation: str | None,
) -> None:
    """Store a mail that arrives later."""
    transaction.change(
        f"""
        INSERT INTO in_transit (realm, taken_at, arrives_at, correlation, {MAIL_COLUMNS})
        VALUES (:realm, :taken_at, :arrives_at, :correlation,
                :message_id, :sender, :recipients, :subject, :author, :folder, :raw)
        """,
        taken_at=to_seconds(taken_at),
        arrives_at=to_seconds(arrives_at),
        correlation=correlation,
        **mail_values(mail),
    )


def list_in_transit(transaction: Transaction, until: datetime | None = None) -> list[MailInTransit]:
    """The realm's mails that are still to arrive, by `until` at the latest; in the order of their arrival."""
    rows = transaction.rows(
        f"""
        SELECT id, taken_at, arrives_at, correlation, {MAIL_COLUMNS} FROM in_transit
        WHERE realm = :realm {"" if until is None else "AND arrives_at <= :until"} ORDER BY arrives_at, id
        """,
        until=to_seconds(until),
    )
    return [
        MailInTransit(number, read_mail(mail), from_seconds(taken_at), from_seconds(arrives_at), correlation)
        for number, taken_at, arrives_at, correlation, *mail in rows
    ]


def count_octets_in_transit(transaction: Transaction) -> int:
    """How many octets the realm's mails have that are still to arrive."""
    return transaction.value("SELECT SUM(LENGTH(raw)) FROM in_transit WHERE realm = :realm") or 0


def first_arrival(transaction: Transaction) -> datetime | None:
    """When the realm's next mail in transit arrives; None when there is none."""
    first: int | None = transaction.value("SELECT MIN(arrives_at) FROM in_transit WHERE realm = :realm")
    return from_seconds(first)


def first_arrivals(transaction: Transaction) -> dict[str, datetime]:
    """When the next mail in transit arrives, in each realm that has any."""
    rows = transaction.rows("SELECT realm, MIN(arrives_at) FROM in_transit GROUP BY realm")
    return {realm: from_seconds(arrives_at) for realm, arrives_at in rows}


def remove_in_transit(transaction: Transaction, mail: MailInTransit) -> None:
    """Delete a mail that has arrived."""
    transaction.change("DELETE FROM in_transit WHERE id = :id", id=mail.id)


def add_undelivered(
    transaction: Transaction, at: datetime, outcome: DeliveryOutcome, recipients: Iterable[str]
) -> None:
    """Note that a mail to these recipients never arrives."""
    put_undelivered(
        transaction, UndeliveredMail(at, outcome, tuple(recipients), mail_before=last_mail_id(transaction))
    )


def put_undelivered(transaction: Transaction, mail: UndeliveredMail) -> None:
    """Store a mail that never arrives."""
    transaction.change(
        """
        INSERT INTO undelivered (realm, at, outcome, recipients, mail_before)
        VALUES (:realm, :at, :outcome, :recipients, :mail_before)
        """,
        at=to_seconds(mail.at),
        outcome=mail.outcome.value,
        recipients=json.dumps(mail.recipients),
        mail_before=mail.mail_before,
    )


def list_undelivered(transaction: Transaction, after: int) -> list[UndeliveredMail]:
    """The realm's mails that never arrive, from the mailbox's cursor `after` on, oldest first."""
    rows = transaction.rows(
        """
        SELECT at, outcome, recipients, mail_before FROM undelivered
        WHERE realm = :realm AND mail_before >= :after ORDER BY id
        """,
        after=after,
    )
    return [
        UndeliveredMail(
            from_seconds(at), DeliveryOutcome(outcome), tuple(json.loads(recipients)), mail_before
        )
        for at, outcome, recipients, mail_before in rows
    ]
