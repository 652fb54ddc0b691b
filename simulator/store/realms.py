"""The realms and their settings: clock, policy and deliberate defects."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from maquette.simulator.domain.clock import Clock, ClockMode
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.rules import Rules
from maquette.simulator.store.engine import OF_REALM, Transaction
from maquette.simulator.store.schema import Instant, as_kept, metadata, read_instant, realms, wrong_tries
from maquette.simulator.store.tries import Lock


class RealmGoneError(LookupError):
    """The realm was there a moment ago, and has been deleted since."""


@dataclass(frozen=True, slots=True)
class RealmRecord:
    """What is kept of a realm itself.

    `made_clock` (None: the real now) and `made_policy` are what it was made with: a reset gives them back.
    `defects` are the names of the deliberate defects that are switched on in it.
    """

    name: str
    clock: Clock
    policy: Policy
    made_clock: datetime | None = None
    made_policy: Policy = field(default_factory=Policy)
    defects: tuple[str, ...] = ()


RulesOf = Callable[[RealmRecord], Rules]
"""The rules in force in a realm."""


def add_realm(transaction: Transaction, record: RealmRecord, at: datetime) -> None:
    """Keep a new realm."""
    transaction.change(_ADD, of_realm=record.name, created_at=at, **_columns(record))


def find_realm(transaction: Transaction) -> RealmRecord | None:
    """The transaction's realm, or None when there is none of that name."""
    row = transaction.first_row(_ONE_REALM)
    return None if row is None else _record(*row)


def list_realms(transaction: Transaction) -> list[RealmRecord]:
    """All realms, oldest first."""
    return [_record(*row) for row in transaction.connection.execute(_ALL_REALMS)]


def get_realm(transaction: Transaction) -> RealmRecord:
    """The transaction's realm; raises RealmGoneError when there is none of that name."""
    record = find_realm(transaction)
    if record is None:
        raise RealmGoneError(f"realm {transaction.realm!r}")
    return record


def clocks_of(transaction: Transaction, names: Collection[str]) -> dict[str, Clock]:
    """The clocks of those of the named realms that there are."""
    if not names:
        return {}
    rows = transaction.connection.execute(_CLOCKS, {"names": sorted(names)})
    return {name: _clock(*clock) for name, *clock in rows}


def save_realm(transaction: Transaction, record: RealmRecord) -> None:
    """Keep a realm's changed clock, policy or defects."""
    transaction.change(_CHANGE, of_realm=record.name, **_columns(record))


def begin_move(transaction: Transaction, mode: ClockMode) -> None:
    """Keep how the clock goes that is about to be moved, for a move that does not come to its end."""
    _keep_mode(transaction, mode.value)


def end_move(transaction: Transaction) -> None:
    """Forget how the clock went before it was moved."""
    _keep_mode(transaction, None)


def give_up_move(transaction: Transaction, real_now: datetime) -> None:
    """Let a clock whose move was broken off go on as before, from the instant that it has reached."""
    query = sa.select(realms.c.mode_before_move).where(realms.c.realm == transaction.realm)
    mode = transaction.connection.execute(query).scalar()
    record = find_realm(transaction)
    if record is not None and mode is not None:
        clock = Clock(ClockMode(mode), record.clock.now(real_now), real_now)
        save_realm(transaction, replace(record, clock=clock))
        end_move(transaction)


def list_moving(transaction: Transaction) -> list[str]:
    """The realms whose clock is being moved."""
    return [name for (name,) in transaction.rows(_MOVING)]


def count_realms(transaction: Transaction) -> int:
    """How many realms there are."""
    ((count,),) = transaction.rows(_COUNT)
    return int(count)


def clear_realm(transaction: Transaction, *, keep: frozenset[str]) -> None:
    """Forget all rows of the realm but those of the tables to keep."""
    for table in reversed(metadata.sorted_tables):
        if "realm" in table.c and table.name not in keep:
            transaction.connection.execute(sa.delete(table).where(table.c.realm == transaction.realm))


def latest_event(transaction: Transaction) -> datetime | None:
    """The latest instant at which something happened in the realm, or None when nothing has.

    Every instant of its state counts, but those that lie ahead: when letters fall due, when late mail comes,
    when sessions and results end.
    """
    instants = [
        column
        for table in metadata.sorted_tables
        if "realm" in table.c and table.name not in _NOT_ITS_STATE
        for column in table.c
        if isinstance(column.type, Instant) and column.name not in _AHEAD
    ]
    found = [
        transaction.connection.execute(
            sa.select(sa.func.max(column)).where(
                column.table.c.realm == transaction.realm, *_OF_THE_REALMS_TIME.get(column.table.name, ())
            )
        ).scalar()
        for column in instants
    ]
    return max((instant for instant in found if instant is not None), default=None)


_OF_THE_REALMS_TIME = {"wrong_tries": (wrong_tries.c.lock != Lock.CLASS.value,)}
"""Where rows of the world's time are among the realm's: those that are not."""

_NOT_ITS_STATE = {"journal", "realms", "snapshots"}
_AHEAD = {
    "due_at",
    "until",
    "certificate_end",
    "certificate_not_before",
    "certificate_not_after",
    "arrives_at",
}


def _keep_mode(transaction: Transaction, mode: str | None) -> None:
    transaction.connection.execute(
        sa.update(realms).where(realms.c.realm == transaction.realm).values(mode_before_move=mode)
    )


def _columns(record: RealmRecord) -> dict[str, object]:
    return {
        "clock_mode": record.clock.mode.value,
        "clock_shown": record.clock.shown,
        "clock_real": record.clock.real.timestamp(),
        "policy": record.policy.as_keys(),
        "made_clock": record.made_clock,
        "made_policy": record.made_policy.as_keys(),
        "defects": list(record.defects),
    }


_REALMS: sa.Select[Any] = sa.select(
    *as_kept(
        realms.c.realm,
        realms.c.clock_mode,
        realms.c.clock_shown,
        realms.c.clock_real,
        realms.c.policy,
        realms.c.made_clock,
        realms.c.made_policy,
        realms.c.defects,
    )
)
_ADD = sa.insert(realms).values(realm=OF_REALM)
_CHANGE = sa.update(realms).where(realms.c.realm == OF_REALM)
_COUNT: sa.Select[Any] = sa.select(sa.func.count()).select_from(realms)
_MOVING: sa.Select[Any] = sa.select(realms.c.realm).where(realms.c.mode_before_move.is_not(None))
_ONE_REALM = _REALMS.where(realms.c.realm == OF_REALM)
_ALL_REALMS = _REALMS.order_by(realms.c.created_at, realms.c.realm)
_CLOCKS = sa.select(
    *as_kept(realms.c.realm, realms.c.clock_mode, realms.c.clock_shown, realms.c.clock_real)
).where(realms.c.realm.in_(sa.bindparam("names", expanding=True)))


@lru_cache(maxsize=1000)
def _record(
    name: str,
    clock_mode: str,
    clock_shown: int,
    clock_real: float,
    policy: str,
    made_clock: int | None,
    made_policy: str,
    defects: str,
) -> RealmRecord:
    """The realm of this row: every request asks for it, and it changes seldom."""
    return RealmRecord(
        name=name,
        clock=_clock(clock_mode, clock_shown, clock_real),
        policy=_policy(policy),
        made_clock=None if made_clock is None else read_instant(made_clock),
        made_policy=_policy(made_policy),
        defects=tuple(json.loads(defects)),
    )


def _policy(written: str) -> Policy:
    return Policy().changed(json.loads(written))


def _clock(mode: str, shown: int, real: float) -> Clock:
    return Clock(ClockMode(mode), read_instant(shown), datetime.fromtimestamp(real, UTC))
