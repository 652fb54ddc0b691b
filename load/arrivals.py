"""When people come in the open model: instants that no server can put off, the same for the same seed.

Pure. Arrivals are Poisson's, at a rate that changes with the stages; workers share one list, so that together
they play what one alone would.
"""

from collections.abc import Iterator
from random import Random

from maquette.load.profile import Profile


def arrivals(profile: Profile) -> Iterator[float]:
    """The instants, in seconds from the beginning, in their order.

    Drawn at the highest rate, and kept as often as the rate then is a part of that one.
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
    """Those of the `index`th of `count` workers (from 0): every `count`th."""
    return (at for number, at in enumerate(instants) if number % count == index)
