"""The accepted options of each space, in the order in which they were accepted."""

import json
from dataclasses import asdict
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from maquette.simulator.domain.option import Option
from maquette.simulator.domain.space import Credentials
from maquette.simulator.store.engine import OF_REALM, Transaction
from maquette.simulator.store.files import founding_json, read_founding
from maquette.simulator.store.schema import as_kept, options, read_instant


def add_option(transaction: Transaction, option: Option) -> None:
    """Keep a new option, the latest of its space."""
    transaction.change(
        _ADD,
        of_number=option.subscriber_number,
        id=option.id,
        subscriber_number=option.subscriber_number,
        credentials=asdict(option.credentials),
        code=option.code,
        queued_at=option.queued_at,
        sent_at=option.sent_at,
        replaced_at=option.replaced_at,
        used_at=option.used_at,
        founds=founding_json(option.founds) if option.founds else None,
    )


def get_option(transaction: Transaction, option_id: str) -> Option:
    """The option of that id; it must exist."""
    option = find_option(transaction, option_id)
    if option is None:
        raise LookupError(f"no option {option_id!r} in realm {transaction.realm!r}")
    return option


def find_option(transaction: Transaction, option_id: str) -> Option | None:
    """The option of that id, or None."""
    row = transaction.first_row(_ONE, of_id=option_id)
    return None if row is None else _option_read_before(*row)


def find_latest_option(transaction: Transaction, subscriber_number: str) -> Option | None:
    """The option that the space accepted last, or None."""
    row = transaction.first_row(_LATEST, of_number=subscriber_number)
    return None if row is None else _option_read_before(*row)


def list_options_of(transaction: Transaction, subscriber_number: str) -> list[Option]:
    """All options of the space, in the order in which they were accepted."""
    return [_option(*row) for row in transaction.rows(_ALL_OF_SPACE, of_number=subscriber_number)]


def list_all_options(transaction: Transaction) -> list[tuple[Option, bool]]:
    """All of the realm's options, each with whether its lapse has been noted.

    In the order in which they were accepted, those of one space and those of one address at least.
    """
    query = (
        _OPTIONS.add_columns(options.c.lapse_noted)
        .where(options.c.realm == transaction.realm)
        .order_by(options.c.queued_at, options.c.subscriber_number, options.c.position)
    )
    return [(_option(*row), noted) for *row, noted in transaction.connection.execute(query)]


def list_open_options(transaction: Transaction) -> list[Option]:
    """The realm's options that are neither used, nor replaced, nor known to have lapsed."""
    return [_option(*row) for row in transaction.rows(_OPEN)]


def save_option(transaction: Transaction, option: Option) -> None:
    """Keep what has become of the option: sent, replaced or used."""
    transaction.change(
        _CHANGE,
        of_id=option.id,
        sent_at=option.sent_at,
        replaced_at=option.replaced_at,
        used_at=option.used_at,
    )


def note_lapse(transaction: Transaction, option_id: str) -> bool:
    """Mark that the lapse has been seen; True the first time only."""
    return transaction.change(_NOTE_LAPSE, of_id=option_id) == 1


_OF_ID = (options.c.realm == OF_REALM, options.c.id == sa.bindparam("of_id"))
_OF_SPACE = (options.c.realm == OF_REALM, options.c.subscriber_number == sa.bindparam("of_number"))

_ADD = sa.insert(options).values(
    realm=OF_REALM,
    lapse_noted=False,
    position=sa.select(sa.func.count()).where(*_OF_SPACE).correlate(None).scalar_subquery(),
)
_OPTIONS: sa.Select[Any] = sa.select(
    *as_kept(
        options.c.id,
        options.c.subscriber_number,
        options.c.credentials,
        options.c.code,
        options.c.queued_at,
        options.c.founds,
        options.c.sent_at,
        options.c.replaced_at,
        options.c.used_at,
    )
)
_ONE = _OPTIONS.where(*_OF_ID)
_LATEST = _OPTIONS.where(*_OF_SPACE).order_by(options.c.position.desc()).limit(1)
_ALL_OF_SPACE = _OPTIONS.where(*_OF_SPACE).order_by(options.c.position)
_OPEN = _OPTIONS.where(
    options.c.realm == OF_REALM,
    options.c.used_at.is_(None),
    options.c.replaced_at.is_(None),
    options.c.lapse_noted.is_(False),
)
_CHANGE = sa.update(options).where(*_OF_ID)
_NOTE_LAPSE = sa.update(options).where(*_OF_ID, options.c.lapse_noted.is_(False)).values(lapse_noted=True)


def _option(
    option_id: str,
    subscriber_number: str,
    credentials: str,
    code: str,
    queued_at: int,
    founds: str | None,
    *instants: int | None,
) -> Option:
    sent_at, replaced_at, used_at = (None if each is None else read_instant(each) for each in instants)
    return Option(
        id=option_id,
        subscriber_number=subscriber_number,
        credentials=Credentials(**json.loads(credentials)),
        code=code,
        queued_at=read_instant(queued_at),
        founds=read_founding(json.loads(founds)) if founds else None,
        sent_at=sent_at,
        replaced_at=replaced_at,
        used_at=used_at,
    )


_option_read_before = lru_cache(maxsize=1000)(_option)
"""The option of this row: it is looked at on each page on the way to its code, and changes four times."""
