"""Prepares a load run: the realm, its people, their certificates, policy and delivery rules.

Every run has a fresh realm. People who are converted ahead go through the procedure itself. Runs in a process
without Locust, which would patch it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from maquette.fixtures import walk
from maquette.fixtures.control import Control, ControlError
from maquette.fixtures.installation import Installation
from maquette.fixtures.page_reader import VisitorError
from maquette.fixtures.visitor import Certificate, HttpVisitor
from maquette.load.description import DESCRIPTION, PEOPLE, ROOT, Converted, Description, certificate_file
from maquette.load.profile import Profile

AT_A_TIME = 8
"""Calls under way at once while people are made ready: more would only wait for the server."""

MOST_ADDED_AT_ONCE = 10_000


class PreparationError(Exception):
    """The run cannot be prepared; the message says what was refused."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be prepared: the profile under its name, and the deliberate defects of the realm.

    `target` is the console of a simulator that runs already; None where the run starts its own.
    """

    name: str
    profile: Profile
    defects: tuple[str, ...] = ()
    target: str | None = None


@asynccontextmanager
async def prepared(
    installation: Installation, wanted: Wanted, folder: Path, out: Console
) -> AsyncIterator[tuple[Description, Control]]:
    """The run described in that folder, with the control API of its realm. Raises PreparationError."""
    profile = wanted.profile
    try:
        clock = {} if profile.clock == "now" else {"clock": profile.clock}
        realm = await installation.realm(policy=profile.policy, defects=list(wanted.defects), **clock)
    except ControlError as error:
        raise PreparationError(str(error)) from None
    root = installation.doors.ca.read_bytes()
    (folder / ROOT).write_bytes(root)
    async with installation.control(realm) as control:
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=out,
        ) as progress:
            try:
                await control.set_delivery(*profile.delivery)  # refuses bad rules before people are made
                await control.set_delivery()
                people = await _people(control, profile, folder, progress)
                converted = await _convert(
                    control, people[: profile.data.converted], folder, realm.portal, realm.gate, progress
                )
                await control.set_delivery(*profile.delivery)
            except BaseException as error:
                with suppress(ControlError):
                    await control.delete()
                if isinstance(error, ControlError | VisitorError):
                    raise PreparationError(str(error)) from None
                raise
        description = Description(
            name=wanted.name,
            profile=profile,
            target=wanted.target,
            defects=wanted.defects,
            realm=realm.name,
            version=installation.doors.version,
            console=installation.doors.console,
            portal=realm.portal,
            gate=realm.gate,
            api=realm.api,
            token=installation.doors.token,
            root=root.decode("ascii"),
            folder=str(folder),
            people=people[profile.data.converted :],
            converted=converted,
        )
        (folder / DESCRIPTION).write_text(description.model_dump_json(), encoding="utf-8")
        yield description, control


async def _people(control: Control, profile: Profile, folder: Path, progress: Progress) -> tuple[str, ...]:
    """Add the subscribers, and fetch a certificate for each person who may come."""
    data = profile.data
    cursor: str | None = None
    left = data.subscribers + data.bystanders
    adding = progress.add_task("subscribers", total=left)
    while left:
        count = min(left, MOST_ADDED_AT_ONCE)
        added = await control.add_subscribers(count, data.seed)
        cursor, left = cursor or added.cursor, left - count
        progress.advance(adding, count)
    (folder / PEOPLE).mkdir(mode=0o700)
    people: list[str] = []
    issuing = progress.add_task("certificates", total=data.subscribers)
    async for held in control.certificates(after=cursor):
        certificate_file(str(folder), held.id).write_text(
            held.certificate_pem + held.key_pem, encoding="ascii"
        )
        people.append(held.id)
        progress.advance(issuing)
        if len(people) == data.subscribers:
            break
    return tuple(people)


async def _convert(
    control: Control, people: Sequence[str], folder: Path, portal: str, gate: str, progress: Progress
) -> tuple[Converted, ...]:
    """Let these people opt and activate over HTTP."""
    converted: list[Converted] = []

    async def convert(persona: str) -> None:
        pem = certificate_file(str(folder), persona).read_bytes()
        certificate = Certificate(chain_pem=pem, key_pem=pem)
        async with HttpVisitor(
            portal=portal, gate=gate, ca=folder / ROOT, certificate=certificate
        ) as visitor:
            email = await walk.opt(visitor)
            mail = await control.next_mail(email)
            await walk.activate(visitor, email, mail.code or "")
        converted.append(Converted(email=email, password=walk.PASSWORD))

    if people:
        await _all(people, convert, progress, "converted ahead")
    return tuple(converted)


async def _all(
    people: Sequence[str], work: Callable[[str], Coroutine[Any, Any, None]], progress: Progress, what: str
) -> None:
    """Do it for all people, some at a time, with a bar; stop at the first error."""
    task = progress.add_task(what, total=len(people))
    waiting = iter(people)

    async def worker() -> None:
        for persona in waiting:
            await work(persona)
            progress.advance(task)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in islice(people, AT_A_TIME):
                group.create_task(worker())
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
