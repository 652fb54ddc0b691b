"""Hashes passwords with Argon2id, so that no password can be shown again (CRED-8).

`low` costs a fraction of a millisecond, for tests and load; `high` is what the library recommends.
"""

import secrets
from functools import cache

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from maquette.simulator.domain.policy import HashCost

_HASHERS = {
    HashCost.LOW: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1),
    HashCost.HIGH: PasswordHasher(),
}


def hash_password(password: str, cost: HashCost) -> str:
    """Return the hash of a password as text, with its salt and its cost."""
    return _HASHERS[cost].hash(password)


@cache
def dummy_hash(cost: HashCost) -> str:
    """Return a hash of no password: checking it makes an unknown address as slow as a known one (PWD-2)."""
    return hash_password(secrets.token_hex(), cost)


def password_is(password: str, password_hash: str) -> bool:
    """Whether the hash is the hash of this password."""
    try:
        return _HASHERS[HashCost.LOW].verify(password_hash, password)
    except VerificationError:
        return False


MOST_PASSES, MOST_MEMORY, MOST_LANES = 10, 128 * 1024, 16
"""The most that a foreign hash may cost at each login: passes, kibibytes, lanes."""


def is_affordable_hash(text: str) -> bool:
    """Whether the text is an Argon2id hash that costs no more than a real site's."""
    try:
        parameters = extract_parameters(text)
    except InvalidHashError:
        return False
    return (
        parameters.type is Type.ID
        and parameters.time_cost <= MOST_PASSES
        and parameters.memory_cost <= MOST_MEMORY
        and parameters.parallelism <= MOST_LANES
        and len(text) <= 200
    )
