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
    """The realm's rows of the table, sorted by the first columns that are left of them."""
    columns = [column for column in COLUMNS[table] if column not in without]
    rows = transaction.rows(f"SELECT {', '.join(columns)} FROM {table} WHERE realm = :realm")  # noqa: S608
    return sorted(rows, key=lambda row: [(value is not None, value) for value in row[:3]])
