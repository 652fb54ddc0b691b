"""The console's pages, in French, for people who do not script: all of them, and what they have in common.

A page is in the module of its subject; in French a realm is an « environnement ». No page refreshes itself
unasked, which would take a screen reader back to its top: « Actualiser » does.
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web

from maquette.simulator.base.french import SAFETY_LINE, counted, day, hour, long_day, long_instant
from maquette.simulator.console.access import COOKIE, LINK_LASTS
from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.pages.clock import CLOCK_PAGES
from maquette.simulator.console.pages.defects import DEFECTS_PAGES
from maquette.simulator.console.pages.delivery import DELIVERY_PAGES
from maquette.simulator.console.pages.forms import Route, realm_page
from maquette.simulator.console.pages.inbox import INBOX_PAGES
from maquette.simulator.console.pages.journal import JOURNAL_PAGES
from maquette.simulator.console.pages.people import CASES, PEOPLE_PAGES, STATES
from maquette.simulator.console.pages.realms import REALMS_PAGES
from maquette.simulator.console.pages.reference import REFERENCE_PAGES
from maquette.simulator.console.pages.snapshots import SNAPSHOTS_PAGES
from maquette.simulator.console.pages.why_refused import WHY_PAGES
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.store.helpdesk import list_helpdesk_messages
from maquette.simulator.store.realms import list_realms

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"


def make_templates(app: web.Application) -> None:
    """Load the console's templates."""
    templates = aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        filters=_FILTERS,
    )
    templates.globals["safety_line"] = SAFETY_LINE


def wants_page(request: web.Request) -> bool:
    """Whether a person's browser asks, rather than a script, so that a problem is told as a page.

    Below /api/ scripts are at home, and some accept HTML without a thought: there only a browser that says
    that it goes to another page counts, as it does for a download.
    """
    browses = not request.path.startswith("/api/") or request.headers.get("Sec-Fetch-Mode") == "navigate"
    return browses and "text/html" in request.headers.get("Accept", "")


def problem_page(request: web.Request, problem: Problem, detail: str) -> web.Response:
    """The page that tells a person what the problem is, and what to do.

    Its 401 asks for a bearer token, so that the browser shows the page and not its own form for passwords.
    """
    response = aiohttp_jinja2.render_template(
        "problem.html",
        request,
        {"problem": problem, "detail": detail, "minutes": int(LINK_LASTS.total_seconds()) // 60},
        status=problem.status,
    )
    if problem is Problem.TOKEN_MISSING:
        response.headers["WWW-Authenticate"] = 'Bearer realm="maquette"'
    return response


async def log_in(call: Call) -> web.StreamResponse:
    """The one-time link: it lets one browser in."""
    cookie = call.parts.access.enter(call.request.query.get("key", ""), call.real_now)
    if cookie is None:
        raise ProblemError(Problem.LINK_USED, "ask for a fresh one: maquette link")
    response = web.Response(status=303, headers={"Location": "/"})
    response.set_cookie(COOKIE, cookie, path="/", httponly=True, samesite="Lax")
    return response


async def show_start(call: Call) -> web.StreamResponse:
    """The start: it leads to the only realm, or to all of them to choose from."""
    with call.parts.store.reading("") as transaction:
        realms = list_realms(transaction)
    if len(realms) == 1:
        return web.Response(status=303, headers={"Location": f"/realms/{realms[0].name}"})
    return web.Response(status=303, headers={"Location": "/realms"})


async def show_helpdesk(call: Call) -> web.StreamResponse:
    """The messages left with the helpdesk's form, newest first (HELP-2)."""
    with call.parts.store.reading(call.realm.name) as transaction:
        messages = list_helpdesk_messages(transaction)[::-1]
    return realm_page(call, "helpdesk.html", messages=messages)


PAGES: tuple[Route, ...] = (
    ("GET", "/login", log_in),
    ("GET", "/", show_start),
    *REALMS_PAGES,
    *PEOPLE_PAGES,
    *WHY_PAGES,
    *CLOCK_PAGES,
    *INBOX_PAGES,
    *DELIVERY_PAGES,
    *DEFECTS_PAGES,
    ("GET", "/realms/{realm}/assistance", show_helpdesk),
    *JOURNAL_PAGES,
    *SNAPSHOTS_PAGES,
    *REFERENCE_PAGES,
)
"""Method, path and handler of every page."""

PUBLIC_PAGES = ("/login",)


def _octets(size: int) -> str:
    """A size in the units of a French screen."""
    if size < 1024:
        return counted(size, "octet")
    amount, unit = (size / 1024, "ko") if size < 1024**2 else (size / 1024**2, "Mo")
    return f"{amount:.1f} {unit}".replace(".", ",")


def _instant(when: datetime) -> str:
    """11/06/2011 à 09:00:00, Paris time: shorter than in a sentence, for tables."""
    return f"{day(when)} à {hour(when)}"


def _french(text: str) -> str:
    """The text with the blanks that French does not break."""
    return re.sub(r" (?=[;:?!»])|(?<=«) ", "\N{NO-BREAK SPACE}", text)


_FILTERS: dict[str, Callable[..., str]] = {
    "instant": _instant,
    "day": day,
    "hour": hour,
    "counted": counted,
    "paris_day": lambda when: f"{when.astimezone(PARIS):%Y-%m-%d}",
    "long_instant": long_instant,
    "long_day": long_day,
    "case_words": CASES.__getitem__,
    "state_words": STATES.__getitem__,
    "octets": _octets,
    "french": _french,
}
