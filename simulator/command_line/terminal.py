"""What commands share of the terminal: printing, exit codes, and work that a signal ends.

Exit codes: 0 done; 1 a scenario, a load run or an audit failed; 2 wrong usage; 3 could not start.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.markup import escape

from maquette.simulator.base.signals import until_ended

FAILED, WRONG_USAGE, NO_START = 1, 2, 3

Result = TypeVar("Result")

out = Console(highlight=False, soft_wrap=True)
errors = Console(stderr=True, highlight=False, soft_wrap=True)


def warn(message: str) -> None:
    """Print one line to standard error."""
    errors.print(f"[bold red]maquette:[/] {escape(message)}")


def fail(message: str, code: int) -> NoReturn:
    """Print one line to standard error, and end the command with the exit code."""
    warn(message)
    raise typer.Exit(code)


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run the work in an event loop; SIGTERM and SIGHUP cancel it as Ctrl-C does.

    The work stops the servers that it has started before the command ends.
    """
    try:
        return asyncio.run(until_ended(work))
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
