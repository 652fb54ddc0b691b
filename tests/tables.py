"""Reads the rows of a realm from each table of the schema."""

import re
from collections.abc import Collection
from typing import Any

from maquette.simulator.store.database import Transaction
from maquette.simulator.store.schema import TABLES

COLUMNS: dict[str, list[str]] = {
    table: re.findall(r'^    ("?[a-z_]+"?) ', block, re.MULTILINE)
    for table, block in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\);", TABLES, re.DOTALL)
}
"""The columns of each table, in the order of the schema."""


def rows_of(transaction: Transaction, table: str, without: Collection[str] = ()) -> list[tuple[Any, ...]]:
    """The realm's rows of the table, sorted by key, without the named columns."""
    columns = [column for column in COLUMNS[table] if column not in without]
    return transaction.rows(
        f"SELECT {', '.join(columns)} FROM {table} WHERE realm = :realm ORDER BY {', '.join(columns[:3])}"  # noqa: S608
    )
