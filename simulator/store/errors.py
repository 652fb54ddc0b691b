"""What can go wrong with the database: it cannot be opened, it is unavailable, or it refuses a statement."""


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""


class StoreUnavailableError(Exception):
    """The database is unreachable, locked or full; the caller may try again.

    Nothing was changed. One exception: when the connection breaks during a commit, the outcome is unknown.
    """


class StatementError(Exception):
    """The database refused a statement: a constraint is broken, or the program has a fault.

    The message holds the statement's text and never a value: values may be codes, answers or hashes.
    """

    def __init__(self, why: str, sql: str) -> None:
        super().__init__(f"{why}: {' '.join(sql.split())}")
        self.why = why
