"""The status of a pending option's code, read from the realm's journal (POP-6, ACT-14, ACT-15).

The journal holds no code: it only says whether a typed code was right or wrong.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from maquette.simulator.domain.credentials import email_key
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.refusals import Reason
from maquette.simulator.domain.rules import RULES
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.journal import JournalRecord, list_newest_lines
from maquette.simulator.store.realms import RealmRecord
from maquette.simulator.store.tries import Lock, list_wrong_tries

KINDS = ("code-accepted", "window-blocked", "refused")
MOST_LINES = 2000


@dataclass(frozen=True, slots=True)
class CodeStatus:
    """The tries of a pending option's code.

    `wrong` counts the wrong codes since the right one was accepted. `locked_until` is None while a further
    try is possible. `window_blocked` says whether the browser blocked the result's window.
    """

    accepted_at: datetime | None
    window_blocked: bool
    wrong: int
    locked_until: datetime | None


def list_code_statuses(
    transaction: Transaction, realm: RealmRecord, pending: Sequence[Option], now: datetime
) -> dict[str, CodeStatus]:
    """The statuses of the pending options whose codes were tried, by the options' ids."""
    if not pending:
        return {}
    since = min(option.queued_at for option in pending)
    lines = list_newest_lines(transaction, kinds=KINDS, since=since, most=MOST_LINES)[::-1]
    statuses = {option.id: _status(transaction, realm, option, lines, now) for option in pending}
    return {
        option_id: status
        for option_id, status in statuses.items()
        if status.accepted_at or status.locked_until or status.wrong
    }


def find_lock_end(
    transaction: Transaction, realm: RealmRecord, lock: Lock, key: str, now: datetime
) -> datetime | None:
    """Return until when wrong tries lock the key; None when it is not locked."""
    policy = realm.policy
    attempts, lockout = {
        Lock.ACTIVATION: (policy.activation_attempts, policy.activation_lockout),
        Lock.LOGIN: (policy.login_attempts, policy.login_lockout),
    }[lock]
    end = RULES.tries.lockout_end(list_wrong_tries(transaction, lock, key, attempts), attempts, lockout)
    return end if end is not None and now < end else None


def _status(
    transaction: Transaction,
    realm: RealmRecord,
    option: Option,
    lines: Iterable[JournalRecord],
    now: datetime,
) -> CodeStatus:
    key = email_key(option.credentials.email)
    accepted_at: datetime | None = None
    blocked, wrong = False, 0
    for line in lines:
        of_option = line.data.get("option") == option.id
        if line.kind == "code-accepted" and of_option:
            accepted_at, blocked, wrong = line.at, False, 0
        elif line.kind == "window-blocked" and of_option:
            blocked = True
        elif line.data.get("reason") == Reason.CODE_WRONG.value:
            since = line.at is not None and line.at >= option.queued_at
            wrong += since and email_key(str(line.data.get("email"))) == key
    return CodeStatus(
        accepted_at, blocked, wrong, find_lock_end(transaction, realm, Lock.ACTIVATION, key, now)
    )
