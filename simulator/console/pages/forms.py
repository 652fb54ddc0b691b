"""What the console's pages share: how a form is read, a page shown, the browser sent on to another.

A form pulls the lever that scripts pull over the control API, then sends the browser to a page that says what
came of it: that page's query holds a code or a place in the journal, never words. No form needs JavaScript.
"""

import re
from collections.abc import Awaitable, Callable

import aiohttp_jinja2
from aiohttp import web

from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.defects.catalogue import DEFECTS, ordered

LONGEST_SEARCH = 100

Route = tuple[str, str, Callable[[Call], Awaitable[web.StreamResponse]]]
"""Method, path and handler of a page."""


async def read_form(call: Call) -> dict[str, str]:
    """The fields of the form that was sent; files are passed over."""
    try:
        given = await call.request.post()
    except (ValueError, LookupError, ConnectionError, web.RequestPayloadError):
        raise ProblemError(Problem.BODY_INVALID, "not a form that can be read") from None
    return {name: value for name, value in given.items() if isinstance(value, str)}


def read_search(call: Call) -> str:
    """Who or what the page's field for searches asks for; empty where nothing is."""
    return call.request.query.get("qui", "").strip()[:LONGEST_SEARCH]


def read_number(call: Call, name: str, default: int) -> int:
    """A number that stands in the page's query."""
    asked = call.request.query.get(name, str(default))
    if not re.fullmatch("[0-9]{1,15}", asked):
        raise ProblemError(Problem.QUERY_INVALID, f"{name}: not a number")
    return int(asked)


def realm_page(call: Call, template: str, status: int = 200, /, **values: object) -> web.Response:
    """A page of the realm, from a template; each says which deliberate defects are on."""
    on = ordered(call.parts.installed_defects + call.realm.defects)
    context = {"realm": call.realm.name, "defects_on": [DEFECTS[name] for name in on], **values}
    return aiohttp_jinja2.render_template(template, call.request, context, status=status)


def go_to(path: str) -> web.Response:
    """See other: the page to be fetched with GET."""
    return web.Response(status=303, headers={"Location": path})
