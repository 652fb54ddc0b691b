"""The ways into the console: the one-time link, and the start."""

from aiohttp import web

from maquette.simulator.console.access import COOKIE
from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.pages.page import go_to
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.store.realms import list_realms


async def log_in(call: Call) -> web.StreamResponse:
    """The one-time link: it lets one browser in."""
    cookie = call.parts.access.enter(call.request.query.get("key", ""), call.real_now)
    if cookie is None:
        raise ProblemError(Problem.LINK_USED, "ask for a fresh one: maquette link")
    response = go_to("/")
    response.set_cookie(COOKIE, cookie, path="/", httponly=True, samesite="Lax")
    return response


async def show_start(call: Call) -> web.StreamResponse:
    """The start: it leads to the only realm, or to the list of all."""
    with call.parts.store.reading("") as transaction:
        realms = list_realms(transaction)
    return go_to(f"/realms/{realms[0].name}" if len(realms) == 1 else "/realms")
