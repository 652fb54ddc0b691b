"""Counts wrong tries, and locks a key after too many: the typed address or number, or the caller.

Source: rules ACT-15, OUT-2, PWD-4.
"""

from datetime import datetime, timedelta

from maquette.simulator.domain.credentials import EMAIL_LENGTH, well_formed_email
from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.domain.rules import RULES
from maquette.simulator.procedure.context import Context
from maquette.simulator.store.tries import Lock, add_wrong_try, list_wrong_tries

LONGEST_TYPED = EMAIL_LENGTH + 1
"""The most characters of a typed address that are read; a longer address is unknown in any case."""

CLASS_ATTEMPTS = 20

CLASS_LOCKOUT = timedelta(minutes=1)


def locked_out(context: Context, lock: Lock, key: str) -> bool:
    """Whether there were too many wrong tries at the lock with this key (ACT-15; OUT-2, PWD-4 alike)."""
    policy = context.policy
    tries = list_wrong_tries(context.transaction, lock, key, policy.activation_attempts)
    until = context.rules.tries.lockout_end(tries, policy.activation_attempts, policy.activation_lockout)
    return until is not None and context.now < until


def judge_class_code(context: Context, *, right: bool, caller: str, at: datetime) -> Refused | None:
    """Judge the class code of a browser at the address `caller`; twenty wrong codes a minute at most.

    `at` is the world's time: the portal has no such rule, and the realm's clock may stand still.
    """
    tries = list_wrong_tries(context.transaction, Lock.CLASS, caller, CLASS_ATTEMPTS)
    locked_until = RULES.tries.lockout_end(tries, CLASS_ATTEMPTS, CLASS_LOCKOUT)
    if locked_until is not None and at < locked_until:
        return context.refuse(Refused(Refusal.CLASS_CODE_WRONG, Reason.LOCKED_OUT), who=caller)
    if not right:
        add_wrong_try(context.transaction, Lock.CLASS, caller, at)
        return context.refuse(Refused(Refusal.CLASS_CODE_WRONG), who=caller)
    return None


def loggable_email(email: str) -> str | None:
    """Return a typed address for the journal; None for any other text, which may be a misplaced secret."""
    return email if well_formed_email(email) else None
