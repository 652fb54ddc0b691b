"""One request and its answer: realm, door, browser and session; links, pages, redirects.

Handlers use an `Exchange`, and never cookies, tokens or URLs.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import lru_cache
from ssl import SSLObject
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from aiohttp import web

from maquette.simulator.base.addresses import host_of, origin
from maquette.simulator.base.signatures import is_same
from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.certificate import LEADING_OUTSIDE, CertificateFacts
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.realm import realm_prefix
from maquette.simulator.domain.refusals import Refusal, Refused
from maquette.simulator.domain.rules import Rules
from maquette.simulator.domain.steps import Step
from maquette.simulator.pki.authority import Authority
from maquette.simulator.pki.tls import read_certificate
from maquette.simulator.portal.forms import RequestRefusedError, read_form
from maquette.simulator.portal.screens import render
from maquette.simulator.portal.signing import Signer, new_visitor
from maquette.simulator.procedure.context import Context, NoSessionError, Procedure
from maquette.simulator.procedure.sessions import Visit, require_step, resume
from maquette.simulator.store.realms import RealmRecord


class Door(Enum):
    """The two doors of the site."""

    PORTAL = "portal"
    GATE = "gate"


@dataclass(frozen=True, slots=True)
class Site:
    """The state that both doors share.

    `hosts` are the accepted Host headers; `host` stands in links when the request's Host is not one of them.
    `class_code` is None when no code is needed. `defects_of` returns the titles of a realm's deliberate
    defects, which every page shows. `common_pages` caches the pages that are the same for all people.
    """

    procedure: Procedure
    authority: Authority
    secret: bytes
    host: str
    portal_port: int
    gate_port: int
    hosts: frozenset[str]
    class_code: str | None
    defects_of: Callable[[RealmRecord], Mapping[str, str]]
    common_pages: dict[tuple[str, ...], str] = field(default_factory=dict)


PATHS = {
    "home": "/",
    "professionals": "/professionnels",
    "access": "/mon-espace",
    "notice": "/avis",
    "certificate": "/certificat",
    "space": "/espace",
    "irrevocable": "/espace/option",
    "credentials": "/espace/identifiants",
    "question": "/espace/question",
    "pending": "/espace/attente",
    "coordinates": "/espace/coordonnees",
    "coordinates_recap": "/espace/recapitulatif",
    "leave": "/espace/quitter",
    "activation": "/activation",
    "popup": "/activation/fenetre",
    "registration": "/inscription",
    "registration_recap": "/inscription/recapitulatif",
    "creation": "/creation",
    "application": "/creation/votre-espace",
    "forgotten": "/mot-de-passe-oublie",
    "new_password": "/espace/nouveau-mot-de-passe",
    "helpdesk": "/assistance",
    "outside": "/hors-espace",
    "out_of_scope": "/hors-du-champ",
    "class_code": "/classe",
}
"""The path of each page below the realm's root."""

CLASS_COOKIE = "maquette-class"

MOST_COMMON_PAGES = 500
"""Cached pages, of some kilobytes each; there may be a thousand realms with pages of their own."""

_COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{1,64}")

_IN_SESSION = frozenset(name for name, path in PATHS.items() if path.startswith("/espace"))

_SCREENS = {"application": "creation", "new_password": "forgotten"}
"""The pages whose screen has another name than the page."""


@dataclass(slots=True)
class Exchange:
    """A request at a door of a realm, and the state for its answer.

    `host` is the host that the browser requested, if it is one of this site's (`host_is_ours`). `known_realm`
    is the realm as the request's last transaction read it.
    """

    request: web.Request
    site: Site
    door: Door
    realm_name: str
    correlation: str
    visitor: str = ""
    token: str | None = None
    new_cookies: dict[str, str] = field(default_factory=dict)
    screen: str | None = None
    known_realm: RealmRecord | None = None
    host_is_ours: bool = False
    host: str = ""

    def __post_init__(self) -> None:
        header = self.request.headers.get("Host", "")
        self.host_is_ours = header.lower() in self.site.hosts
        self.host = host_of(header) if self.host_is_ours else self.site.host
        self.token = self._given(self._cookie("session")) or None
        self.visitor = self._given(self._cookie("visitor"))
        if not self.visitor:
            self.visitor = new_visitor()
            self.new_cookies[self._cookie("visitor")] = self.visitor

    @property
    def realm(self) -> RealmRecord:
        """The realm. Raises RealmUnknownError when there is none."""
        if self.known_realm is None:
            self.known_realm = self.site.procedure.realm(self.realm_name)
        return self.known_realm

    @property
    def rules(self) -> Rules:
        """The rules in force in the realm."""
        return self.site.procedure.rules_of(self.realm)

    @property
    def policy(self) -> Policy:
        """The policy in force in the realm."""
        return self.rules.policy.in_force(self.realm.policy)

    @property
    def now(self) -> datetime:
        """The realm's present instant."""
        return self.realm.clock.now(real_now())

    @property
    def prefix(self) -> str:
        """The prefix of the realm's paths."""
        return realm_prefix(self.realm_name)

    @property
    def portal_origin(self) -> str:
        """The portal's origin, with the host that the browser requested, because cookies are bound to it."""
        return origin("https", self.host, self.site.portal_port)

    @property
    def gate_origin(self) -> str:
        """The gate's origin, with the same host."""
        return origin("https", self.host, self.site.gate_port)

    @property
    def signer(self) -> Signer:
        """The signer of this realm."""
        return Signer(self.site.secret, self.realm_name)

    @property
    def certificate(self) -> CertificateFacts | None:
        """The client certificate of the connection, not judged yet; None at the portal's door."""
        transport = self.request.transport
        tls = transport.get_extra_info("ssl_object") if transport else None
        der = tls.getpeercert(binary_form=True) if isinstance(tls, SSLObject) else None
        return read_certificate(der, self.site.authority) if der else None

    def link(self, name: str, **query: object) -> str:
        """Return a page's URL: at the session's door for a page of the space, else at the portal."""
        url: str = getattr(self._links, name)
        return f"{url}?{urlencode(query)}" if query else url

    @property
    def _links(self) -> SimpleNamespace:
        return _links_of(self.prefix, "" if self.door is Door.PORTAL else self.portal_origin)

    @property
    def gate_entry(self) -> str:
        """The URL at which the browser presents its certificate."""
        return self.gate_origin + self.prefix + PATHS["certificate"]

    @contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[Context]:
        """Open a transaction of the realm, for use cases."""
        with self.site.procedure.transaction(self.realm_name, self.correlation, writes=writes) as context:
            self.known_realm = context.realm
            yield context

    def visit(self, context: Context) -> Visit:
        """Continue the browser's session, and return it. Raises NoSessionError when there is none."""
        certificate = self.certificate
        return resume(context, self.token, certificate.fingerprint if certificate else None)

    def visit_space(self, context: Context) -> Visit:
        """Return the session, if it opens the space. Raises ElsewhereError for one that began outside."""
        visit = self.visit(context)
        require_step(context, visit, Step.SPACE)
        return visit

    async def form(self, *fields: str, of: str) -> dict[str, str]:
        """Return the fields of the form of page `of`, which must carry this browser's CSRF token."""
        if of in _IN_SESSION and self.token is None:
            raise NoSessionError(Refused(Refusal.SESSION_ENDED))
        form = await read_form(self.request, (*fields, "csrf"))
        if not self.signer.csrf_is(form.pop("csrf"), self.visitor, self._session_of(of)):
            raise RequestRefusedError(Refusal.FORM_FORGED, 403, "the CSRF token is not this browser's")
        return form

    def enter(self, token: str) -> None:
        """Give the browser a session that has just been opened."""
        self.token = token
        self.new_cookies[self._cookie("session")] = token

    @property
    def in_class(self) -> bool:
        """Whether the browser may open pages: it has given the class code, or none is needed."""
        code, given = self.site.class_code, self._given(CLASS_COOKIE)
        return code is None or is_same(given, self.signer.class_pass(code))

    def is_class_code(self, typed: str) -> bool:
        """Whether the text is the class code."""
        code = self.site.class_code
        return code is not None and is_same(typed, code)

    def join_class(self) -> None:
        """Let the browser open pages."""
        if self.site.class_code is not None:
            self.new_cookies[CLASS_COOKIE] = self.signer.class_pass(self.site.class_code)

    def forget_session(self) -> None:
        """Delete the cookie of an ended session from the browser."""
        self.token = None
        self.new_cookies[self._cookie("session")] = ""

    def page(self, screen: str, status: int = 200, /, **values: Any) -> web.Response:
        """Render a screen, from the template of its name."""
        values = self.rules.presentation.page(screen, values)
        return self._page(screen, status, self.site.defects_of(self.realm), values)

    def error_page(self, status: int, **values: object) -> web.Response:
        """Render the page of an error, also when the realm is unknown."""
        known = self.known_realm
        return self._page("error", status, self.site.defects_of(known) if known else {}, values)

    def common_page(self, screen: str) -> web.Response:
        """Return a screen without form that is the same for all people; it is rendered once and cached."""
        self.screen = _screen_of(screen)
        defects = self.site.defects_of(self.realm)
        way = (screen, self.realm_name, self.door.value, self.host, *defects)
        text = self.site.common_pages.get(way)
        if text is None:
            if len(self.site.common_pages) >= MOST_COMMON_PAGES:
                self.site.common_pages.clear()
            text = self.site.common_pages[way] = self._written(screen, defects, {})
        return _html(200, text)

    def _page(
        self, screen: str, status: int, defects: Mapping[str, str], values: Mapping[str, object]
    ) -> web.Response:
        self.screen = _screen_of(screen)
        csrf = self.signer.csrf(self.visitor, self._session_of(screen))
        return _html(status, self._written(screen, defects, {"csrf": csrf, "status": status, **values}))

    def _written(self, screen: str, defects: Mapping[str, str], values: Mapping[str, object]) -> str:
        return render(
            screen,
            {
                "screen": self.screen,
                "realm": self.realm_name,
                "at": self._links,
                "link": self.link,
                "defects": defects,
                **values,
            },
        )

    def refused_page(self, refusal: Refusal) -> web.Response:
        """Render the screen of a refusal after which nothing else can be shown, with a way out."""
        return self.page("refused", 403, refusals=[refusal], leads_outside=refusal in LEADING_OUTSIDE)

    def redirect(self, name: str, **query: object) -> web.Response:
        """Redirect (303) to the page of that name."""
        return web.Response(status=303, headers={"Location": self.link(name, **query)})

    def set_cookies(self, response: web.StreamResponse) -> None:
        """Set the new cookies: for this browser session and this realm, hidden from scripts."""
        for name, value in self.new_cookies.items():
            path = "/" if name == CLASS_COOKIE else self.prefix or "/"
            age = "" if value else " Max-Age=0;"
            response.headers.add(
                "Set-Cookie", f"{name}={value}; Path={path};{age} HttpOnly; SameSite=Lax; Secure"
            )

    def _given(self, cookie: str) -> str:
        """Return a cookie's value; empty for one that this site cannot have set."""
        value = self.request.cookies.get(cookie, "")
        return value if _COOKIE_VALUE.fullmatch(value) else ""

    def _cookie(self, kind: str) -> str:
        return f"maquette-{kind}-{self.realm_name}"

    def _session_of(self, page: str) -> str | None:
        return self.token if page in _IN_SESSION else None


@lru_cache(maxsize=1000)
def _links_of(prefix: str, portal_origin: str) -> SimpleNamespace:
    """Return the URL of each page as the attribute of its name, for the templates."""
    return SimpleNamespace(
        **{
            name: ("" if name in _IN_SESSION else portal_origin) + prefix + path
            for name, path in PATHS.items()
        }
    )


def _screen_of(page: str) -> str:
    return _SCREENS.get(page, page).replace("_", "-")


def _html(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html", charset="utf-8")
