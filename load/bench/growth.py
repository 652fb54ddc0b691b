"""The cost of a procedure on servers with few and with many spaces.

The spaces are made over the control API.
"""

import time
from contextlib import AsyncExitStack

from maquette.load.bench.figures import Figure, figure
from maquette.load.bench.measured_visitor import add_people, certificates, control_of, playing
from maquette.load.bench.rounds import Side, costs, in_turn, ratio
from maquette.load.bench.server import private_folder, served

SOME, MILLION = (1_000, 100_000), (1_000, 100_000, 1_000_000)
"""Spaces in the database of each server; the first is what the last is held against."""

ROUNDS, SHARE_SECONDS = 12, 15.0
JOURNEYS = 2
"""How many of them a round has, on each server."""

GOAL = 1.25


async def measure_growth(
    *, sizes: tuple[int, ...] = SOME, rounds: int = ROUNDS, each: int = JOURNEYS
) -> list[Figure]:
    """A whole procedure on servers that differ in nothing but how many spaces there are."""
    made: list[Figure] = []
    sides: list[Side] = []
    async with AsyncExitStack() as stack:
        for size in sizes:
            folder = stack.enter_context(private_folder())
            server = await stack.enter_async_context(served("--data=data", folder=folder))
            begun = time.perf_counter()
            async with control_of(server.doors) as control:
                cursor = await add_people(control, size)
                taken = time.perf_counter() - begun
                people = await certificates(control, (rounds + 1) * each, after=cursor)
            made.append(figure("growth", f"{size:,} spaces: made in", "s", [taken]))
            sides.append(Side(server.pid, playing(server.doors, people, each)))
        taken_by = await in_turn(sides, rounds=rounds, share=SHARE_SECONDS)
    return [
        *made,
        *(
            costs("growth", f"{size:,} spaces: the procedure", cpu, each)
            for size, cpu in zip(sizes, taken_by, strict=True)
        ),
        ratio("growth", f"{sizes[-1]:,} spaces over {sizes[0]:,}", taken_by[-1], taken_by[0], goal=GOAL),
    ]
