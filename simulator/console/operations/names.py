"""How a request names a row: by its number, as text."""


def as_id(named: str) -> int | None:
    """The number that the text is; None for a text that is no row's number."""
    return int(named) if named.isascii() and named.isdigit() and len(named) <= 15 else None
