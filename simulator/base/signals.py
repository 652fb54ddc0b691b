"""The signals that end a command as Ctrl-C does: SIGTERM, and SIGHUP when the terminal is gone."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def ending_signals() -> tuple[signal.Signals, ...]:
    """Return the signals besides SIGINT that end a command; no SIGHUP if it is ignored, as by nohup."""
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        return (signal.SIGTERM,)
    return signal.SIGTERM, signal.SIGHUP


async def until_ended(work: Coroutine[Any, Any, Result]) -> Result:
    """Run the work; the first signal that ends a command, Ctrl-C's too, cancels it at its next `await`.

    Python's own handler raises an exception between any two statements, and could lose a process that was
    just started. Further signals are ignored while the work cleans up. Raises CancelledError when the work
    ends as cancelled.
    """
    loop, task = asyncio.get_running_loop(), asyncio.create_task(work)
    cancelled = False

    def end(*_: object) -> None:
        nonlocal cancelled
        if not cancelled:
            cancelled = True
            loop.call_soon_threadsafe(task.cancel)

    handled = [
        each for each in (signal.SIGINT, *ending_signals()) if signal.getsignal(each) != signal.SIG_IGN
    ]
    before = {each: signal.signal(each, end) for each in handled}
    try:
        return await task
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
