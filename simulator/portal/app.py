"""The portal as an aiohttp application: its routes, and its middleware.

Each door has an application. Both have the same routes: at the root for the default realm, below /r/<realm>
for the others.
"""

import logging
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path

from aiohttp import web

from maquette.simulator.base.request_log import CORRELATION, NAME, SCREEN
from maquette.simulator.domain.realm import DEFAULT_REALM
from maquette.simulator.domain.refusals import Refusal, Refused
from maquette.simulator.portal import activation, gate, option_steps, outside, public, space
from maquette.simulator.portal.exchange import PATHS, Door, Exchange, Site
from maquette.simulator.portal.forms import LARGEST_BODY, RequestRefusedError
from maquette.simulator.procedure.context import ElsewhereError, NoSessionError, RealmUnknownError
from maquette.simulator.store.errors import StoreUnavailableError

FOLDER = Path(__file__).parent
Handler = Callable[[Exchange], Awaitable[web.StreamResponse]]
_REALM_OF_PATH = re.compile(r"/r/(?P<realm>[^/]*)")
EXCHANGE = web.RequestKey("exchange", Exchange)
log = logging.getLogger("maquette.portal")

ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "class_code", public.check_class_code),
    ("GET", "home", public.show_home),
    ("GET", "professionals", public.show_professionals),
    ("GET", "access", public.show_access),
    ("POST", "access", public.enter_with_password),
    ("GET", "notice", gate.show_notice),
    ("GET", "certificate", gate.enter_with_certificate),
    ("GET", "space", space.show_space),
    ("GET", "irrevocable", option_steps.show_warning),
    ("POST", "irrevocable", option_steps.confirm_warning),
    ("GET", "credentials", option_steps.show_credentials),
    ("POST", "credentials", option_steps.choose_credentials),
    ("GET", "question", option_steps.show_question),
    ("POST", "question", option_steps.answer_question),
    ("GET", "pending", option_steps.show_pending),
    ("GET", "coordinates", space.show_coordinates),
    ("GET", "coordinates_recap", space.show_own_recap),
    ("POST", "leave", space.leave_space),
    ("GET", "activation", activation.show_activation),
    ("POST", "activation", activation.judge_code),
    ("POST", "popup", activation.report_blocked_window),
    ("POST", "registration", activation.activate),
    ("GET", "registration", activation.show_registration),
    ("GET", "registration_recap", activation.show_result_recap),
    ("GET", "creation", public.show_creation),
    ("GET", "application", outside.show_application),
    ("POST", "application", outside.apply_for_space),
    ("GET", "forgotten", outside.show_forgotten),
    ("POST", "forgotten", outside.identify_holder),
    ("GET", "new_password", outside.show_new_password),
    ("POST", "new_password", outside.choose_new_password),
    ("GET", "outside", outside.show_outside),
    ("POST", "outside", outside.identify_outside),
    ("GET", "out_of_scope", public.show_out_of_scope),
    ("GET", "helpdesk", public.show_helpdesk),
    ("POST", "helpdesk", public.send_to_helpdesk),
)

SAFE_HEADERS = {
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}

TITLES = {
    403: "Accès refusé",
    404: "Page introuvable",
    405: "Demande impossible",
    500: "Erreur",
    503: "Service momentanément indisponible",
}


def make_portal(site: Site, door: Door) -> web.Application:
    """Make the application of one of the two doors."""
    app = web.Application(middlewares=[_answer(site, door)], client_max_size=LARGEST_BODY)
    for prefix in ("", "/r/{realm:[a-z0-9-]+}"):
        for method, name, handler in ROUTES:
            path = prefix + PATHS[name]
            if method == "GET":
                app.router.add_get(path, _adapted(handler), allow_head=name != "certificate")
            else:
                app.router.add_post(path, _adapted(handler))
    app.router.add_get("/r/{realm:[a-z0-9-]+}", _adapted(public.go_home))
    app.router.add_static("/static", FOLDER / "static")
    return app


def _adapted(handler: Handler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        return await handler(request[EXCHANGE])

    return handle


def _answer(site: Site, door: Door) -> Callable[..., Awaitable[web.StreamResponse]]:
    """The middleware of every request: realm, journal line, headers, errors as pages."""

    @web.middleware
    async def answer(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.path.startswith("/static/"):
            return await _answer_file(Exchange(request, site, door, DEFAULT_REALM, request[NAME]), handler)
        named = _REALM_OF_PATH.match(request.path)
        realm = named["realm"] if named else DEFAULT_REALM
        exchange = request[EXCHANGE] = Exchange(request, site, door, realm, request[NAME])
        try:
            _check_host(exchange)
            if exchange.in_class or request.path.endswith(PATHS["class_code"]):
                response = await handler(request)
            else:
                response = public.show_class_code(exchange)
            _ = exchange.realm  # pages that read no realm data must still be a 404 for an unknown realm
        except Exception as error:  # noqa: BLE001 - the outermost layer: every exception becomes a page
            response = _error_page(exchange, _nearest_cause(exchange, error))
        if exchange.screen is not None:
            request[SCREEN] = exchange.screen
        _note_request(exchange, response)
        if exchange.known_realm is not None:
            exchange.set_cookies(response)
        # The browser may keep the answer to a form, for its Back button; it fetches all other pages again.
        response.headers["Cache-Control"] = "private, no-cache" if request.method == "POST" else "no-store"
        _secure(response, exchange)
        return response

    return answer


async def _answer_file(
    exchange: Exchange, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Return a style sheet or a script: it belongs to no realm, and writes no journal line."""
    try:
        _check_host(exchange)
        response = await handler(exchange.request)
    except Exception as error:  # noqa: BLE001 - the outermost layer: every exception becomes a page
        response = _error_page(exchange, error)
    _secure(response, exchange)
    return response


def _check_host(exchange: Exchange) -> None:
    if not exchange.host_is_ours:
        raise RequestRefusedError(Refusal.HOST_UNKNOWN, 421, "a foreign Host")


def _nearest_cause(exchange: Exchange, error: Exception) -> Exception:
    """Return the error, or in its place an unknown realm or an unavailable database."""
    try:
        _ = exchange.realm
    except Exception as cause:  # noqa: BLE001 - as above
        return cause
    return error


def _error_page(exchange: Exchange, error: Exception) -> web.StreamResponse:
    """Return the page of an error; it does not use the store, which may have failed."""
    headers: dict[str, str] = {}
    if exchange.known_realm is None:
        exchange.realm_name = DEFAULT_REALM
    match error:
        case NoSessionError(refused=None):
            return exchange.redirect("access")
        case ElsewhereError():
            return exchange.redirect(error.go_to.value)
        case NoSessionError(refused=Refused() as refused):
            if refused.refusal is Refusal.SESSION_ENDED:
                exchange.forget_session()
            return exchange.page("session_ended", 403, refusals=[refused.refusal])
        case RequestRefusedError():
            refusal, status, why = error.refusal, error.status, str(error)
        case RealmUnknownError():
            refusal, status, why = Refusal.PAGE_UNKNOWN, 404, "no such realm"
        case web.HTTPMethodNotAllowed():
            refusal, status, why = Refusal.METHOD_UNKNOWN, 405, f"method {exchange.request.method}"
            headers["Allow"] = ", ".join(sorted(error.allowed_methods))
        case web.HTTPException() if error.status < 500:
            refusal, status, why = Refusal.PAGE_UNKNOWN, 404, error.reason
        case OSError() if exchange.request.path.startswith("/static/"):
            refusal, status, why = Refusal.PAGE_UNKNOWN, 404, "no such file"
        case StoreUnavailableError():
            log.error(
                "the database was unavailable for a request: %s",
                error,
                extra={"correlation": exchange.correlation},
            )
            return exchange.error_page(503, title=TITLES[503])
        case _:
            log.exception("a request failed", exc_info=error, extra={"correlation": exchange.correlation})
            return exchange.error_page(500, title=TITLES[500])
    _note(exchange, "refused", refusal=refusal.code, rule=refusal.rule, reason=refusal.code, why=why)
    title = TITLES.get(status, "Demande refusée")
    response = exchange.error_page(status, title=title, refusals=[refusal])
    response.headers.update(headers)
    return response


def _note_request(exchange: Exchange, response: web.StreamResponse) -> None:
    _note(
        exchange,
        "request",
        door=exchange.door.value,
        method=exchange.request.method,
        path=exchange.request.path[:200],
        status=response.status,
        screen=exchange.screen,
    )


def _note(exchange: Exchange, kind: str, **data: object) -> None:
    exchange.site.procedure.note(exchange.known_realm, exchange.correlation, kind, **data)


def _secure(response: web.StreamResponse, exchange: Exchange) -> None:
    headers = response.headers
    headers.update(SAFE_HEADERS)
    headers[CORRELATION] = exchange.correlation
    if response.content_type != "application/pdf":  # the browser's PDF viewer has its own style
        headers["Content-Security-Policy"] = _content_policy(exchange.portal_origin, exchange.gate_origin)


@lru_cache(maxsize=100)
def _content_policy(portal: str, gate: str) -> str:
    """Return the content security policy: forms go to the two doors, all content comes from this site."""
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action 'self' {portal} {gate}; base-uri 'none'; frame-ancestors 'none'"
    )
