"""A background job: it runs at the start, when woken, and after the delay that it returned."""

import asyncio
import logging
from collections.abc import Callable

import pytest

from maquette.simulator.mail.periodic_task import PeriodicTask
from maquette.simulator.store.errors import StoreUnavailableError


class Job:
    """Counts its runs; each run returns or raises the next of the prepared results, at last None."""

    def __init__(self, *results: float | Exception | None) -> None:
        self.results = list(results)
        self.runs = 0
        self.task = PeriodicTask(self.work)

    async def work(self) -> float | None:
        self.runs += 1
        result = self.results.pop(0) if self.results else None
        if isinstance(result, Exception):
            raise result
        return result

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not condition():
                await asyncio.sleep(0)


async def test_a_job_runs_at_its_start_and_then_when_it_is_woken() -> None:
    job = Job()
    assert not job.task.alive()
    job.task.start()
    assert job.task.alive()
    for runs in (1, 2, 3):
        for _ in range(20):
            await asyncio.sleep(0)
        assert job.runs == runs
        job.task.wake()
    await job.task.stop()
    assert not job.task.alive()


async def test_a_job_runs_again_after_the_delay_that_it_returned() -> None:
    job = Job(0.0, 0.0, 0.0, 0.0)
    job.task.start()
    await job.until(lambda: job.runs == 5)
    await job.task.stop()


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (StoreUnavailableError("locked"), "a background job waits for the database: locked"),
        (RuntimeError("unexpected"), "a background job failed: it is tried again"),
    ],
)
async def test_a_job_that_failed_is_named_in_the_log_and_goes_on(
    error: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    job = Job(error)
    with caplog.at_level(logging.WARNING, "maquette.mail"):
        job.task.start()
        await job.until(lambda: bool(caplog.records))
        job.task.wake()
        await job.until(lambda: job.runs == 2)
    assert [record.getMessage() for record in caplog.records] == [said]
    assert job.task.alive()
    await job.task.stop()


async def test_a_job_that_was_never_started_is_stopped_as_well() -> None:
    await Job().task.stop()
