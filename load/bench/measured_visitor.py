"""The person of the benchmark: one whole procedure, the same on a simulator and on its replay.

The person clicks labels on the pages, in the process of the benchmark, never in the server's. The visitor
keeps the time of each request, and each response for the replay. Source: fiche
§2 to §5.
"""

import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from types import SimpleNamespace
from typing import Self

import aiohttp
from yarl import URL

from maquette.fixtures import walk
from maquette.fixtures.control import Control
from maquette.fixtures.own_server import ReadyFile
from maquette.fixtures.page_reader import VisitorError
from maquette.fixtures.visitor import Certificate, HttpVisitor
from maquette.load.bench.server import BenchError

MAIL_SECONDS = 10.0
"""How long a person waits for the mail with the code."""

MOST_AT_ONCE = 10_000
"""Subscribers that one call adds."""


class Work(StrEnum):
    """What a server does for an answer, beside answering."""

    NONE = "none"
    HASH = "hash"
    LETTER = "letter"
    MAILBOX = "mailbox"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, with the server's other work for it."""

    work: Work
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(slots=True)
class Kept:
    """A person's requests (method and address) and responses in order, and the seconds that each took.

    The mailbox is no request of the person's: how long it takes is not among the seconds.
    """

    requests: list[tuple[str, URL]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


class MeasuredVisitor(HttpVisitor):
    """A visitor that reads the mailbox, keeps responses, and knows the work behind each request."""

    def __init__(self, doors: ReadyFile, certificate: Certificate) -> None:
        super().__init__(portal=doors.portal, gate=doors.gate, ca=doors.ca, certificate=certificate)
        self._doors = doors
        self.kept = Kept()
        self.work = Work.NONE

    async def __aenter__(self) -> Self:
        trace = aiohttp.TraceConfig()
        trace.on_request_start.append(self._begin)
        trace.on_request_end.append(self._keep)
        # The visitor's own session, made before the visitor would make it: this one keeps what comes.
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), trace_configs=[trace]
        )
        return self

    async def read_code(self, email: str, patience: float) -> str:
        """Wait for the mail to that address, some seconds at most, and read its code. Raises BenchError."""
        self.work = Work.MAILBOX
        async with self._opened.get(
            f"{self._doors.api}/mail/next",
            params={"to": email, "after": "0", "timeout": str(patience)},
            headers={"Authorization": f"Bearer {self._doors.token}"},
        ) as answer:
            mail = await answer.json()
        if not mail.get("code"):
            raise BenchError(f"no code came within {patience:g} seconds: {mail.get('reason')}")
        return str(mail["code"])

    async def ask(self, address: URL, count: int, *, cookie: str) -> Answer:
        """Request a page that many times on one connection, and keep only the last response."""
        tls = self._gate_tls if address.origin() == self._gate else self._tls
        headers = {"Cookie": cookie} if cookie else None
        for _ in range(count):
            self.kept = Kept()
            async with self._opened.get(address, ssl=tls, headers=headers) as answer:
                await answer.read()
        return self.kept.answers[-1]

    async def shown(self) -> tuple[URL, str]:
        """The address of the page shown, and the cookies that go there."""
        address = URL(await self.address())
        cookies = self._opened.cookie_jar.filter_cookies(address).values()
        return address, "; ".join(f"{each.key}={each.coded_value}" for each in cookies)

    @property
    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            raise VisitorError("the person has gone")
        return self._session

    async def _begin(
        self, _: aiohttp.ClientSession, request: SimpleNamespace, __: aiohttp.TraceRequestStartParams
    ) -> None:
        request.begun = time.perf_counter()

    async def _keep(
        self, _: aiohttp.ClientSession, request: SimpleNamespace, ended: aiohttp.TraceRequestEndParams
    ) -> None:
        answer = ended.response
        body = await answer.read()
        if self.work is not Work.MAILBOX:
            self.kept.seconds.append(time.perf_counter() - request.begun)
        self.kept.requests.append((ended.method, ended.url))
        self.kept.answers.append(Answer(self.work, answer.status, tuple(answer.headers.items()), body))
        self.work = Work.NONE


async def journey(doors: ReadyFile, certificate: Certificate, *, patience: float = MAIL_SECONDS) -> Kept:
    """One whole procedure, from the home page to the PDF, on connections of its own. Raises BenchError."""
    async with MeasuredVisitor(doors, certificate) as person:
        await _convert(person, patience)
        return person.kept


def playing(doors: ReadyFile, people: Iterable[Certificate], each: int) -> Callable[[], Awaitable[None]]:
    """A round of so many whole procedures, one after the other, by the next of the people."""
    coming = iter(people)

    async def play() -> None:
        for _ in range(each):
            await journey(doors, next(coming))

    return play


async def _convert(visitor: MeasuredVisitor, patience: float) -> None:
    await walk.go_to_credentials(visitor)
    visitor.work = Work.HASH
    email = await walk.choose_credentials(visitor)
    await walk.fill_question(visitor)
    visitor.work = Work.LETTER
    await visitor.click(walk.SEND)
    code = await visitor.read_code(email, patience)
    await walk.activate(visitor, email, code)
    visitor.work = Work.PDF
    await visitor.download(walk.RECAP)


def control_of(doors: ReadyFile) -> Control:
    """The control API of the server's first realm."""
    return Control(doors.api, doors.token)


async def add_people(control: Control, count: int, *, seed: int = 2011) -> str:
    """Add so many subscribers; the cursor behind which the last call's are."""
    cursor = ""
    while count:
        some = min(count, MOST_AT_ONCE)
        cursor = (await control.add_subscribers(some, seed)).cursor
        count -= some
    return cursor


async def certificates(control: Control, count: int, *, after: str) -> list[Certificate]:
    """The certificates of so many subscribers behind the cursor, issued now."""
    found: list[Certificate] = []
    async for held in control.certificates(after=after):
        found.append(Certificate(held.certificate_pem.encode(), held.key_pem.encode()))
        if len(found) == count:
            break
    return found
