"""What has become of a pending option's code, in one French line that tells a right one from a wrong one.

Reads the realm's journal, and the count of wrong tries for who is locked out; decides nothing. It must not
know what was typed: the journal holds no code. Source: rules POP-6, ACT-14, ACT-15.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from maquette.simulator.base.french import counted, day, hour
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.credentials import email_key
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.refusals import Reason
from maquette.simulator.domain.rules import RULES
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.journal import JournalLine, list_newest_lines
from maquette.simulator.store.realms import RealmRecord
from maquette.simulator.store.tries import Lock, list_wrong_tries

KINDS = ("code-accepted", "window-blocked", "refused")
MOST_LINES = 2000


def tell_trails(
    transaction: Transaction, realm: RealmRecord, pending: Sequence[Option], now: datetime
) -> dict[str, str]:
    """The lines of those pending options, by their ids, with whose codes anything has happened."""
    if not pending:
        return {}
    since = min(option.queued_at for option in pending)
    lines = list_newest_lines(transaction, kinds=KINDS, since=since, most=MOST_LINES)[::-1]
    told = {option.id: _tell(transaction, realm, option, lines, now) for option in pending}
    return {option_id: sentence for option_id, sentence in told.items() if sentence}


def locked_until(transaction: Transaction, realm: RealmRecord, lock: Lock, key: str) -> datetime | None:
    """When the wrong tries that were counted under the key let further ones be heard; None for too few."""
    policy = realm.policy
    attempts, lockout = {
        Lock.ACTIVATION: (policy.activation_attempts, policy.activation_lockout),
        Lock.LOGIN: (policy.login_attempts, policy.login_lockout),
    }[lock]
    return RULES.tries.lockout_end(list_wrong_tries(transaction, lock, key, attempts), attempts, lockout)


def _tell(
    transaction: Transaction, realm: RealmRecord, option: Option, lines: Iterable[JournalLine], now: datetime
) -> str:
    key = email_key(option.credentials.email)
    accepted: datetime | None = None
    blocked, wrong = False, 0
    for line in lines:
        of_option = line.data.get("option") == option.id
        if line.kind == "code-accepted" and of_option:
            accepted, blocked, wrong = line.at, False, 0
        elif line.kind == "window-blocked" and of_option:
            blocked = True
        elif line.data.get("reason") == Reason.CODE_WRONG.value:
            wrong += _since(option, line) and email_key(str(line.data.get("email"))) == key
    parts = []
    if accepted is not None:
        parts.append(
            f"code accepté {_when(accepted, now)}, fenêtre {'bloquée' if blocked else 'jamais venue'}"
        )
    until = locked_until(transaction, realm, Lock.ACTIVATION, key)
    if until is not None and now < until:
        parts.append(f"trop d'essais\N{NO-BREAK SPACE}: bloqué jusqu'à {hour(until)}")
    elif wrong:
        parts.append(counted(wrong, "code faux", "codes faux"))
    return "\N{NO-BREAK SPACE}; ".join(parts)


def _since(option: Option, line: JournalLine) -> bool:
    return line.at is not None and line.at >= option.queued_at


def _when(at: datetime, now: datetime) -> str:
    """À 09:46 today, le 09/06/2011 à 09:46 on any other day, in Paris."""
    at_time = f"à {at.astimezone(PARIS):%H:%M}"
    return at_time if day(at) == day(now) else f"le {day(at)} {at_time}"
