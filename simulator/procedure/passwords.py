"""Hashing passwords, with Argon2id: nobody can show one again (CRED-8).

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
    """The hash of a password, with its salt and its cost, as text."""
    return _HASHERS[cost].hash(password)


@cache
def nobodys_hash(cost: HashCost) -> str:
    """A hash that no password has, to spend on an unknown address the time of a known one (PWD-2)."""
    return hash_password(secrets.token_hex(), cost)


def password_is(password: str, password_hash: str) -> bool:
    """Whether the hash is this password's."""
    try:
        return _HASHERS[HashCost.LOW].verify(password_hash, password)
    except VerificationError:
        return False


MOST_PASSES, MOST_MEMORY, MOST_LANES = 10, 128 * 1024, 16
"""What a hash from elsewhere may ask for at each login: passes, kibibytes, lanes."""


def is_bearable_hash(text: str) -> bool:
    """Whether the text is a password's hash as ours are, and costs no more than a real site's does."""
    try:
        asked = extract_parameters(text)
    except InvalidHashError:
        return False
    return (
        asked.type is Type.ID
        and asked.time_cost <= MOST_PASSES
        and asked.memory_cost <= MOST_MEMORY
        and asked.parallelism <= MOST_LANES
        and len(text) <= 200
    )
