"""A person's browser under load: Locust's fast HTTP session, driven by the labels on the pages.

Follows links and forms by their French labels, as the scenarios' visitor does, and looks at each page that
comes: one that is not what the person expects fails its request. Needs Locust, and so lives in Locust's own
process only. Source: fiche §2, §4.2; rules ACC-2, POP-1, POP-4, POP-6; docs/load.md.
"""

import json
import ssl
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urljoin

from locust.contrib.fasthttp import FastHttpSession, ResponseContextManager
from locust.event import EventHook
from locust.exception import CatchResponseError
from lxml.etree import ParserError
from lxml.html import HtmlElement

from maquette.fixtures.page_reader import ReadPage, VisitorError, fields_of, plain, value_of
from maquette.fixtures.walk import Link
from maquette.load.steps import LoadStep

TIMEOUT = 60.0
"""Seconds without an answer after which a request has failed."""

NO_ANSWER = "no answer when the run ended"
"""How a request has failed that was still under way at the end of the run: it counts with the time waited."""

_CALLS_AT_ONCE = 10_000
"""Calls to the console under way at once in a process: with fewer, waits for mails would be queued."""

_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class RunOverError(BaseException):
    """The run is over for a journey that is still under way; no error of the person's, nor of the page's."""


class StumbledError(Exception):
    """The journey cannot go on, because the page was unexpected. The failure is counted already."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What comes next: a screen and its refusals; `broken` is the rule that is broken where it does not."""

    screen: str
    refusals: tuple[str, ...] = ()
    broken: str | None = None


class Browser:
    """A browser of one person, with a client certificate or without; nothing of it is shared with another.

    `late` is by how many ms the first request begins later than the person came: it counts as waiting.
    """

    def __init__(
        self, *, portal: str, root: Path, certificate: Path | None, requests: EventHook, late: float = 0.0
    ) -> None:
        tls = ssl.create_default_context(cafile=root)
        if certificate is not None:
            tls.load_cert_chain(certificate)
        self._session = FastHttpSession(
            portal,
            requests,
            None,
            insecure=False,
            ssl_context_factory=lambda: tls,
            ssl_options={"ca_certs": str(root)},  # else the world's roots are read, 25 ms of CPU each time
            network_timeout=TIMEOUT,
            connection_timeout=TIMEOUT,
            max_redirects=20,
            max_retries=0,
        )
        self._requests = requests
        self._home = portal.rstrip("/") + "/"
        self._late = late
        self._page: _Page | None = None

    def close(self) -> None:
        """Close the browser: its connections go."""
        self._session.client.close()

    @property
    def _shown(self) -> "_Page":
        if self._page is None:
            raise VisitorError("no page is open")
        return self._page

    def open_home(self, step: LoadStep) -> None:
        """Type the portal's address."""
        self._go(step, "GET", self._home, Expected("home"))

    def click(self, step: LoadStep, label: str, *expected: Expected, within: str | None = None) -> Expected:
        """Click a link or a button, and return which of the expected pages follows."""
        page = self._shown
        target = page.read.find_target(label, within)
        if target.tag == "a":
            return self._go(step, "GET", urljoin(page.url, target.get("href", "")), *expected)
        return self._submit(step, page.read.form_of(target), *expected)

    def follow(self, step: LoadStep, link: Link, expected: Expected | None = None) -> Expected:
        """Click a link of the walk, which leads to its screen where nothing else is expected."""
        return self.click(step, link.label, expected or Expected(link.screen), within=link.within)

    def fill(self, form: Mapping[str, str]) -> None:
        """Type the texts into the fields of these labels, in place of what they hold."""
        for label, text in form.items():
            self._shown.typed[self._shown.read.find_field(label)] = text

    def choose(self, label: str, option: str) -> None:
        """Choose an entry of a drop-down list."""
        page = self._shown
        page.typed[page.read.find_field(label)] = page.read.find_option(label, option).get("value", option)

    def value(self, label: str) -> str:
        """What the field holds."""
        return value_of(self._shown.read.find_field(label))

    def text_of(self, id_: str) -> str:
        """What the page shows in the element of that id; nothing where there is none."""
        element = self._shown.read.element(id_)
        return "" if element is None else plain(element.text_content())

    def open_result(self, step: LoadStep) -> None:
        """Let the new window open, by itself or by a click, and turn to it."""
        self._submit(step, self._popup(), Expected("registration"))

    def report_blocked(self, step: LoadStep) -> None:
        """Block the window that would open by itself: the page reports it, and the person is stuck."""
        form = self._popup()
        if form.get("data-report") is None:
            return
        url = urljoin(self._shown.url, form.get("data-report", ""))
        self._fetch(step, "POST", url, fields_of(form, {}))

    def download(self, step: LoadStep, label: str) -> None:
        """Save what the link leads to: a PDF."""
        url = urljoin(self._shown.url, self._shown.read.find_target(label).get("href", ""))
        self._fetch(step, "GET", url, None, kind="application/pdf")

    def _popup(self) -> HtmlElement:
        form = self._shown.read.element("popup-form")
        if form is None:
            raise self._shown.read.error("the page opens no new window")
        return form

    def _submit(self, step: LoadStep, form: HtmlElement, *expected: Expected) -> Expected:
        """Send the form; forms that change something are the only ones on these ways, and are posted."""
        url = urljoin(self._shown.url, form.get("action") or "")
        return self._go(step, "POST", url, *expected, fields=fields_of(form, self._shown.typed))

    def _go(
        self,
        step: LoadStep,
        method: str,
        url: str,
        *expected: Expected,
        fields: list[tuple[str, str]] | None = None,
    ) -> Expected:
        with self._request(step, method, url, fields) as response:
            page = _read(response)
            if page is None:
                wrong = _what_came(response)
            else:
                self._page = page
                for each in expected:
                    if (page.read.screen, page.read.refusals) == (each.screen, each.refusals):
                        response.success()
                        return each
                wrong = describe_mismatch(page.read, response.status_code, expected)
            response.failure(wrong)
        raise StumbledError(wrong)

    def _fetch(
        self,
        step: LoadStep,
        method: str,
        url: str,
        fields: list[tuple[str, str]] | None,
        *,
        kind: str | None = None,
    ) -> None:
        """Load what is no page."""
        with self._request(step, method, url, fields) as response:
            ok = 200 <= response.status_code < 300
            if ok and (kind is None or _kind(response) == kind):
                response.success()
                return
            wrong = _what_came(response)
            response.failure(wrong)
        raise StumbledError(wrong)

    def _request(
        self, step: LoadStep, method: str, url: str, fields: list[tuple[str, str]] | None
    ) -> ResponseContextManager:
        body = None if fields is None else urlencode(fields)
        headers = None if fields is None else _FORM
        began = now_ms()
        try:
            response = self._session.request(
                method, url, name=step.value, data=body, headers=headers, catch_response=True
            )
        except RunOverError:
            note(self._requests, step.value, method, now_ms() - began + self._late, NO_ANSWER)
            raise StumbledError(NO_ANSWER) from None
        response.request_meta["response_time"] += self._late
        self._late = 0.0
        return response


@dataclass(slots=True)
class _Page:
    url: str
    read: ReadPage
    typed: dict[HtmlElement, str] = field(default_factory=dict)


class LocustControl:
    """The control API of the realm, for the mailbox and the time.

    Its requests are not the portal's, and are not counted.
    """

    def __init__(self, api: str, token: str) -> None:
        self._session = FastHttpSession(
            api,
            EventHook(),
            None,
            network_timeout=TIMEOUT,
            connection_timeout=TIMEOUT,
            concurrency=_CALLS_AT_ONCE,
        )
        self._authorization = {"Authorization": f"Bearer {token}"}

    def close(self) -> None:
        """Let its connections go."""
        self._session.client.close()

    def get(self, path: str, query: Mapping[str, str] | None = None) -> ResponseContextManager:
        """What the console answers; `content` and `status_code` as Locust has them."""
        query_string = f"?{urlencode(query)}" if query else ""
        return self._session.get(f"/{path}{query_string}", headers=self._authorization)

    def ask(self, method: str, path: str, body: object) -> ResponseContextManager:
        """The same of a call that changes something."""
        return self._session.request(method, f"/{path}", json=body, headers=self._authorization)


def now_ms() -> float:
    """An instant to count from, in ms."""
    return time.perf_counter() * 1000


def note(requests: EventHook, name: str, kind: str, took: float, wrong: str | None) -> None:
    """Count a wait or a check: `took` in ms, and its error."""
    requests.fire(
        request_type=kind,
        name=name,
        response_time=took,
        response_length=0,
        exception=None if wrong is None else CatchResponseError(wrong),
        context={},
    )


def _read(response: ResponseContextManager) -> _Page | None:
    if _kind(response) != "text/html":
        return None
    try:
        return _Page(response.url or "", ReadPage(response.content.decode("utf-8")))
    except (ParserError, UnicodeDecodeError):
        return None


def describe_mismatch(page: ReadPage, status: int, expected: Sequence[Expected]) -> str:
    """Describe the difference between the page and the expected ones, with the broken rule."""
    wanted = " or ".join(_in_words(each.screen, each.refusals) for each in expected)
    came = f"{_in_words(page.screen or 'no screen', page.refusals)} ({status})"
    if page.screen == "error" or status >= 500:  # a server out of order breaks no rule
        return f"wanted {wanted}; came {came}"
    broken = next((f"{each.broken}: " for each in expected if each.broken), "")
    return f"{broken}wanted {wanted}; came {came}"


def _in_words(screen: str, refusals: Sequence[str]) -> str:
    return f"{screen} refusing {' '.join(refusals)}" if refusals else screen


def refusal_of(answer: ResponseContextManager) -> str:
    """Why the console refused the call, in its own words where it has some."""
    if _kind(answer) == "application/problem+json":
        return str(json.loads(answer.content)["detail"])
    return _what_came(answer)


def _what_came(response: ResponseContextManager) -> str:
    if not response.status_code:
        error = getattr(response, "error", None)
        return f"no answer: {type(error).__name__}"
    return f"came {_kind(response) or 'nothing'} ({response.status_code})"


def _kind(response: ResponseContextManager) -> str:
    headers = response.headers
    return str(headers.get("content-type", "")).partition(";")[0].strip() if headers else ""
