"""The console as an aiohttp application: its routes, and what holds for every request.

The Host must be the console's, a page of another origin is refused, and every path but the health checks and
the login link needs the token.
"""

import logging
from collections.abc import Awaitable, Callable
from importlib.metadata import version

from aiohttp import web
from pydantic import BaseModel

from maquette.simulator.base.request_log import CORRELATION, NAME, SCREEN
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.api.operation import Operation
from maquette.simulator.console.api.requests import read_arguments
from maquette.simulator.console.api.table import OPERATIONS, document
from maquette.simulator.console.door.call import Call, ConsoleParts
from maquette.simulator.console.door.problems import PROBLEM_OF, Problem, ProblemError, problem_response
from maquette.simulator.console.pages.page import problem_page, wants_page
from maquette.simulator.console.pages.reference import DOCUMENT
from maquette.simulator.console.pages.routes import PAGES, PUBLIC_PAGES, STATIC, Page
from maquette.simulator.realm.snapshots.document import LARGEST_DOCUMENT
from maquette.simulator.store.errors import StoreUnavailableError
from maquette.simulator.store.realms import find_realm

LARGEST_BODY = LARGEST_DOCUMENT + 64 * 1024
"""The most bytes of a body: a snapshot's document, and what surrounds it."""

LONGEST_DETAIL = 1000
"""Characters of a problem's detail, which may quote the request."""

SAFE_HEADERS = {
    "X-Maquette-Version": version("maquette"),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # no-referrer would make browsers send "Origin: null" with the console's own forms
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
}
log = logging.getLogger("maquette.console")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_console(parts: ConsoleParts) -> web.Application:
    """The application behind the console's door."""
    public = {operation.path for operation in OPERATIONS if not operation.needs_token} | set(PUBLIC_PAGES)
    app = web.Application(middlewares=[_answer(parts, public)], client_max_size=LARGEST_BODY)
    app.on_response_prepare.append(_head)
    app.on_shutdown.append(lambda _app: parts.streams.end_all())
    app[DOCUMENT] = lambda: document()
    for operation in OPERATIONS:
        app.router.add_route(operation.method, operation.path, _served(operation, parts))
    app.router.add_get("/api/openapi.json", _show_document)
    for method, path, page in PAGES:
        (app.router.add_get if method == "GET" else app.router.add_post)(path, _shown(page, parts))
    app.router.add_static("/static", STATIC)
    return app


async def _show_document(_request: web.Request) -> web.Response:
    return web.json_response(document())


def _served(operation: Operation, parts: ConsoleParts) -> Handler:
    async def serve(request: web.Request) -> web.StreamResponse:
        request[SCREEN] = operation.name
        arguments = await read_arguments(operation, request)
        answer = await operation.handle(_call(request, parts), **arguments)
        if isinstance(answer, BaseModel):
            return web.json_response(text=answer.model_dump_json())
        return answer

    return serve


def _shown(page: Page, parts: ConsoleParts) -> Handler:
    async def show(request: web.Request) -> web.StreamResponse:
        request[SCREEN] = f"page_{page.__name__.removeprefix('show_')}"
        return await page(_call(request, parts))

    return show


def _call(request: web.Request, parts: ConsoleParts) -> Call:
    name = request.match_info.get("realm")
    realm = None
    if name is not None:
        with parts.store.reading(name) as transaction:
            realm = find_realm(transaction)
        if realm is None:
            raise ProblemError(Problem.REALM_UNKNOWN, f"realm {name!r}")
    return Call(request, parts, realm, real_now())


def _answer(parts: ConsoleParts, public: set[str]) -> Callable[..., Awaitable[web.StreamResponse]]:
    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            _check(request, parts, public)
            response = await handler(request)
        except Exception as error:  # noqa: BLE001 - the outermost layer: every error becomes a problem
            problem, detail = _problem_of(error, request[NAME])
            detail = detail if len(detail) <= LONGEST_DETAIL else f"{detail[: LONGEST_DETAIL - 1]}…"
            if wants_page(request):
                response = problem_page(problem, detail)
            else:
                response = problem_response(problem, detail)
            if isinstance(error, web.HTTPMethodNotAllowed):
                response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        return response

    return answer


async def _head(request: web.Request, response: web.StreamResponse) -> None:
    """Set the headers of every answer, a stream's too, just before they are sent."""
    headers = response.headers
    headers[CORRELATION] = request[NAME]
    headers.update(SAFE_HEADERS)
    if not request.path.startswith("/static/"):
        headers["Cache-Control"] = "no-store"


def _check(request: web.Request, parts: ConsoleParts, public: set[str]) -> None:
    if request.headers.get("Host", "").lower() not in parts.hosts:
        raise ProblemError(Problem.HOST_UNKNOWN, f"Host {request.headers.get('Host', '')!r}")
    if request.path in public or request.path.startswith("/static/"):
        return
    if not parts.access.admits(request):
        raise ProblemError(Problem.TOKEN_MISSING, "give the token as bearer or as the password of HTTP Basic")
    if parts.access.is_foreign(request):
        origin = request.headers.get("Origin")
        sent_by = "no page of the console's asks" if origin is None else f"Origin {origin!r}"
        raise ProblemError(Problem.ORIGIN_FOREIGN, sent_by)


def _problem_of(error: Exception, correlation: str) -> tuple[Problem, str]:
    match error:
        case ProblemError():
            return error.problem, error.detail
        case StoreUnavailableError():
            log.error(
                "the database was unavailable for a call: %s", error, extra={"correlation": correlation}
            )
            return Problem.DATABASE_UNAVAILABLE, "the call was probably not executed: check, then repeat it"
        case web.HTTPRequestEntityTooLarge():
            return Problem.TOO_LARGE, f"{LARGEST_BODY} bytes at most"
        case web.HTTPNotFound():
            return Problem.ROUTE_UNKNOWN, "see /api/openapi.json"
        case web.HTTPMethodNotAllowed():
            return Problem.METHOD_UNKNOWN, f"allowed: {', '.join(sorted(error.allowed_methods))}"
        case web.HTTPException() if error.status < 500:
            return Problem.ROUTE_UNKNOWN, error.reason
    if (problem := PROBLEM_OF.get(type(error))) is not None:
        return problem, str(error)
    log.exception("a call failed", exc_info=error, extra={"correlation": correlation})
    return Problem.INTERNAL, "see the server's log"
