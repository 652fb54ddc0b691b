"""The state of all realms: one schema keyed by realm, in a file, in memory or in PostgreSQL.

Each module serves one subject with plain functions that take a `Transaction` and hold their SQL;
`journal_writer` writes journal lines behind the requests. It never reads a clock, and decides nothing.
May import: domain.
"""
