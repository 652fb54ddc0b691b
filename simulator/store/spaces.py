"""The spaces, and whose an address is."""

from dataclasses import asdict
from datetime import date
from typing import Any

import sqlalchemy as sa

from maquette.simulator.domain.credentials import EmailClaim
from maquette.simulator.domain.space import Civility, Company, Credentials, Holder, Service, Space
from maquette.simulator.store import options
from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.schema import email_claims, spaces


def add_space(transaction: Transaction, space: Space, email_key: str) -> None:
    """Keep a new space."""
    transaction.connection.execute(
        sa.insert(spaces),
        {
            "realm": transaction.realm,
            "subscriber_number": space.subscriber_number,
            "created_on": space.created_on.isoformat(),
            "holder": {**asdict(space.holder), "civility": space.holder.civility.value},
            "companies": [_company_json(company) for company in space.companies],
            **_changing_columns(space, email_key),
        },
    )


def find_space(transaction: Transaction, subscriber_number: str) -> Space | None:
    """The space of that number, or None."""
    query = sa.select(spaces).where(
        spaces.c.realm == transaction.realm, spaces.c.subscriber_number == subscriber_number
    )
    row = transaction.connection.execute(query).one_or_none()
    return None if row is None else _space(row._mapping)


def get_space(transaction: Transaction, subscriber_number: str) -> Space:
    """The space of that number; it must exist."""
    space = find_space(transaction, subscriber_number)
    if space is None:
        raise LookupError(f"no space {subscriber_number!r} in realm {transaction.realm!r}")
    return space


def save_space(transaction: Transaction, space: Space, email_key: str) -> None:
    """Keep a converted space: its access and the e-mail on file; nothing else ever changes (ACC-12)."""
    transaction.connection.execute(
        sa.update(spaces)
        .where(spaces.c.realm == transaction.realm, spaces.c.subscriber_number == space.subscriber_number)
        .values(**_changing_columns(space, email_key))
    )


def count_sharing(transaction: Transaction, email_key: str) -> int:
    """How many certificate spaces have this address on file (CRED-5)."""
    query = sa.select(sa.func.count()).where(
        spaces.c.realm == transaction.realm, spaces.c.email_key == email_key, spaces.c.credentials.is_(None)
    )
    return transaction.connection.execute(query).scalar_one()


def find_claim(transaction: Transaction, email_key: str) -> EmailClaim | None:
    """Who last asked for the address, or None when nobody did."""
    query = sa.select(email_claims.c.subscriber_number, email_claims.c.option_id).where(
        email_claims.c.realm == transaction.realm, email_claims.c.email_key == email_key
    )
    row = transaction.connection.execute(query).one_or_none()
    if row is None:
        return None
    option = options.get_option(transaction, row.option_id) if row.option_id else None
    return EmailClaim(row.subscriber_number, option)


def put_claim(
    transaction: Transaction, email_key: str, subscriber_number: str, option_id: str | None
) -> None:
    """Give the address to the option, or to a space that was born converted; what lapsed before gives way."""
    table = email_claims
    transaction.connection.execute(
        sa.delete(table).where(table.c.realm == transaction.realm, table.c.email_key == email_key)
    )
    transaction.connection.execute(
        sa.insert(table).values(
            realm=transaction.realm,
            email_key=email_key,
            subscriber_number=subscriber_number,
            option_id=option_id,
        )
    )


def _changing_columns(space: Space, email_key: str) -> dict[str, object]:
    return {
        "email": space.email,
        "email_key": email_key,
        "credentials": asdict(space.credentials) if space.credentials else None,
        "registered_at": space.registered_at,
    }


def _company_json(company: Company) -> dict[str, object]:
    return {**asdict(company), "services": [service.name for service in company.services]}


def _space(columns: sa.RowMapping) -> Space:
    holder: dict[str, Any] = columns["holder"]
    return Space(
        subscriber_number=columns["subscriber_number"],
        created_on=date.fromisoformat(columns["created_on"]),
        holder=Holder(**{**holder, "civility": Civility(holder["civility"])}),
        companies=tuple(
            Company(**{**company, "services": tuple(Service[name] for name in company["services"])})
            for company in columns["companies"]
        ),
        email=columns["email"],
        credentials=Credentials(**columns["credentials"]) if columns["credentials"] else None,
        registered_at=columns["registered_at"],
    )
