"""Commands that start processes: a signal interrupts them between steps, and never their cleanup."""

import asyncio
import itertools
import signal
from collections.abc import Iterator

import pytest

from maquette.simulator.base.signals import ending_signals, until_ended

ENDING = (signal.SIGINT, *ending_signals())


@pytest.fixture(autouse=True)
def nothing_is_ignored() -> Iterator[None]:
    """Restore SIGINT, which a shell ignores for processes in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize(("ending", "again"), list(itertools.product(ENDING, ENDING)))
async def test_interrupted_work_cleans_up_the_process_it_has_just_started(
    ending: signal.Signals, again: signal.Signals
) -> None:
    running: list[str] = []
    before = list(map(signal.getsignal, ENDING))

    async def work() -> None:
        running.append("a process")
        signal.raise_signal(ending)  # before anybody minds it
        try:
            await asyncio.Event().wait()
        finally:
            signal.raise_signal(again)
            await asyncio.sleep(0)
            running.clear()

    with pytest.raises(asyncio.CancelledError):
        await until_ended(work())
    assert running == []
    assert list(map(signal.getsignal, ENDING)) == before


async def test_undisturbed_work_returns_its_result() -> None:
    before = list(map(signal.getsignal, ENDING))
    assert await until_ended(asyncio.sleep(0, "the end")) == "the end"
    assert list(map(signal.getsignal, ENDING)) == before


async def test_a_signal_that_is_ignored_stays_so() -> None:
    async def work() -> str:
        signal.raise_signal(signal.SIGINT)
        await asyncio.sleep(0)
        return "the end"

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assert await until_ended(work()) == "the end"
