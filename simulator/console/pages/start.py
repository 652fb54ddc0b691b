"""The entry to the console: the one-time link, and the start page."""

from aiohttp import web

from maquette.simulator.console.door.access import COOKIE
from maquette.simulator.console.door.call import Call
from maquette.simulator.console.door.problems import Problem, ProblemError
from maquette.simulator.console.pages.page import go_to
from maquette.simulator.store.realms import list_realms


async def log_in(call: Call) -> web.StreamResponse:
    """Let the browser of a one-time link in."""
    cookie = call.parts.access.enter(call.request.query.get("key", ""), call.real_now)
    if cookie is None:
        raise ProblemError(Problem.LINK_USED, "get a fresh link: maquette link")
    response = go_to("/")
    response.set_cookie(COOKIE, cookie, path="/", httponly=True, samesite="Lax")
    return response


async def show_start(call: Call) -> web.StreamResponse:
    """Redirect to the only realm, or to the list of all realms."""
    with call.parts.store.reading("") as transaction:
        realms = list_realms(transaction)
    return go_to(f"/realms/{realms[0].name}" if len(realms) == 1 else "/realms")
