"""Sizes of tests: small in `make test`, full in `make check`, which runs pytest with `--full`.

Import the module, not its values: conftest.py sets them after pytest has read its options.
"""

FULL = False
"""Whether this is the full run."""


def sized(quick: int, full: int) -> int:
    """The size of a crowd, or the number of examples, in this run."""
    return full if FULL else quick
