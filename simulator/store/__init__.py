"""Where everything is kept: SQLAlchemy Core, synchronous, one schema keyed by realm.

SQLite in WAL mode, or in memory. Each module serves one subject with plain functions that take a
`Transaction`. May import: domain and SQLAlchemy. It never reads a clock, and decides nothing.
"""
