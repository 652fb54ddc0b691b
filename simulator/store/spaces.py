"""The spaces, and the owners of addresses."""

from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache
from hashlib import blake2b

from maquette.simulator.domain.credentials import EmailClaim
from maquette.simulator.domain.space import Space
from maquette.simulator.store import options
from maquette.simulator.store.database import Transaction, qualified
from maquette.simulator.store.instants import from_seconds, to_seconds
from maquette.simulator.store.space_json import companies_json, holder_json, read_companies, read_holder

COLUMNS = "subscriber_number, created_on, holder, companies, email, credentials, registered_at"
_SPACE = f"SELECT {COLUMNS} FROM spaces WHERE realm = :realm"


def add_spaces(transaction: Transaction, added: Iterable[tuple[Space, str]]) -> None:
    """Store new spaces, each with the key of its e-mail on file."""
    transaction.add_rows(
        """
        INSERT INTO spaces (realm, subscriber_number, created_on, email, email_key, registered_at,
                            credentials, seal, holder, companies)
        VALUES (:realm, :subscriber_number, :created_on, :email, :email_key, :registered_at,
                :credentials, :seal, :holder, :companies)
        """,
        [{**_constant(space), **_changing(space, email_key)} for space, email_key in added],
    )


def add_space(transaction: Transaction, space: Space, email_key: str) -> None:
    """Store a new space."""
    add_spaces(transaction, [(space, email_key)])


def find_space(transaction: Transaction, subscriber_number: str) -> Space | None:
    """The space of that number, or None."""
    row = transaction.row(f"{_SPACE} AND subscriber_number = :number", number=subscriber_number)
    return None if row is None else space_of_row(*row)


def list_spaces(transaction: Transaction, numbers: Collection[str]) -> dict[str, Space]:
    """Those of these spaces that there are, by their numbers."""
    rows = transaction.rows(f"{_SPACE} AND subscriber_number IN (:numbers)", numbers=list(numbers))
    return {number: _space(number, *others) for number, *others in rows}


def list_all_spaces(transaction: Transaction) -> list[Space]:
    """All of the realm's spaces, by their numbers."""
    return [_space(*row) for row in transaction.rows(f"{_SPACE} ORDER BY subscriber_number")]


def list_broken_seals(transaction: Transaction, *, after: str, most: int) -> tuple[list[str], str | None]:
    """Of the next `most` spaces behind a number, those that are not as they were made.

    With the number behind which to go on; None at the end.
    """
    rows = transaction.rows(
        """
        SELECT seal, subscriber_number, created_on, holder, companies FROM spaces
        WHERE realm = :realm AND subscriber_number > :after ORDER BY subscriber_number LIMIT :most
        """,
        after=after,
        most=most,
    )
    broken = [number for seal, number, *others in rows if seal != _seal(number, *others)]
    return broken, rows[-1][1] if len(rows) == most else None


def get_space(transaction: Transaction, subscriber_number: str) -> Space:
    """The space of that number; it must exist."""
    space = find_space(transaction, subscriber_number)
    if space is None:
        raise LookupError(f"no space {subscriber_number!r} in realm {transaction.realm!r}")
    return space


def is_number_taken(transaction: Transaction, subscriber_number: str) -> bool:
    """Whether a space has the number, or an option was ever accepted under it (NEW-2)."""
    return (
        find_space(transaction, subscriber_number) is not None
        or options.find_latest_option(transaction, subscriber_number) is not None
    )


def save_space(transaction: Transaction, space: Space, email_key: str) -> None:
    """Store a space's access and e-mail on file; nothing else ever changes (ACC-12, PWD-4)."""
    transaction.change(
        """
        UPDATE spaces SET email = :email, email_key = :email_key, credentials = :credentials,
                          registered_at = :registered_at
        WHERE realm = :realm AND subscriber_number = :number
        """,
        number=space.subscriber_number,
        **_changing(space, email_key),
    )


def count_sharing(transaction: Transaction, email_key: str) -> int:
    """How many certificate spaces have this address on file (CRED-5)."""
    count: int = transaction.value(
        "SELECT COUNT(*) FROM spaces WHERE realm = :realm AND email_key = :email_key AND credentials IS NULL",
        email_key=email_key,
    )
    return count


def find_claim(transaction: Transaction, email_key: str) -> EmailClaim | None:
    """The last claim on the address, or None when there was none."""
    row = transaction.row(
        f"""
        SELECT email_claims.subscriber_number, email_claims.option_id,
               {qualified("options", options.COLUMNS)}
        FROM email_claims
        LEFT JOIN options ON options.realm = email_claims.realm AND options.id = email_claims.option_id
        WHERE email_claims.realm = :realm AND email_claims.email_key = :key
        """,
        key=email_key,
    )
    if row is None:
        return None
    subscriber_number, option_id, *option = row
    if option_id != option[0]:
        raise LookupError(f"no option {option_id!r} in realm {transaction.realm!r}")
    return EmailClaim(subscriber_number, options.option_of_row(*option) if option[0] is not None else None)


def put_claim(
    transaction: Transaction, email_key: str, subscriber_number: str, option_id: str | None
) -> None:
    """Give the address to the option, or to a space that was converted when it was made.

    A claim that has lapsed gives way.
    """
    transaction.change(
        """
        INSERT INTO email_claims (realm, email_key, subscriber_number, option_id)
        VALUES (:realm, :email_key, :subscriber_number, :option_id)
        ON CONFLICT (realm, email_key) DO UPDATE
        SET subscriber_number = excluded.subscriber_number, option_id = excluded.option_id
        """,
        email_key=email_key,
        subscriber_number=subscriber_number,
        option_id=option_id,
    )


def _changing(space: Space, email_key: str) -> dict[str, object]:
    """The columns that change when the space is converted, or gets another password."""
    return {
        "email": space.email,
        "email_key": email_key,
        "credentials": options.CREDENTIALS.dump_json(space.credentials).decode()
        if space.credentials
        else None,
        "registered_at": to_seconds(space.registered_at),
    }


def _constant(space: Space) -> dict[str, object]:
    """The columns that never change, with their seal."""
    created_on = space.created_on.isoformat()
    holder, companies = holder_json(space.holder), companies_json(space.companies)
    return {
        "subscriber_number": space.subscriber_number,
        "created_on": created_on,
        "holder": holder,
        "companies": companies,
        "seal": _seal(space.subscriber_number, created_on, holder, companies),
    }


def _seal(*columns: str) -> str:
    """A hash of what never changes: number, day, holder and company files."""
    return blake2b("\n".join(columns).encode(), digest_size=8).hexdigest()


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
        holder=read_holder(holder),
        companies=read_companies(companies),
        email=email,
        credentials=options.CREDENTIALS.validate_json(credentials) if credentials else None,
        registered_at=from_seconds(registered_at),
    )


space_of_row = lru_cache(maxsize=1000)(_space)
"""Parse the row of a space: each page of the procedure reads it."""
