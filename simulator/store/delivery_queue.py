"""Mail on its way: the realm's delivery rules, what was taken, turned away or lost, and what is to come."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

import sqlalchemy as sa

from maquette.simulator.domain.delivery import DeliveryRule, Folder
from maquette.simulator.store.engine import OF_REALM, Transaction
from maquette.simulator.store.mailbox import ArrivingMail, last_mail_id
from maquette.simulator.store.schema import (
    as_kept,
    caught,
    delivery_rules,
    in_transit,
    read_instant,
    turned_away,
    undelivered,
)


class Outcome(Enum):
    """Why a mail that was taken never arrives."""

    LOST = "lost"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True)
class MailInTransit:
    """A mail that was taken at `taken_at` and comes at `arrives_at`; `id` orders those of one instant."""

    id: int
    mail: ArrivingMail
    taken_at: datetime
    arrives_at: datetime
    correlation: str | None


@dataclass(frozen=True, slots=True)
class UndeliveredMail:
    """A mail that never arrives: for whom it was, when it was taken, and what became of it.

    `mail_before` is the id of the realm's last mail at that instant, 0 before the first.
    """

    at: datetime
    outcome: Outcome
    recipients: tuple[str, ...]
    mail_before: int


def list_rules(transaction: Transaction) -> tuple[DeliveryRule, ...]:
    """The realm's delivery rules, in their order."""
    return tuple(_rule(*row) for row in transaction.rows(_RULES))


def put_rules(transaction: Transaction, rules: Sequence[DeliveryRule]) -> None:
    """Keep these rules in the place of those that the realm has."""
    transaction.connection.execute(
        sa.delete(delivery_rules).where(delivery_rules.c.realm == transaction.realm)
    )
    for position, rule in enumerate(rules):
        columns = asdict(rule)
        delay: timedelta | None = columns.pop("delay")
        columns["delay_seconds"] = None if delay is None else int(delay.total_seconds())
        transaction.connection.execute(
            sa.insert(delivery_rules).values(realm=transaction.realm, position=position, **columns)
        )


def note_caught(transaction: Transaction, message_id: str) -> bool:
    """Keep that this letter of the portal's was taken; False when it was before.

    After a crash the portal sends a letter again under the same Message-ID: nobody sees it twice (MAIL-6).
    """
    if is_caught(transaction, message_id):
        return False
    transaction.change(_ADD_CAUGHT, message_id=message_id)
    return True


def is_caught(transaction: Transaction, message_id: str) -> bool:
    """Whether this letter of the portal's was taken."""
    return transaction.first_row(_CAUGHT, of_message_id=message_id) is not None


def list_caught(transaction: Transaction) -> list[str]:
    """The Message-IDs of the portal's letters that were taken."""
    query = sa.select(caught.c.message_id).where(caught.c.realm == transaction.realm)
    return list(transaction.connection.execute(query.order_by(caught.c.message_id)).scalars())


def list_refusals(transaction: Transaction) -> dict[str, int]:
    """How often each mail has been refused that was not taken yet."""
    query = sa.select(turned_away.c.mail, turned_away.c.times).where(turned_away.c.realm == transaction.realm)
    return {row.mail: row.times for row in transaction.connection.execute(query.order_by(turned_away.c.mail))}


def put_refusals(transaction: Transaction, refusals: Mapping[str, int]) -> None:
    """Keep how often each of these mails has been refused."""
    rows = [{"realm": transaction.realm, "mail": mail, "times": times} for mail, times in refusals.items()]
    transaction.add_rows(_ADD_REFUSAL, rows)


def count_refusal(transaction: Transaction, mail: str) -> int:
    """Count one more refusal of that mail, and give how many there were before."""
    row = (turned_away.c.realm == transaction.realm, turned_away.c.mail == mail)
    before = transaction.connection.execute(sa.select(turned_away.c.times).where(*row)).scalar()
    if before is None:
        counting: sa.Insert | sa.Update = sa.insert(turned_away).values(
            realm=transaction.realm, mail=mail, times=1
        )
    else:
        counting = sa.update(turned_away).where(*row).values(times=before + 1)
    transaction.connection.execute(counting)
    return before or 0


def forget_refusals(transaction: Transaction, mail: str) -> None:
    """Count from nothing again, once the mail was taken."""
    transaction.change(_FORGET_REFUSALS, of_mail=mail)


def add_in_transit(
    transaction: Transaction,
    mail: ArrivingMail,
    *,
    taken_at: datetime,
    arrives_at: datetime,
    correlation: str | None,
) -> None:
    """Keep a mail that comes later."""
    columns = {name: getattr(mail, name) for name in ArrivingMail.__slots__}
    transaction.connection.execute(
        sa.insert(in_transit).values(
            realm=transaction.realm,
            taken_at=taken_at,
            arrives_at=arrives_at,
            correlation=correlation,
            **columns | {"recipients": list(mail.recipients), "folder": mail.folder.value},
        )
    )


def list_in_transit(transaction: Transaction, until: datetime | None = None) -> list[MailInTransit]:
    """The realm's mails that are still to come, by `until` at the latest; in the order in which they come."""
    query = sa.select(in_transit).where(in_transit.c.realm == transaction.realm)
    if until is not None:
        query = query.where(in_transit.c.arrives_at <= until)
    rows = transaction.connection.execute(query.order_by(in_transit.c.arrives_at, in_transit.c.id))
    return [
        MailInTransit(
            id=row.id,
            mail=ArrivingMail(
                message_id=row.message_id,
                sender=row.sender,
                recipients=tuple(row.recipients),
                subject=row.subject,
                author=row.author,
                folder=Folder(row.folder),
                raw=row.raw,
            ),
            taken_at=row.taken_at,
            arrives_at=row.arrives_at,
            correlation=row.correlation,
        )
        for row in rows
    ]


def count_octets_in_transit(transaction: Transaction) -> int:
    """How many octets the realm's mails have that are still to come."""
    query = sa.select(sa.func.sum(sa.func.length(in_transit.c.raw)))
    return transaction.connection.execute(query.where(in_transit.c.realm == transaction.realm)).scalar() or 0


def first_arrival(transaction: Transaction) -> datetime | None:
    """When the realm's next mail in transit comes; None when none is on its way."""
    return transaction.execute(_FIRST_ARRIVAL).scalar()


def first_arrivals(transaction: Transaction) -> dict[str, datetime]:
    """When the next mail in transit comes in each realm that has any."""
    return {realm: read_instant(at) for realm, at in transaction.rows(_FIRST_ARRIVALS)}


def remove_in_transit(transaction: Transaction, mail: MailInTransit) -> None:
    """Forget a mail that has arrived."""
    transaction.connection.execute(sa.delete(in_transit).where(in_transit.c.id == mail.id))


def add_undelivered(
    transaction: Transaction, at: datetime, outcome: Outcome, recipients: Iterable[str]
) -> None:
    """Keep that a mail to these recipients never arrives."""
    put_undelivered(
        transaction, UndeliveredMail(at, outcome, tuple(recipients), mail_before=last_mail_id(transaction))
    )


def put_undelivered(transaction: Transaction, mail: UndeliveredMail) -> None:
    """Keep a mail that never arrives."""
    transaction.connection.execute(
        sa.insert(undelivered).values(
            realm=transaction.realm,
            at=mail.at,
            outcome=mail.outcome.value,
            recipients=list(mail.recipients),
            mail_before=mail.mail_before,
        )
    )


def list_undelivered(transaction: Transaction, after: int) -> list[UndeliveredMail]:
    """What the realm lost behind the mailbox's cursor, oldest first."""
    query = (
        sa.select(undelivered)
        .where(undelivered.c.realm == transaction.realm, undelivered.c.mail_before >= after)
        .order_by(undelivered.c.id)
    )
    return [
        UndeliveredMail(row.at, Outcome(row.outcome), tuple(row.recipients), row.mail_before)
        for row in transaction.connection.execute(query)
    ]


_RULES: sa.Select[Any] = (
    sa.select(
        delivery_rules.c.to,
        delivery_rules.c.delay_seconds,
        delivery_rules.c.refuse_times,
        delivery_rules.c.lose,
        delivery_rules.c.bounce,
        delivery_rules.c.duplicate,
        delivery_rules.c.spam,
    )
    .where(delivery_rules.c.realm == OF_REALM)
    .order_by(delivery_rules.c.position)
)
_ADD_REFUSAL = sa.insert(turned_away)
_ADD_CAUGHT = sa.insert(caught).values(realm=OF_REALM)
_CAUGHT = sa.select(caught).where(
    caught.c.realm == OF_REALM, caught.c.message_id == sa.bindparam("of_message_id")
)
_FORGET_REFUSALS = sa.delete(turned_away).where(
    turned_away.c.realm == OF_REALM, turned_away.c.mail == sa.bindparam("of_mail")
)
_FIRST_ARRIVAL = sa.select(sa.func.min(in_transit.c.arrives_at)).where(in_transit.c.realm == OF_REALM)
_FIRST_ARRIVALS: sa.Select[Any] = sa.select(
    *as_kept(in_transit.c.realm, sa.func.min(in_transit.c.arrives_at))
).group_by(in_transit.c.realm)


def _rule(to: str | None, delay_seconds: int | None, refuse_times: int, *switches: bool) -> DeliveryRule:
    lose, bounce, duplicate, spam = map(bool, switches)  # SQLite keeps 0 and 1
    return DeliveryRule(
        to=to,
        delay=None if delay_seconds is None else timedelta(seconds=delay_seconds),
        refuse_times=refuse_times,
        lose=lose,
        bounce=bounce,
        duplicate=duplicate,
        spam=spam,
    )
