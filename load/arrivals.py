"""Arrivals of the open model: instants independent of the server, the same for the same seed.

Pure. Arrivals are a Poisson process whose rate changes with the stages. Workers share one list, so that
together they play the same run as one worker.
"""

from collections.abc import Iterator
from random import Random

from maquette.load.profile import Profile


def arrivals(profile: Profile) -> Iterator[float]:
    """The instants, in seconds from the beginning, in their order.

    Drawn at the highest rate, then thinned to the rate of each instant.
    """
    random = Random(profile.seed)  # noqa: S311 - a schedule, no secret
    at, peak = 0.0, profile.peak
    while True:
        at += random.expovariate(peak)
        if at >= profile.seconds:
            return
        if random.random() * peak < profile.level_at(at):
            yield at


def share_of(instants: Iterator[float], index: int, count: int) -> Iterator[float]:
    """The share of the worker `index` (from 0) of `count`: every `count`th arrival."""
    return (at for number, at in enumerate(instants) if number % count == index)
