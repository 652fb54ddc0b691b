"""The state of all realms: one schema keyed by realm, in a file, in memory or in PostgreSQL.

Each module has one subject: functions that take a `Transaction` and contain their SQL. `journal_writer`
writes journal lines after the requests that caused them. The store never reads a clock, and decides nothing.
May import: domain.
"""
