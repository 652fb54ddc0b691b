"""The console as an aiohttp application: its routes, and what holds for every call.

The Host must be the console's, a page of another origin drives nothing, and all but the health checks and the
login link needs the token. Source: contract.md "Control API".
"""

import logging
import secrets
from collections.abc import Awaitable, Callable
from importlib.metadata import version

from aiohttp import web
from pydantic import BaseModel, ValidationError

from maquette.simulator.console import api, levers, mailpit, metrics
from maquette.simulator.console.openapi import openapi_document
from maquette.simulator.console.pages import (
    PAGES,
    PUBLIC_PAGES,
    STATIC,
    make_templates,
    problem_page,
    wants_page,
)
from maquette.simulator.console.parts import Call, ConsoleParts, Operation
from maquette.simulator.console.problems import Problem, ProblemError, problem_response
from maquette.simulator.store.realms import RealmGoneError, find_realm
from maquette.simulator.traffic import CORRELATION, SCREEN
from maquette.simulator.wallclock import real_now

OPERATIONS = api.OPERATIONS + levers.OPERATIONS + metrics.OPERATIONS + mailpit.OPERATIONS
"""All of the control API: what reads, and what changes."""

LARGEST_BODY = 1024 * 1024
log = logging.getLogger("maquette.console")

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def make_console(parts: ConsoleParts) -> web.Application:
    """The application behind the console's door."""
    public = {operation.path for operation in OPERATIONS if not operation.needs_token} | set(PUBLIC_PAGES)
    app = web.Application(middlewares=[_answer(parts, public)], client_max_size=LARGEST_BODY)
    make_templates(app)
    for operation in OPERATIONS:
        app.router.add_route(operation.method, operation.path, _served(operation, parts))
    document = openapi_document(OPERATIONS)

    async def show_document(_request: web.Request) -> web.Response:
        return web.json_response(document)

    app.router.add_get("/api/openapi.json", show_document)
    for method, path, page in PAGES:
        (app.router.add_get if method == "GET" else app.router.add_post)(path, _shown(page, parts))
    app.router.add_static("/static", STATIC)
    return app


def _served(operation: Operation, parts: ConsoleParts) -> Handler:
    async def serve(request: web.Request) -> web.StreamResponse:
        request[SCREEN] = operation.handle.__name__
        query = _read_query(operation, request)
        body = await _read_body(operation, request)
        answer = await operation.handle(_call(request, parts, query, body))
        if isinstance(answer, BaseModel):
            return web.json_response(text=answer.model_dump_json())
        return answer

    return serve


def _shown(page: Callable[[Call], Awaitable[web.StreamResponse]], parts: ConsoleParts) -> Handler:
    async def show(request: web.Request) -> web.StreamResponse:
        request[SCREEN] = f"page_{page.__name__.removeprefix('show_')}"
        return await page(_call(request, parts, None, None))

    return show


def _call(request: web.Request, parts: ConsoleParts, query: BaseModel | None, body: BaseModel | None) -> Call:
    name = request.match_info.get("realm")
    realm = None
    if name is not None:
        with parts.store.reading(name) as transaction:
            realm = find_realm(transaction)
        if realm is None:
            raise ProblemError(Problem.REALM_UNKNOWN, f"realm {name!r}")
    return Call(request, parts, query, body, realm, real_now())


def _answer(parts: ConsoleParts, public: set[str]) -> Callable[..., Awaitable[web.StreamResponse]]:
    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        correlation = secrets.token_hex(8)
        try:
            _check(request, parts, public)
            response = await handler(request)
        except Exception as error:  # noqa: BLE001 - the outermost layer: whatever it is becomes a problem
            problem, detail = _problem_of(error, correlation)
            if wants_page(request):
                response = problem_page(request, problem, detail)
            else:
                response = problem_response(problem, detail)
            if isinstance(error, web.HTTPMethodNotAllowed):
                response.headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        response.headers[CORRELATION] = correlation
        response.headers["X-Maquette-Version"] = version("maquette")
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        # no-referrer would make browsers send "Origin: null" with the console's own forms
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
            "frame-ancestors 'none'"
        )
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def _check(request: web.Request, parts: ConsoleParts, public: set[str]) -> None:
    if request.headers.get("Host", "") not in parts.hosts:
        raise ProblemError(Problem.HOST_UNKNOWN, f"Host {request.headers.get('Host', '')!r}")
    if request.path in public or request.path.startswith("/static/"):
        return
    if not parts.access.admits(request):
        raise ProblemError(Problem.TOKEN_MISSING, "give the token as bearer or as the password of HTTP Basic")
    if parts.access.is_foreign(request):
        raise ProblemError(Problem.ORIGIN_FOREIGN, f"Origin {request.headers.get('Origin')!r}")


def _read_query(operation: Operation, request: web.Request) -> BaseModel | None:
    given = request.query
    if repeated := sorted({name for name in given if len(given.getall(name)) > 1}):
        raise ProblemError(Problem.QUERY_INVALID, f"given more than once: {', '.join(repeated)}")
    if operation.query is None:
        if given:
            raise ProblemError(Problem.QUERY_INVALID, f"unknown: {', '.join(sorted(given))}")
        return None
    try:
        return operation.query.model_validate(dict(given))
    except ValidationError as error:
        raise ProblemError(Problem.QUERY_INVALID, _told(error)) from None


async def _read_body(operation: Operation, request: web.Request) -> BaseModel | None:
    if operation.body is None:
        return None
    try:
        return operation.body.model_validate_json(await request.read())
    except ValidationError as error:
        raise ProblemError(Problem.BODY_INVALID, _told(error)) from None


def _told(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in error.errors())


def _problem_of(error: Exception, correlation: str) -> tuple[Problem, str]:
    match error:
        case RealmGoneError():
            return Problem.REALM_UNKNOWN, str(error)
        case ProblemError():
            return error.problem, error.detail
        case web.HTTPRequestEntityTooLarge():
            return Problem.TOO_LARGE, f"{LARGEST_BODY} bytes at most"
        case web.HTTPNotFound():
            return Problem.ROUTE_UNKNOWN, "see /api/openapi.json"
        case web.HTTPMethodNotAllowed():
            return Problem.METHOD_UNKNOWN, f"allowed: {', '.join(sorted(error.allowed_methods))}"
        case web.HTTPException() if error.status < 500:
            return Problem.ROUTE_UNKNOWN, error.reason
    log.exception("a call failed", exc_info=error, extra={"correlation": correlation})
    return Problem.INTERNAL, "see the server's log"
