"""Runs a table of cases of one fact as one test, because a test for each case would cost more than it checks.

Use `parametrize` where each case can fail for its own reason or needs its own realm.
"""

import functools
import inspect
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

import pytest

LONGEST_NAME = 80

Test = Callable[..., Any]


def cases(names: str | tuple[str, ...], table: Iterable[Any]) -> Callable[[Test], Test]:
    """Run the test once for each case of the table, as a subtest; takes the arguments of `parametrize`."""
    rows = [dict(zip(names, row, strict=True)) if isinstance(names, tuple) else {names: row} for row in table]

    def named(subtests: pytest.Subtests, row: dict[str, Any]) -> AbstractContextManager[None]:
        return subtests.test(", ".join(repr(value)[:LONGEST_NAME] for value in row.values()))

    def of_table(test: Test) -> Test:
        def run_all(subtests: pytest.Subtests, **fixtures: Any) -> None:
            for row in rows:
                with named(subtests, row):
                    test(**fixtures, **row)

        async def await_all(subtests: pytest.Subtests, **fixtures: Any) -> None:
            for row in rows:
                with named(subtests, row):
                    await test(**fixtures, **row)

        made = functools.wraps(test)(await_all if inspect.iscoroutinefunction(test) else run_all)
        wanted = {*inspect.signature(test).parameters, "subtests"} - {*rows[0]}
        made.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # what pytest reads
            [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in sorted(wanted)]
        )
        return made

    return of_table
