"""One request and its answer: which realm, door, browser and session; links, pages, redirects.

Handlers work with an `Exchange` and never with cookies, tokens or URLs themselves.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import lru_cache
from ssl import SSLObject
from typing import Any
from urllib.parse import urlencode

import aiohttp_jinja2
from aiohttp import web
from markupsafe import Markup, escape

from maquette.simulator.base.addresses import host_of, origin
from maquette.simulator.base.french import SAFETY_LINE
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
from maquette.simulator.portal.signing import Signer, new_visitor
from maquette.simulator.procedure.access import Visit, require_step, resume
from maquette.simulator.procedure.context import Context, NoSessionError, Procedure
from maquette.simulator.store.realms import RealmRecord


class Door(Enum):
    """The two doors of the one site."""

    PORTAL = "portal"
    GATE = "gate"


@dataclass(frozen=True, slots=True)
class Site:
    """What both doors share: their ports, and the Host headers that they answer to.

    `host` stands in links where the request's own Host is none of these; `class_code` is None when nobody is
    asked for one. `defects_of` tells what is wrong on purpose in a realm, by name, for every page to say so.
    `common_pages` are those written out already that show nothing of anybody's, by the way that leads there.
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
"""Each page's path below the realm's root."""

CLASS_COOKIE = "maquette-class"

MOST_COMMON_PAGES = 500
"""Pages of some kilobytes each; there may be a thousand realms, and the pages of each are its own."""

_COOKIE_VALUE = re.compile(r"[A-Za-z0-9_-]{1,64}")

_IN_SESSION = frozenset(name for name, path in PATHS.items() if path.startswith("/espace"))

_SCREENS = {"application": "creation", "new_password": "forgotten"}
"""Pages that share the name of a screen with another one; all others have their own."""


@dataclass(slots=True)
class Exchange:
    """A request at a door of a realm, and what its answer will carry.

    `host` is the name by which the browser came, where it is one of this site's (`host_is_ours`).
    `known_realm` is the realm as the request's last transaction read it.
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
        asked = self.request.headers.get("Host", "")
        self.host_is_ours = asked.lower() in self.site.hosts
        self.host = host_of(asked) if self.host_is_ours else self.site.host
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
        """What stands before every path of the realm."""
        return realm_prefix(self.realm_name)

    @property
    def portal_origin(self) -> str:
        """The portal's origin under the name by which the browser came: its cookies are bound to it."""
        return origin("https", self.host, self.site.portal_port)

    @property
    def gate_origin(self) -> str:
        """The gate's origin under the same name."""
        return origin("https", self.host, self.site.gate_port)

    @property
    def signer(self) -> Signer:
        """What signs for this realm."""
        return Signer(self.site.secret, self.realm_name)

    @property
    def certificate(self) -> CertificateFacts | None:
        """The client certificate of the connection, judged by nobody yet; None at the portal's door."""
        transport = self.request.transport
        tls = transport.get_extra_info("ssl_object") if transport else None
        der = tls.getpeercert(binary_form=True) if isinstance(tls, SSLObject) else None
        return read_certificate(der, self.site.authority) if der else None

    def link(self, name: str, **query: object) -> str:
        """The URL of a page: the space's at the door where the session is, all others at the portal."""
        return str(self._links[name]) + (f"?{urlencode(query)}" if query else "")

    @property
    def _links(self) -> Mapping[str, Markup]:
        return _links_of(self.prefix, "" if self.door is Door.PORTAL else self.portal_origin)

    @property
    def gate_entry(self) -> str:
        """Where the browser is asked for its certificate."""
        return self.gate_origin + self.prefix + PATHS["certificate"]

    @contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[Context]:
        """A transaction of the realm, for use cases."""
        with self.site.procedure.transaction(self.realm_name, self.correlation, writes=writes) as context:
            self.known_realm = context.realm
            yield context

    def visit(self, context: Context) -> Visit:
        """The browser's session, which goes on; raises NoSessionError where there is none."""
        certificate = self.certificate
        return resume(context, self.token, certificate.fingerprint if certificate else None)

    def visit_space(self, context: Context) -> Visit:
        """The same, in a session that opens the space; raises ElsewhereError in one that began outside."""
        visit = self.visit(context)
        require_step(context, visit, Step.SPACE)
        return visit

    async def form(self, *fields: str, of: str) -> dict[str, str]:
        """The fields of the form of page `of`, which must carry this browser's CSRF token."""
        if of in _IN_SESSION and self.token is None:
            raise NoSessionError(Refused(Refusal.SESSION_ENDED))
        form = await read_form(self.request, (*fields, "csrf"))
        if not self.signer.csrf_is(form.pop("csrf"), self.visitor, self._session_of(of)):
            raise RequestRefusedError(Refusal.FORM_FORGED, 403, "the CSRF token is not this browser's")
        return form

    def enter(self, token: str) -> None:
        """Give the browser the session that has just been opened."""
        self.token = token
        self.new_cookies[self._cookie("session")] = token

    @property
    def in_class(self) -> bool:
        """Whether the browser may look at anything: it has given the class's code, or none is asked for."""
        code, given = self.site.class_code, self._given(CLASS_COOKIE)
        return code is None or is_same(given, self.signer.class_pass(code))

    def is_class_code(self, typed: str) -> bool:
        """Whether this is the class's code."""
        code = self.site.class_code
        return code is not None and is_same(typed, code)

    def join_class(self) -> None:
        """Let the browser in."""
        if self.site.class_code is not None:
            self.new_cookies[CLASS_COOKIE] = self.signer.class_pass(self.site.class_code)

    def forget_session(self) -> None:
        """Take the ended session's cookie from the browser."""
        self.token = None
        self.new_cookies[self._cookie("session")] = ""

    def page(self, screen: str, status: int = 200, /, **values: Any) -> web.Response:
        """A screen, from the template of its name."""
        values = self.rules.presentation.page(screen, values)
        return self._page(screen, status, self.site.defects_of(self.realm), values)

    def error_page(self, status: int, **values: object) -> web.Response:
        """The page of an error, which can be shown where the realm is not known as well."""
        known = self.known_realm
        return self._page("error", status, self.site.defects_of(known) if known else {}, values)

    def common_page(self, screen: str) -> web.Response:
        """A screen that is the same for everybody who comes the same way, and has no form: written once."""
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
        field = Markup('<input type="hidden" name="csrf" value="{}">').format(csrf)
        return _html(
            status, self._written(screen, defects, {"csrf_field": field, "status": status, **values})
        )

    def _written(self, screen: str, defects: Mapping[str, str], values: Mapping[str, object]) -> str:
        context = {
            "screen": self.screen,
            "realm": self.realm_name,
            "at": self._links,
            "link": self.link,
            "refusals": [],
            "values": {},
            "defects": defects,
            "subscriber": None,
            "safety_line": SAFETY_LINE,
            **values,
        }
        return aiohttp_jinja2.render_string(f"{screen}.html", self.request, context)

    def refused_page(self, refusal: Refusal) -> web.Response:
        """The screen of a refusal that leaves nothing else to be shown, with the way out that it names."""
        return self.page("refused", 403, refusals=[refusal], leads_outside=refusal in LEADING_OUTSIDE)

    def redirect(self, name: str, **query: object) -> web.Response:
        """See other: the page of that name, to be fetched with GET."""
        return web.Response(status=303, headers={"Location": self.link(name, **query)})

    def set_cookies(self, response: web.StreamResponse) -> None:
        """Give the browser its new cookies: for this browser session, this realm, and no script."""
        for name, value in self.new_cookies.items():
            path = "/" if name == CLASS_COOKIE else self.prefix or "/"
            age = "" if value else " Max-Age=0;"
            response.headers.add(
                "Set-Cookie", f"{name}={value}; Path={path};{age} HttpOnly; SameSite=Lax; Secure"
            )

    def _given(self, cookie: str) -> str:
        """The cookie's value; nothing for one that cannot be ours."""
        value = self.request.cookies.get(cookie, "")
        return value if _COOKIE_VALUE.fullmatch(value) else ""

    def _cookie(self, kind: str) -> str:
        return f"maquette-{kind}-{self.realm_name}"

    def _session_of(self, page: str) -> str | None:
        return self.token if page in _IN_SESSION else None


@lru_cache(maxsize=1000)
def _links_of(prefix: str, portal_origin: str) -> Mapping[str, Markup]:
    """The URL of each page, by its name, as the templates write it."""
    return {
        name: escape(("" if name in _IN_SESSION else portal_origin) + prefix + path)
        for name, path in PATHS.items()
    }


def _screen_of(page: str) -> str:
    return _SCREENS.get(page, page).replace("_", "-")


def _html(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, content_type="text/html", charset="utf-8")
