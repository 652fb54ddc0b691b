"""The spaces, and whose an address is."""

import json
from collections.abc import Collection, Iterable
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any

import sqlalchemy as sa

from maquette.simulator.domain.credentials import EmailClaim
from maquette.simulator.domain.space import Credentials, Space
from maquette.simulator.store import options
from maquette.simulator.store.engine import OF_REALM, Transaction
from maquette.simulator.store.files import company_json, holder_json, read_company, read_holder
from maquette.simulator.store.schema import as_kept, email_claims, read_instant, spaces


def add_spaces(transaction: Transaction, added: Iterable[tuple[Space, str]]) -> None:
    """Keep new spaces, each with the key of its e-mail on file."""
    transaction.add_rows(_ADD, [_row(transaction.realm, space, email_key) for space, email_key in added])


def add_space(transaction: Transaction, space: Space, email_key: str) -> None:
    """Keep a new space."""
    add_spaces(transaction, [(space, email_key)])


def find_space(transaction: Transaction, subscriber_number: str) -> Space | None:
    """The space of that number, or None."""
    row = transaction.first_row(_ONE, of_number=subscriber_number)
    return None if row is None else _space_read_before(*row)


def list_spaces(transaction: Transaction, numbers: Collection[str]) -> dict[str, Space]:
    """Those of these spaces that there are, by their numbers."""
    query = _SPACES.where(spaces.c.realm == transaction.realm, spaces.c.subscriber_number.in_(numbers))
    found = [_space(*row) for row in transaction.connection.execute(query)]
    return {space.subscriber_number: space for space in found}


def list_all_spaces(transaction: Transaction) -> list[Space]:
    """All of the realm's spaces, by their numbers."""
    query = _SPACES.where(spaces.c.realm == transaction.realm).order_by(spaces.c.subscriber_number)
    return [_space(*row) for row in transaction.connection.execute(query)]


def list_broken_seals(transaction: Transaction, *, after: str, most: int) -> tuple[list[str], str | None]:
    """Of the next `most` spaces behind a number, those that are not as they were made.

    With the number behind which to go on, None at the end.
    """
    kept = (spaces.c.created_on, sa.cast(spaces.c.holder, sa.Text), sa.cast(spaces.c.companies, sa.Text))
    query = (
        sa.select(spaces.c.seal, spaces.c.subscriber_number, *kept)
        .where(spaces.c.realm == transaction.realm, spaces.c.subscriber_number > after)
        .order_by(spaces.c.subscriber_number)
        .limit(most)
    )
    rows = transaction.connection.execute(query).all()
    broken = [number for seal, number, *others in rows if seal != _seal(number, *others)]
    return broken, rows[-1].subscriber_number if len(rows) == most else None


def get_space(transaction: Transaction, subscriber_number: str) -> Space:
    """The space of that number; it must exist."""
    space = find_space(transaction, subscriber_number)
    if space is None:
        raise LookupError(f"no space {subscriber_number!r} in realm {transaction.realm!r}")
    return space


def is_number_taken(transaction: Transaction, subscriber_number: str) -> bool:
    """Whether a space has the number, or an option was accepted under it, whatever became of that (NEW-2)."""
    if find_space(transaction, subscriber_number) is not None:
        return True
    return options.find_latest_option(transaction, subscriber_number) is not None


def save_space(transaction: Transaction, space: Space, email_key: str) -> None:
    """Keep a space's access and e-mail on file; nothing else ever changes (ACC-12, PWD-4)."""
    transaction.change(_CHANGE, of_number=space.subscriber_number, **_changing_columns(space, email_key))


def count_sharing(transaction: Transaction, email_key: str) -> int:
    """How many certificate spaces have this address on file (CRED-5)."""
    ((sharing,),) = transaction.rows(_COUNT_SHARING, of_email=email_key)
    return int(sharing)


def find_claim(transaction: Transaction, email_key: str) -> EmailClaim | None:
    """Who last asked for the address, or None when nobody did."""
    row = transaction.first_row(_CLAIM, of_email=email_key)
    if row is None:
        return None
    subscriber_number, option_id = row
    option = options.get_option(transaction, option_id) if option_id else None
    return EmailClaim(subscriber_number, option)


def put_claim(
    transaction: Transaction, email_key: str, subscriber_number: str, option_id: str | None
) -> None:
    """Give the address to the option, or to a space that was born converted; what lapsed before gives way."""
    transaction.change(_FORGET_CLAIM, of_email=email_key)
    transaction.change(
        _ADD_CLAIM, email_key=email_key, subscriber_number=subscriber_number, option_id=option_id
    )


_OF_NUMBER = (spaces.c.realm == OF_REALM, spaces.c.subscriber_number == sa.bindparam("of_number"))
_SPACES: sa.Select[Any] = sa.select(
    *as_kept(
        spaces.c.subscriber_number,
        spaces.c.created_on,
        spaces.c.holder,
        spaces.c.companies,
        spaces.c.email,
        spaces.c.credentials,
        spaces.c.registered_at,
    )
)
_ADD = sa.insert(spaces)
_ONE = _SPACES.where(*_OF_NUMBER)
_CHANGE = sa.update(spaces).where(*_OF_NUMBER)
_COUNT_SHARING = sa.select(sa.func.count()).where(
    spaces.c.realm == OF_REALM, spaces.c.email_key == sa.bindparam("of_email"), spaces.c.credentials.is_(None)
)

_OF_EMAIL = (email_claims.c.realm == OF_REALM, email_claims.c.email_key == sa.bindparam("of_email"))
_CLAIM = sa.select(email_claims.c.subscriber_number, email_claims.c.option_id).where(*_OF_EMAIL)
_FORGET_CLAIM = sa.delete(email_claims).where(*_OF_EMAIL)
_ADD_CLAIM = sa.insert(email_claims).values(realm=OF_REALM)


def _changing_columns(space: Space, email_key: str) -> dict[str, object]:
    return {
        "email": space.email,
        "email_key": email_key,
        "credentials": asdict(space.credentials) if space.credentials else None,
        "registered_at": space.registered_at,
    }


def _row(realm: str, space: Space, email_key: str) -> dict[str, object]:
    created_on = space.created_on.isoformat()
    holder, companies = holder_json(space.holder), [company_json(company) for company in space.companies]
    return {
        "realm": realm,
        "subscriber_number": space.subscriber_number,
        "created_on": created_on,
        "holder": holder,
        "companies": companies,
        "seal": _seal(space.subscriber_number, created_on, json.dumps(holder), json.dumps(companies)),
        **_changing_columns(space, email_key),
    }


def _seal(*kept: str) -> str:
    """Tells whether what never changes is as it was made: number, day, holder and company files."""
    return blake2b("\n".join(kept).encode(), digest_size=8).hexdigest()


def _space(
    subscriber_number: str,
    created_on: str,
    holder: str,
    companies: str,
    email: str,
    credentials: str | None,
    registered_at: int | None,
) -> Space:
    return Space(
        subscriber_number=subscriber_number,
        created_on=date.fromisoformat(created_on),
        holder=read_holder(json.loads(holder)),
        companies=tuple(map(read_company, json.loads(companies))),
        email=email,
        credentials=Credentials(**json.loads(credentials)) if credentials else None,
        registered_at=None if registered_at is None else read_instant(registered_at),
    )


_space_read_before = lru_cache(maxsize=1000)(_space)
"""The space of this row: who is on the way through the procedure has the same one at each step."""
