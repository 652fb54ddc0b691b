"""What starts processes is ended between its steps, and tidies up undisturbed."""

import asyncio
import signal

import pytest

from maquette.simulator.signals import ending_signals, until_ended


@pytest.mark.parametrize("ending", ending_signals())
async def test_work_that_is_told_to_end_minds_what_it_has_just_started(ending: signal.Signals) -> None:
    running: list[str] = []
    before = signal.getsignal(ending)

    async def work() -> None:
        running.append("a process")
        signal.raise_signal(ending)  # before anybody minds it
        try:
            await asyncio.Event().wait()
        finally:
            signal.raise_signal(ending)
            await asyncio.sleep(0)
            running.clear()

    with pytest.raises(asyncio.CancelledError):
        await until_ended(work())
    assert running == []
    assert signal.getsignal(ending) is before


async def test_work_that_nobody_disturbs_gives_what_it_has_come_to() -> None:
    before = list(map(signal.getsignal, ending_signals()))
    assert await until_ended(asyncio.sleep(0, "the end")) == "the end"
    assert list(map(signal.getsignal, ending_signals())) == before
