"""Parses the number by which a request names a row."""


def as_id(named: str) -> int | None:
    """Return the number in the text; None when it cannot be a row's number."""
    return int(named) if named.isascii() and named.isdigit() and len(named) <= 15 else None
