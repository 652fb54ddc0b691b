"""Shared functions of all pages: parsing a form, rendering a page, redirecting the browser.

A form calls the same operation as the API. Then it redirects the browser to a page that says what happened:
that page's query holds a code or a place in the journal, never words. No form needs JavaScript.
"""

import re
from collections.abc import Container
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from maquette.simulator.base.french import SAFETY_LINE
from maquette.simulator.console.door.access import LINK_LASTS
from maquette.simulator.console.door.call import Call
from maquette.simulator.console.door.problems import Problem, ProblemError
from maquette.simulator.console.pages.formats import FORMATS
from maquette.simulator.console.pages.texts import words
from maquette.simulator.defects.catalogue import DEFECTS, ordered

LONGEST_SEARCH = 100


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.filters.update(FORMATS, words=words)
_TEMPLATES.globals["safety_line"] = SAFETY_LINE


def page(template: str, status: int = 200, /, **values: object) -> web.Response:
    """Render a page without a realm, from a template."""
    text = _TEMPLATES.get_template(template).render(values)
    return web.Response(status=status, text=text, content_type="text/html", charset="utf-8")


def realm_page(call: Call, template: str, status: int = 200, /, **values: object) -> web.Response:
    """Render a page of the realm, from a template; each page names the deliberate defects that are on."""
    on = ordered(call.parts.installed_defects + call.realm.defects)
    values = {"realm": call.realm.name, "defects_on": [DEFECTS[name] for name in on], **values}
    return page(template, status, **values)


def wants_page(request: web.Request) -> bool:
    """Whether a person's browser sent the request, so that a problem becomes a page.

    Some scripts accept HTML. So below /api/ only a browser that navigates counts, as it does for a download.
    """
    browses = not request.path.startswith("/api/") or request.headers.get("Sec-Fetch-Mode") == "navigate"
    return browses and "text/html" in request.headers.get("Accept", "")


def problem_page(problem: Problem, detail: str) -> web.Response:
    """Render the problem, and what the person can do.

    Its 401 asks for a bearer token, so that the browser shows the page and not its own form for passwords.
    """
    minutes = int(LINK_LASTS.total_seconds()) // 60
    response = page("problem.html", problem.status, problem=problem, detail=detail, minutes=minutes)
    if problem is Problem.TOKEN_MISSING:
        response.headers["WWW-Authenticate"] = 'Bearer realm="maquette"'
    return response


async def read_form(call: Call) -> dict[str, str]:
    """Return the fields of the form, without files."""
    try:
        given = await call.request.post()
    except (ValueError, LookupError, ConnectionError, web.RequestPayloadError):
        raise ProblemError(Problem.BODY_INVALID, "the form cannot be read") from None
    return {name: value for name, value in given.items() if isinstance(value, str)}


def read_search(call: Call) -> str:
    """The text of the page's search field, or an empty text."""
    return call.request.query.get("qui", "").strip()[:LONGEST_SEARCH]


def read_number(call: Call, name: str, default: int) -> int:
    """A number in the page's query."""
    given = call.request.query.get(name, str(default))
    if not re.fullmatch("[0-9]{1,15}", given):
        raise ProblemError(Problem.QUERY_INVALID, f"{name}: not a number")
    return int(given)


def read_code(call: Call, name: str, codes: Container[str]) -> str | None:
    """Return a code in the page's query; None for an unknown one."""
    given = call.request.query.get(name)
    return given if given is not None and given in codes else None


def go_to(path: str) -> web.Response:
    """Redirect (303) to the path."""
    return web.Response(status=303, headers={"Location": path})


def go_to_message(call: Call, path: str, **query: object) -> web.Response:
    """Redirect to the realm's page at `path`, with the query that selects its message."""
    return go_to(f"/realms/{call.realm.name}/{path}?{urlencode(query)}#message")
