"""How much each test does: little in `make test`, all of it in `make check`, which runs pytest with `--full`.

Import the module, not its values: conftest.py sets them when pytest has read its options.
"""

FULL = False
"""Whether this is the full run."""


def sized(quick: int, full: int) -> int:
    """The size of a crowd, or the number of examples, in this run."""
    return full if FULL else quick
