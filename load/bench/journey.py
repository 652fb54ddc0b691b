"""The costs of a whole procedure and of a page: the simulator's CPU over the floor's, in one run.

The floor is what no server can save: TLS, HTTP, SMTP, a password's hash, a PDF. Decides which pages are
requested, and how often; the floor itself is in floor.py.
"""

import json
from collections.abc import Sequence
from functools import partial
from itertools import repeat

from yarl import URL

from maquette.fixtures import walk
from maquette.fixtures.own_server import ReadyFile
from maquette.fixtures.visitor import Certificate
from maquette.load.bench.figures import Better, Figure
from maquette.load.bench.floor import RecordedLetter, floor
from maquette.load.bench.measured_visitor import (
    Answer,
    MeasuredVisitor,
    Work,
    add_people,
    certificates,
    control_of,
    journey,
    playing,
)
from maquette.load.bench.rounds import Side, costs, in_turn, ratio
from maquette.load.bench.server import Server, private_folder, served

ROUNDS = 12
JOURNEYS_SECONDS, PAGES_SECONDS = 12.0, 6.0
JOURNEYS, PAGES = 5, 150
"""How many of them a round has, on each side."""


async def measure_journey(*, rounds: int = ROUNDS, each: int = JOURNEYS) -> list[Figure]:
    """A whole procedure: `each` of them a round, one after the other, each by another person."""
    with private_folder() as folder, private_folder() as beside:
        async with served("--data=data", folder=folder) as server, control_of(server.doors) as control:
            wanted = (rounds + 1) * each + 1
            first, *people = await certificates(control, wanted, after=await add_people(control, wanted))
            recorded = await journey(server.doors, first)
            letter = await _letter(recorded.answers, server.doors)
            async with floor(recorded.answers, letter, server.doors, beside) as below:
                sides = (
                    Side(server.pid, playing(server.doors, people, each)),
                    Side(below.pid, playing(below.doors, repeat(first), each)),
                )
                ours, its = await in_turn(sides, rounds=rounds, share=JOURNEYS_SECONDS)
    count = f"{len(recorded.answers)} requests"
    return [
        costs("journey", f"the procedure, {count}", ours, each),
        costs("journey", "its floor", its, each),
        ratio("journey", "the procedure over its floor", ours, its, goal=2.0),
    ]


async def _letter(recorded: Sequence[Answer], doors: ReadyFile) -> RecordedLetter:
    """The letter sent during these responses, as caught."""
    [mailbox] = [json.loads(each.body) for each in recorded if each.work is Work.MAILBOX]
    mail = mailbox["message"]
    async with control_of(doors) as control:
        return RecordedLetter(
            mail["sender"], mail["recipients"][0], await control.get(f"mail/{mail['id']}/raw")
        )


async def measure_pages(*, rounds: int = ROUNDS, each: int = PAGES) -> list[Figure]:
    """A page requested repeatedly on one connection: home without a session, the space with one."""
    with private_folder() as folder:
        async with served("--data=data", folder=folder) as server, control_of(server.doors) as control:
            [certificate] = await certificates(control, 1, after=await add_people(control, 1))
            figures: list[Figure] = []
            async with MeasuredVisitor(server.doors, certificate) as person:
                for what, goal, go in (
                    ("home", 0.5, person.open_home),
                    ("space", 0.35, partial(walk.enter, person)),
                ):
                    await go()
                    ours, its = await _ask_in_turn(server, person, certificate, rounds, each)
                    figures += [
                        costs("pages", what, ours, each, unit="µs"),
                        costs("pages", f"{what}, bare", its, each, unit="µs"),
                        ratio("pages", f"{what}: rate over bare", its, ours, goal=goal, better=Better.MORE),
                    ]
    return figures


async def _ask_in_turn(
    server: Server, person: MeasuredVisitor, certificate: Certificate, rounds: int, each: int
) -> tuple[tuple[float, ...], ...]:
    """The CPU that the page shown takes on the server and on the floor."""
    address, cookie = await person.shown()
    page = await person.ask(address, 1, cookie=cookie)
    with private_folder() as folder:
        async with (
            floor([page], None, server.doors, folder) as below,
            MeasuredVisitor(below.doors, certificate) as other,
        ):
            door = below.doors.gate if str(address).startswith(server.doors.gate) else below.doors.portal
            there = URL(door).join(address.relative())
            sides = (
                Side(server.pid, partial(person.ask, address, each, cookie=cookie)),
                Side(below.pid, partial(other.ask, there, each, cookie=cookie)),
            )
            return await in_turn(sides, rounds=rounds, share=PAGES_SECONDS)
