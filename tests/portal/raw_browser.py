"""A browser that sends any request: it keeps cookies and a certificate, and follows no redirect.

Use it for requests that no link and no button of the portal sends; `HttpVisitor` walks as a person does.
"""

import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from http.cookies import Morsel
from pathlib import Path
from types import TracebackType
from typing import Self
from uuid import uuid4

import aiohttp
from multidict import CIMultiDictProxy
from yarl import URL

from maquette.fixtures.control import Control
from maquette.fixtures.page_reader import ReadPage
from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.server.assembly import Realm, Simulator

FORM = "application/x-www-form-urlencoded"
PASSWORD = "Mirabelle42"
ANSWER = "Lilou"
WRONG_CODE = "AAAAbbbb2222"
CREDENTIALS, QUESTION = "/espace/identifiants", "/espace/question"
ACTIVATION, RESULT, RESULT_RECAP = "/activation", "/inscription", "/inscription/recapitulatif"

Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, read to its end."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes
    method: str

    @property
    def page(self) -> ReadPage:
        return ReadPage(self.body.decode("utf-8"))

    @property
    def screen(self) -> str:
        return self.page.screen

    @property
    def refusals(self) -> tuple[str, ...]:
        return self.page.refusals

    @property
    def language(self) -> str:
        """The page's language, from its `lang`."""
        return self.page.document.get("lang", "")

    @property
    def realm(self) -> str:
        """The page's realm, from its `data-realm`."""
        return self.page.document.find("body").get("data-realm", "")

    @property
    def location(self) -> str:
        """Path and query of the redirect, without door and realm; empty if there is no redirect."""
        if "Location" not in self.headers:
            return ""
        target = URL(self.headers["Location"])
        path = target.path_qs
        return "/" + path.split("/", 3)[3] if path.startswith("/r/") else path

    @property
    def leads_to(self) -> str:
        """The path of the redirect; empty if there is no redirect."""
        return self.location.partition("?")[0] if self.location else ""

    @property
    def cookies(self) -> list[str]:
        """The raw Set-Cookie headers."""
        return self.headers.getall("Set-Cookie", [])

    def hidden(self, name: str) -> str:
        """The value of the first hidden field with that name."""
        found: list[str] = self.page.document.xpath(f"//input[@type='hidden' and @name='{name}']/@value")
        return found[0]


class RawBrowser:
    """A browser of one realm. With a certificate, it requests the pages of the space from the gate."""

    def __init__(self, realm: Realm, tls: ssl.SSLContext, gate_tls: ssl.SSLContext | None = None) -> None:
        self.realm = realm
        self._tls, self._gate_tls = tls, gate_tls
        self._session = aiohttp.ClientSession(
            cookie_jar=aiohttp.CookieJar(unsafe=True), connector=aiohttp.TCPConnector(limit=0)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._session.close()

    def url(self, path: str, door: str | None = None) -> URL:
        """The URL of a path below the realm's root; escapes in the path stay as they are."""
        in_space = path.startswith(("/espace", "/certificat"))
        door = door or ("gate" if in_space and self._gate_tls else "portal")
        return URL((self.realm.gate if door == "gate" else self.realm.portal) + path, encoded=True)

    async def request(
        self,
        method: str,
        path: str,
        *,
        door: str | None = None,
        data: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request, and follow no redirect."""
        url = self.url(path, door)
        tls = self._tls if url.port == URL(self.realm.portal).port else self._gate_tls or self._tls
        async with self._session.request(
            method, url, data=data, headers=headers, ssl=tls, allow_redirects=False
        ) as response:
            return Answer(response.status, response.headers, await response.read(), response.method)

    async def get(self, path: str, *, door: str | None = None) -> Answer:
        return await self.request("GET", path, door=door)

    async def post(
        self, path: str, body: bytes | Fields | Sequence[tuple[str, str]], *, door: str | None = None
    ) -> Answer:
        """Post a form as given, without adding a CSRF token."""
        data = body if isinstance(body, bytes) else aiohttp.FormData(list(_pairs(body)))()
        return await self.request("POST", path, door=door, data=data, headers={"Content-Type": FORM})

    async def csrf(self, path: str, *, door: str | None = None) -> str:
        """The CSRF token of this browser's forms; the space has another token than the other pages."""
        shown = await self.get("/espace" if path.startswith("/espace") else "/mon-espace", door=door)
        return shown.hidden("csrf")

    async def submit(self, path: str, *, door: str | None = None, **fields: str) -> Answer:
        """Post a form with this browser's CSRF token."""
        return await self.post(path, {**fields, "csrf": await self.csrf(path, door=door)}, door=door)

    def cookie(self, kind: str) -> Morsel[str] | None:
        """The realm's session or visitor cookie, as the browser keeps it."""
        name = f"maquette-{kind}-{self.realm.name}"
        return next((each for each in self._session.cookie_jar if each.key == name), None)

    def put_cookie(self, kind: str, value: str) -> None:
        """Store a cookie that the browser sends from now on."""
        name = f"maquette-{kind}-{self.realm.name}"
        self._session.cookie_jar.update_cookies({name: value}, URL(self.realm.portal))

    def forget_cookies(self) -> None:
        self._session.cookie_jar.clear()

    async def enter(self) -> None:
        """Enter the space with the certificate."""
        entered = await self.get("/certificat")
        assert (entered.status, entered.location) == (303, "/espace"), entered.refusals

    async def log_in(self, email: str, password: str = PASSWORD) -> Answer:
        return await self.submit("/mon-espace", email=email, password=password)

    async def choose(self, email: str, password: str = PASSWORD) -> Answer:
        """Confirm the warning and send the credentials."""
        await self.submit("/espace/option")
        return await self.submit(CREDENTIALS, **credentials(email, password))

    async def opt(self, email: str) -> None:
        """Opt: from the space to the page that waits for the code."""
        await self.choose(email)
        answered = await self.submit(QUESTION, question=QUESTIONS[0], answer=ANSWER)
        assert (answered.status, answered.location) == (303, "/espace/attente"), answered.refusals

    async def ticket(self, email: str, code: str) -> str:
        """Send the code on the activation page; return the ticket for the new window."""
        validated = await self.submit(ACTIVATION, email=email, code=code)
        assert validated.status == 200, validated.refusals
        return validated.hidden("ticket")

    async def activate(self, email: str, code: str) -> Answer:
        """Send the code, then the request of the new window."""
        return await self.submit(RESULT, ticket=await self.ticket(email, code))


def recap_of(result: Answer) -> str:
    """The path of the recap that belongs to the result."""
    return result.location.replace(RESULT, RESULT_RECAP, 1)


def credentials(email: str, password: str = PASSWORD) -> dict[str, str]:
    """The fields of the credentials form, with both confirmations."""
    return {
        "email": email,
        "email_confirmation": email,
        "password": password,
        "password_confirmation": password,
    }


Browse = Callable[..., Awaitable[RawBrowser]]
"""The type of the fixture `browse`: opens a browser with a persona's certificate, or without."""


async def open_browser(
    simulator: Simulator, realm: Realm, trusting: ssl.SSLContext, folder: Path, persona: str | None = None
) -> RawBrowser:
    """Open a browser of the realm, with a persona's certificate or without."""
    if persona is None:
        return RawBrowser(realm, trusting)
    async with Control(realm.api, simulator.doors.token) as control:
        certificate = await control.certificate(persona)
    file = folder / f"{uuid4().hex}.pem"
    file.write_bytes(certificate.chain_pem + certificate.key_pem)
    presenting = ssl.create_default_context(cafile=str(simulator.doors.ca))
    presenting.load_cert_chain(file)
    return RawBrowser(realm, trusting, presenting)


async def code_sent_to(simulator: Simulator, realm: Realm, email: str) -> str:
    """Wait for the mail to that address, and return its code."""
    async with Control(realm.api, simulator.doors.token) as control:
        mail = await control.next_mail(email)
    assert mail.code is not None
    return mail.code


def _pairs(fields: Fields | Sequence[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    return fields.items() if isinstance(fields, Mapping) else fields
