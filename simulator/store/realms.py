"""The realms and their settings: clock, policy and deliberate defects."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache

from maquette.simulator.domain.clock import Clock, ClockMode
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.rules import Rules
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.instants import from_seconds, to_seconds
from maquette.simulator.store.schema import REALM_TABLES


class RealmGoneError(LookupError):
    """The realm existed a moment ago, and has been deleted since."""


@dataclass(frozen=True, slots=True)
class RealmRecord:
    """A realm: its name and its settings.

    A reset restores `made_clock` (None: the real now) and `made_policy`. `defects` are the names of its
    deliberate defects.
    """

    name: str
    clock: Clock
    policy: Policy
    made_clock: datetime | None = None
    made_policy: Policy = field(default_factory=Policy)
    defects: tuple[str, ...] = ()


RulesOf = Callable[[RealmRecord], Rules]
"""The rules in force in a realm."""


_COLUMNS = "realm, clock_mode, clock_shown, clock_real, policy, made_clock, made_policy, defects"


def add_realm(transaction: Transaction, record: RealmRecord, at: datetime) -> None:
    """Store a new realm."""
    transaction.change(
        f"""
        INSERT INTO realms (created_at, {_COLUMNS}) VALUES
        (:created_at, :realm, :clock_mode, :clock_shown, :clock_real, :policy, :made_clock, :made_policy,
         :defects)
        """,
        created_at=to_seconds(at),
        **_values(record),
    )


def find_realm(transaction: Transaction) -> RealmRecord | None:
    """The transaction's realm, or None when there is none of that name."""
    row = transaction.row(f"SELECT {_COLUMNS} FROM realms WHERE realm = :realm")
    return None if row is None else _record(*row)


def list_realms(transaction: Transaction) -> list[RealmRecord]:
    """All realms, oldest first."""
    return [
        _record(*row) for row in transaction.rows(f"SELECT {_COLUMNS} FROM realms ORDER BY created_at, realm")
    ]


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
    rows = transaction.rows(
        "SELECT realm, clock_mode, clock_shown, clock_real FROM realms WHERE realm IN (:names)",
        names=list(names),
    )
    return {name: _clock(*clock) for name, *clock in rows}


def save_realm(transaction: Transaction, record: RealmRecord) -> None:
    """Store a realm's changed clock, policy or defects."""
    transaction.change(
        """
        UPDATE realms SET clock_mode = :clock_mode, clock_shown = :clock_shown, clock_real = :clock_real,
                          policy = :policy, made_clock = :made_clock, made_policy = :made_policy,
                          defects = :defects
        WHERE realm = :realm
        """,
        **_values(record),
    )


def begin_move(transaction: Transaction, mode: ClockMode) -> None:
    """Store the mode of a clock before its move, in case the move breaks off."""
    _store_mode(transaction, mode.value)


def end_move(transaction: Transaction) -> None:
    """Delete the stored mode after the move."""
    _store_mode(transaction, None)


def give_up_move(transaction: Transaction, real_now: datetime) -> None:
    """End a move that broke off: the clock gets its former mode back, at the instant that it has reached."""
    mode = transaction.value("SELECT mode_before_move FROM realms WHERE realm = :realm")
    if mode is not None:
        record = get_realm(transaction)
        clock = Clock(ClockMode(mode), record.clock.now(real_now), real_now)
        save_realm(transaction, replace(record, clock=clock))
        end_move(transaction)


def list_moving(transaction: Transaction) -> list[str]:
    """The realms whose clock is being moved."""
    rows = transaction.rows("SELECT realm FROM realms WHERE mode_before_move IS NOT NULL")
    return [realm for (realm,) in rows]


def count_realms(transaction: Transaction) -> int:
    """How many realms there are."""
    count: int = transaction.value("SELECT COUNT(*) FROM realms")
    return count


def clear_realm(transaction: Transaction, *, keep: frozenset[str]) -> None:
    """Delete all rows of the realm but those of the tables to keep."""
    for table in REALM_TABLES:
        if table not in keep:
            transaction.change(f"DELETE FROM {table} WHERE realm = :realm")


def latest_event(transaction: Transaction) -> datetime | None:
    """The latest instant at which something happened in the realm, or None when nothing has.

    Instants that lie ahead do not count: when letters fall due, when late mail arrives, when sessions,
    results and certificates end. Wrong class codes do not count either: they are tried in real time.
    """
    latest: int | None = transaction.value(_LATEST_EVENT)
    return from_seconds(latest)


_LATEST_EVENT = """
    SELECT MAX(instant) FROM (
        SELECT MAX(registered_at) AS instant FROM spaces WHERE realm = :realm
        UNION ALL SELECT MAX(queued_at) FROM options WHERE realm = :realm
        UNION ALL SELECT MAX(sent_at) FROM options WHERE realm = :realm
        UNION ALL SELECT MAX(replaced_at) FROM options WHERE realm = :realm
        UNION ALL SELECT MAX(used_at) FROM options WHERE realm = :realm
        UNION ALL SELECT MAX(at) FROM wrong_tries WHERE realm = :realm AND lock <> 'class'
        UNION ALL SELECT MAX(seen_at) FROM sessions WHERE realm = :realm
        UNION ALL SELECT MAX(attempt_at) FROM outbox WHERE realm = :realm
        UNION ALL SELECT MAX(received_at) FROM mailbox WHERE realm = :realm
        UNION ALL SELECT MAX(taken_at) FROM in_transit WHERE realm = :realm
        UNION ALL SELECT MAX(at) FROM undelivered WHERE realm = :realm
        UNION ALL SELECT MAX(at) FROM helpdesk_messages WHERE realm = :realm
    ) AS events
"""


def _store_mode(transaction: Transaction, mode: str | None) -> None:
    transaction.change("UPDATE realms SET mode_before_move = :mode WHERE realm = :realm", mode=mode)


def _values(record: RealmRecord) -> dict[str, object]:
    return {
        "clock_mode": record.clock.mode.value,
        "clock_shown": to_seconds(record.clock.shown),
        "clock_real": record.clock.real.timestamp(),
        "policy": json.dumps(record.policy.as_keys()),
        "made_clock": to_seconds(record.made_clock),
        "made_policy": json.dumps(record.made_policy.as_keys()),
        "defects": json.dumps(record.defects),
    }


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
    """Parse the row of a realm: every request reads it, and it seldom changes."""
    return RealmRecord(
        name=name,
        clock=_clock(clock_mode, clock_shown, clock_real),
        policy=_policy(policy),
        made_clock=from_seconds(made_clock),
        made_policy=_policy(made_policy),
        defects=tuple(json.loads(defects)),
    )


def _policy(text: str) -> Policy:
    return Policy().changed(json.loads(text))


def _clock(mode: str, shown: int, real: float) -> Clock:
    return Clock(ClockMode(mode), from_seconds(shown), datetime.fromtimestamp(real, UTC))
