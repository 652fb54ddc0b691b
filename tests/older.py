"""Databases that older versions of Maquette made: `dumps/` holds them as SQL text, without keys."""

import sqlite3
from pathlib import Path

DUMPS = Path(__file__).parent / "dumps"

START_OF_PENDING = "theo"
"""The persona of realm `here` whose code waits to be typed."""


def make_version_3(where: Path | str) -> None:
    """Make the database that version 3 made: in a new file, or in an empty database at PostgreSQL's URL."""
    if isinstance(where, Path):
        where.touch(mode=0o600)
        connection = sqlite3.connect(where)
        connection.executescript((DUMPS / "version-3.sqlite.sql").read_text(encoding="utf-8"))
        connection.close()
    else:
        import psycopg

        with psycopg.connect(where) as session:
            session.execute((DUMPS / "version-3.postgresql.sql").read_bytes())
