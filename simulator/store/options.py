"""The accepted options of each space, in the order in which they were accepted."""

from functools import lru_cache

from pydantic import TypeAdapter

from maquette.simulator.domain.option import Option
from maquette.simulator.domain.space import Credentials
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.instants import from_seconds, to_seconds
from maquette.simulator.store.space_json import read_space, space_json

CREDENTIALS = TypeAdapter(Credentials)

COLUMNS = "id, subscriber_number, credentials, code, queued_at, sent_at, replaced_at, used_at, founds"
_OPTION = f"SELECT {COLUMNS} FROM options WHERE realm = :realm"


def add_option(transaction: Transaction, option: Option) -> None:
    """Store a new option, the latest of its space."""
    transaction.change(
        f"""
        INSERT INTO options (realm, position, lapse_noted, {COLUMNS}) VALUES (
            :realm,
            (SELECT COUNT(*) FROM options
             WHERE realm = CAST(:realm AS VARCHAR)  -- PostgreSQL wants one type for a value used twice
             AND subscriber_number = CAST(:subscriber_number AS VARCHAR)),
            FALSE, :id, :subscriber_number, :credentials, :code, :queued_at, :sent_at, :replaced_at, :used_at,
            :founds
        )
        """,
        subscriber_number=option.subscriber_number,
        credentials=CREDENTIALS.dump_json(option.credentials).decode(),
        code=option.code,
        queued_at=to_seconds(option.queued_at),
        founds=space_json(option.founds) if option.founds else None,
        **_changing(option),
    )


def get_option(transaction: Transaction, option_id: str) -> Option:
    """The option of that id; it must exist."""
    option = find_option(transaction, option_id)
    if option is None:
        raise LookupError(f"no option {option_id!r} in realm {transaction.realm!r}")
    return option


def find_option(transaction: Transaction, option_id: str) -> Option | None:
    """The option of that id, or None."""
    row = transaction.row(f"{_OPTION} AND id = :id", id=option_id)
    return None if row is None else option_of_row(*row)


def find_latest_option(transaction: Transaction, subscriber_number: str) -> Option | None:
    """The option that the space accepted last, or None."""
    row = transaction.row(
        f"{_OPTION} AND subscriber_number = :number ORDER BY position DESC LIMIT 1", number=subscriber_number
    )
    return None if row is None else option_of_row(*row)


def list_options_of(transaction: Transaction, subscriber_number: str) -> list[Option]:
    """All options of the space, in the order in which they were accepted."""
    rows = transaction.rows(
        f"{_OPTION} AND subscriber_number = :number ORDER BY position", number=subscriber_number
    )
    return [_option(*row) for row in rows]


def list_all_options(transaction: Transaction) -> list[tuple[Option, bool]]:
    """Return all options of the realm, each with whether its lapse has been noted.

    They are in the order of acceptance, at least for each space and for each address.
    """
    rows = transaction.rows(
        f"""
        SELECT lapse_noted, {COLUMNS} FROM options WHERE realm = :realm
        ORDER BY queued_at, subscriber_number, position
        """
    )
    return [(_option(*row), bool(noted)) for noted, *row in rows]


def list_open_options(transaction: Transaction) -> list[Option]:
    """The realm's options that are neither used, nor replaced, nor known to have lapsed."""
    rows = transaction.rows(f"{_OPTION} AND used_at IS NULL AND replaced_at IS NULL AND lapse_noted IS FALSE")
    return [_option(*row) for row in rows]


def save_option(transaction: Transaction, option: Option) -> None:
    """Store when the option was sent, replaced or used."""
    transaction.change(
        """
        UPDATE options SET sent_at = :sent_at, replaced_at = :replaced_at, used_at = :used_at
        WHERE realm = :realm AND id = :id
        """,
        **_changing(option),
    )


def note_lapse(transaction: Transaction, option_id: str) -> bool:
    """Note that the option was seen to have lapsed; True the first time only."""
    sql = "UPDATE options SET lapse_noted = TRUE WHERE realm = :realm AND id = :id AND lapse_noted IS FALSE"
    return transaction.change(sql, id=option_id) == 1


def _changing(option: Option) -> dict[str, object]:
    """The option's id, and the columns that change."""
    return {
        "id": option.id,
        "sent_at": to_seconds(option.sent_at),
        "replaced_at": to_seconds(option.replaced_at),
        "used_at": to_seconds(option.used_at),
    }


def _option(
    option_id: str,
    subscriber_number: str,
    credentials: str,
    code: str,
    queued_at: int,
    sent_at: int | None,
    replaced_at: int | None,
    used_at: int | None,
    founds: str | None,
) -> Option:
    return Option(
        id=option_id,
        subscriber_number=subscriber_number,
        credentials=CREDENTIALS.validate_json(credentials),
        code=code,
        queued_at=from_seconds(queued_at),
        sent_at=from_seconds(sent_at),
        replaced_at=from_seconds(replaced_at),
        used_at=from_seconds(used_at),
        founds=read_space(founds) if founds else None,
    )


option_of_row = lru_cache(maxsize=1000)(_option)
"""Parse the row of an option: each page before the activation reads it, and it changes four times."""
