"""Databases made by older versions of Maquette; `dumps/` holds them as SQL text, without keys."""

import sqlite3
from pathlib import Path

DUMPS = Path(__file__).parent / "dumps"


def make_version_3(where: Path | str) -> None:
    """Create a database of version 3, in a new file or in an empty PostgreSQL database at the URL."""
    if isinstance(where, Path):
        where.touch(mode=0o600)
        connection = sqlite3.connect(where)
        connection.executescript((DUMPS / "version-3.sqlite.sql").read_text(encoding="utf-8"))
        connection.close()
    else:
        import psycopg

        with psycopg.connect(where) as session:
            session.execute((DUMPS / "version-3.postgresql.sql").read_bytes())
