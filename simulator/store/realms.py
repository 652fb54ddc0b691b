"""The realms and their settings: clock and policy."""

from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa

from maquette.simulator.domain.clock import Clock, ClockMode
from maquette.simulator.domain.policy import Policy
from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.schema import realms


@dataclass(frozen=True, slots=True)
class RealmRecord:
    """What is kept of a realm itself."""

    name: str
    clock: Clock
    policy: Policy


def add_realm(transaction: Transaction, record: RealmRecord, at: datetime) -> None:
    """Keep a new realm."""
    transaction.connection.execute(
        sa.insert(realms).values(realm=record.name, created_at=at, **_columns(record))
    )


def find_realm(transaction: Transaction) -> RealmRecord | None:
    """The transaction's realm, or None when there is none of that name."""
    query = sa.select(realms).where(realms.c.realm == transaction.realm)
    row = transaction.connection.execute(query).one_or_none()
    return None if row is None else _record(row)


def list_realms(transaction: Transaction) -> list[RealmRecord]:
    """All realms, oldest first."""
    query = sa.select(realms).order_by(realms.c.created_at, realms.c.realm)
    return [_record(row) for row in transaction.connection.execute(query)]


def save_realm(transaction: Transaction, record: RealmRecord) -> None:
    """Keep a realm's changed clock or policy."""
    transaction.connection.execute(
        sa.update(realms).where(realms.c.realm == record.name).values(**_columns(record))
    )


def _columns(record: RealmRecord) -> dict[str, object]:
    return {
        "clock_mode": record.clock.mode.value,
        "clock_shown": record.clock.shown,
        "clock_real": record.clock.real.timestamp(),
        "policy": record.policy.as_keys(),
    }


def _record(row: sa.Row[tuple[object, ...]]) -> RealmRecord:
    columns = row._mapping
    return RealmRecord(
        name=columns["realm"],
        clock=Clock(
            ClockMode(columns["clock_mode"]),
            columns["clock_shown"],
            datetime.fromtimestamp(columns["clock_real"], UTC),
        ),
        policy=Policy().changed(columns["policy"]),
    )
