"""The screens of the portal, as a program meets them: `data-screen`, paths, fields, buttons, links, ids.

A walk through the whole portal, without a browser and without JavaScript, reads every page that comes. What
the page says is what the portal has answered; a path that the walk has not seen stops the generator.
"""

import asyncio
import re
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import lxml.html
from lxml.html import HtmlElement
from yarl import URL

from maquette.fixtures.control import Control
from maquette.simulator import Simulator
from maquette.simulator.base.settings import Settings
from maquette.simulator.portal.app import ROUTES
from maquette.simulator.portal.exchange import PATHS
from maquette.simulator.server.assembly import Realm
from reference_pages.markdown import code, page, table

CLASS_CODE, PASSWORD, TOO_SHORT, ANSWER = "jonquille", "Colibri2011", "court", "Lilou"
EMAIL, NEW_EMAIL = "lila.rosemonde@courriel.example", "come.aubepin@courriel.example"
NUMBER = "20111710000303"
QUESTION = "Quel est votre surnom ?"
NOTICE = "Votre navigateur va vous demander un certificat."
CREDENTIALS = {"password": PASSWORD, "password_confirmation": PASSWORD}
FRANCOIS = {
    "subscriber_number": "20080930001593",
    "email": "francois.beaumache@courriel.example",
    "siren": "140 986 951",
}
NEW_SUBSCRIBER = {
    "civility": "Monsieur",
    "last_name": "Aubépin",
    "first_name": "Côme",
    "phone": "01 99 00 12 34",
    "street": "3 rue des Églantiers",
    "postcode": "75011",
    "town": "Paris",
    "country": "FRANCE",
    "sirens": "732 829 320",
}
NAMED = {"a", "button", "input", "select", "textarea", "h1", "h2", "h3"}
"""Elements whose ids are listed elsewhere, or only tie a heading to its section."""


@dataclass(slots=True)
class Screen:
    """One screen: the requests that led to it, and its pages with their occasions."""

    requests: set[str] = field(default_factory=set)
    pages: list[tuple[str, HtmlElement]] = field(default_factory=list)


@dataclass(slots=True)
class Survey:
    """Everything that the walk has seen: screens by name, and the answers to each method and path."""

    screens: dict[str, Screen] = field(default_factory=dict)
    answers: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def see(self, method: str, path: str, answer: str) -> None:
        """Note what a request was answered with."""
        seen = self.answers.setdefault((method, path), [])
        if answer not in seen:
            seen.append(answer)


class Browser:
    """A browser without JavaScript: follows links, sends forms, keeps cookies, fills the survey."""

    def __init__(self, survey: Survey, realm: Realm, tls: ssl.SSLContext) -> None:
        self.survey, self.realm, self.tls = survey, realm, tls
        self.session = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self.url, self.page = URL(realm.portal), lxml.html.fromstring("<p></p>")

    async def open(self, url: str, occasion: str = "") -> None:
        """Load a page; `occasion` says when it looks as it does, where that is not always."""
        await self._request("GET", self.url.join(URL(url)), None, occasion)

    async def follow(self, *ids: str, occasion: str = "") -> None:
        """Follow links one after the other."""
        for each in ids:
            await self.open(self.page.get_element_by_id(each).get("href"), occasion)

    async def send(self, *, by: str = "valider", occasion: str = "", **typed: str) -> None:
        """Send a form; `by` is the id of its button, or its own."""
        sent = self._form(by)
        fields = {**_filled_in(sent), **typed}
        await self._request("POST", self.url.join(URL(sent.get("action"))), fields, occasion)

    async def report_blocked_window(self) -> None:
        """Do what the page's script does where the browser blocks the result window."""
        form = self._form("popup-form")
        url = self.url.join(URL(form.get("data-report")))
        await self._request("POST", url, _filled_in(form), "")

    def _form(self, name: str) -> HtmlElement:
        found = self.page.get_element_by_id(name)
        return found if found.tag == "form" else next(found.iterancestors("form"))

    async def _request(self, method: str, url: URL, fields: dict[str, str] | None, occasion: str) -> None:
        path = _without_realm(url.path)
        async with self.session.request(
            method, url, data=fields, ssl=self.tls, allow_redirects=False
        ) as response:
            body = await response.read()
        if response.status == 303:
            target = url.join(URL(response.headers["Location"]))
            self.survey.see(method, path, f"303 to {code(_without_realm(str(target.with_query(None))))}")
            await self._request("GET", target, None, occasion)
        elif response.content_type != "text/html" or not body:
            what = response.content_type if body else "nothing to show"
            self.survey.see(method, path, f"{response.status}: {what}")
        else:
            self.url, self.page = url, lxml.html.document_fromstring(body.decode())
            name = self.page.body.get("data-screen")
            self.survey.see(method, path, f"{response.status}: [`{name}`](#{name})")
            screen = self.survey.screens.setdefault(name, Screen())
            screen.requests.add(f"{method} {path}")
            screen.pages.append((occasion, self.page))


def _filled_in(form: HtmlElement) -> dict[str, str]:
    """What a browser sends of the form as it stands: a field without a value is sent empty."""
    return {each.get("name"): each.value or "" for each in form.inputs if each.get("name")}


async def _walk() -> Survey:
    """Every screen of the portal, in the order in which people meet them."""
    survey = Survey()
    ports = dict.fromkeys(("portal_port", "gate_port", "console_port", "smtp_port"), 0)
    settings = Settings(ephemeral=True, class_code=CLASS_CODE, **ports)
    async with Simulator(settings) as simulator:
        realm = await simulator.realm(clock="2011-06-09T09:00:00+02:00", policy={"gate.notice": NOTICE})
        async with Control(realm.api, simulator.doors.token) as control:
            lila = Browser(survey, realm, await _tls(simulator, control, "lila"))
            await _welcome(lila)
            await _opt(lila)
            await _activate(lila, control)
            await _password_space(lila)
            await _without_coming_in(lila)
            await _refusals_and_errors(lila, control)
            await lila.session.close()
            for persona in ("theo", "berengere", "francois"):
                other = Browser(survey, realm, await _tls(simulator, control, persona))
                await _other_people(other, persona)
                await other.session.close()
    missing = [name for method, name, _ in ROUTES if (method, PATHS[name]) not in survey.answers]
    if missing:
        raise LookupError(f"the walk has not seen: {', '.join(missing)}")
    return survey


async def _tls(simulator: Simulator, control: Control, persona: str) -> ssl.SSLContext:
    """TLS with a persona's certificate, which only the gate asks for."""
    context = ssl.create_default_context(cafile=simulator.doors.ca)
    certificate = await control.certificate(persona)
    with TemporaryDirectory() as folder:
        chain, key = Path(folder) / "chain.pem", Path(folder) / "key.pem"
        chain.write_bytes(certificate.chain_pem)
        key.write_bytes(certificate.key_pem)
        context.load_cert_chain(chain, key)
    return context


async def _welcome(lila: Browser) -> None:
    await lila.open(lila.realm.portal + "/")
    await lila.send(class_code=CLASS_CODE)
    await lila.open(lila.realm.portal + "/professionnels")
    await lila.follow("assistance")
    await lila.send(by="envoyer")
    await lila.send(
        by="envoyer", name="Lila", email=EMAIL, message="Bonjour", occasion="`?envoye`: it is sent"
    )
    await lila.open(lila.realm.portal + "/hors-du-champ")


async def _other_people(person: Browser, persona: str) -> None:
    await person.open(person.realm.portal + "/")
    await person.send(class_code=CLASS_CODE)
    entry = person.realm.gate + "/certificat"
    match persona:
        case "theo":
            await person.open(entry, occasion="no service")
        case "francois":
            await person.open(entry, occasion="the certificate has expired")
        case _:
            await person.open(entry, occasion="several companies")
            await person.follow("suivante", occasion="several companies, a later page")
            company = person.page.xpath("//a[starts-with(@id, 'dossier-')]/@id")[0]
            await person.follow(company, occasion="several companies, one chosen")


async def _opt(lila: Browser) -> None:
    await lila.open(lila.realm.portal + "/mon-espace")
    await lila.follow("certificat", "ok", occasion="one company")
    await lila.follow("opter", occasion="from the space")
    await lila.send(by="opter", occasion="from the space")
    await lila.send(email_confirmation=EMAIL, password=TOO_SHORT, occasion="from the space")
    await lila.send(email=EMAIL, email_confirmation=EMAIL, **CREDENTIALS, occasion="from the space")
    await lila.send(question=QUESTION, answer="", occasion="from the space")
    await lila.send(question=QUESTION, answer=ANSWER, occasion="from the space")
    await lila.open(lila.realm.gate + "/espace", occasion="an option waits")
    await lila.follow("opter", occasion="from the space, an option waits")


async def _activate(lila: Browser, control: Control) -> None:
    code = (await control.next_mail(EMAIL)).code or ""
    await lila.open(lila.realm.portal + "/activation")
    await lila.send(email=EMAIL, code="wrong")
    await control.change_policy(popup_mode="click")
    await lila.send(email=EMAIL, code=code, occasion="the code is right, `popup.mode` is `click`")
    await control.change_policy(popup_mode="automatic")
    await lila.send(email=EMAIL, code=code, occasion="the code is right, `popup.mode` is `automatic`")
    await lila.report_blocked_window()
    await lila.send(by="popup-form")
    await lila.follow("recapitulatif", "espace")


async def _password_space(lila: Browser) -> None:
    await lila.send(email=EMAIL, password=TOO_SHORT)
    await lila.send(email=EMAIL, password=PASSWORD, occasion="by password")
    await lila.follow("gerer-services", "recapitulatif", "retour", occasion="by password")
    await lila.send(by="quitter")


async def _without_coming_in(lila: Browser) -> None:
    await lila.open(lila.realm.portal + "/mon-espace")
    await lila.follow("hors-espace")
    await lila.send(occasion="something is refused")
    await lila.send(**FRANCOIS, occasion="HORS espace")
    await lila.open(lila.realm.portal + "/creation", occasion="the choice of mode")
    await lila.follow("creer-simplifie", occasion="`?mode=simplifie`")
    await lila.open(lila.realm.portal + "/creation", occasion="the choice of mode")
    await lila.follow("creer-expert", occasion="`?mode=expert`")
    await lila.send(**NEW_SUBSCRIBER, occasion="a new space")
    await lila.send(email=NEW_EMAIL, email_confirmation=NEW_EMAIL, **CREDENTIALS)
    await lila.send(question=QUESTION, answer=ANSWER)
    await lila.open(lila.realm.portal + "/mot-de-passe-oublie", occasion="the first form")
    await lila.send(occasion="the first form")
    await lila.send(email=EMAIL, subscriber_number=NUMBER, answer=ANSWER, occasion="the new password")
    await lila.send(password=TOO_SHORT, occasion="the new password")
    await lila.send(**CREDENTIALS, occasion="`?fait`: the password is changed")


async def _refusals_and_errors(lila: Browser, control: Control) -> None:
    await lila.open(lila.realm.gate + "/certificat", occasion="the space is converted")
    await lila.open(lila.realm.portal + "/nulle-part")
    await lila.open(lila.realm.portal + "/mon-espace")
    await lila.send(email=EMAIL, password=PASSWORD)
    await control.advance("PT31M")
    await lila.open(lila.realm.portal + "/espace")


def screens() -> str:
    """All paths, then every screen."""
    survey = asyncio.run(_walk())
    pages = [tree for screen in survey.screens.values() for _, tree in screen.pages]
    everywhere = set.intersection(*(set(_ids(tree)) for tree in pages))
    paths = (
        (code(f"{method} {PATHS[name]}"), "; ".join(survey.answers[method, PATHS[name]]))
        for method, name, _ in ROUTES
    )
    return page(
        "Screens",
        "a walk through the portal (docs/reference_pages/screens.py)",
        "[The portal for programs](../portal-for-programs.md) explains doors, sessions, forms and the result "
        "window. Paths are below the address of the realm: `https://localhost:8443` for `default`, "
        "`https://localhost:8443/r/NAME` for any other. The gate has the same paths.",
        'Every page has `<body data-screen="NAME" data-realm="REALM">`; its main part has the id '
        f"{', '.join(map(code, sorted(everywhere)))}. Every form that changes something has the hidden field "
        "`csrf`. The id of a field is its name. Its hint has the id `FIELD-aide`, its refusal `FIELD-refus`; "
        "refusals of the whole form are in `refusals`. Each refusal has `data-refusal` (its code) and, "
        "where there is one, `data-rule`. The column “when” says on which pages of a screen an "
        "element stands; it is empty for an element of every page that the walk saw.",
        "## Paths",
        "The answers that the walk got. Without a session, a page of the space answers 303 to `/mon-espace`.",
        table(("request", "answers"), paths),
        *(part for name, screen in survey.screens.items() for part in _screen(name, screen, everywhere)),
    )


def _screen(name: str, screen: Screen, everywhere: set[str]) -> Iterable[str]:
    titles = dict.fromkeys(_title(tree) for _, tree in screen.pages)
    yield f"## {name}"
    yield f"« {' » / « '.join(titles)} ». Comes from {', '.join(map(code, sorted(screen.requests)))}."
    yield table(("on `body`", "when"), _rows(screen, _attributes))
    yield table(("field", "type", "label", "form", "when"), _rows(screen, _fields))
    targets = _rows(screen, lambda tree: _targets(tree, everywhere))
    yield table(("id", "element", "label", "leads to", "when"), targets)
    yield table(("other id", "element", "when"), _rows(screen, lambda tree: _others(tree, everywhere)))


Row = tuple[str, ...]


def _rows(screen: Screen, read: Callable[[HtmlElement], Iterable[Row]]) -> list[Row]:
    """What `read` finds on the pages of a screen, each row once, with the occasions on which it is there."""
    found: dict[Row, list[str]] = {}
    for occasion, tree in screen.pages:
        for row in dict.fromkeys(read(tree)):
            found.setdefault(row, []).append(occasion)
    return [
        (*row, "" if len(seen) == len(screen.pages) else "; ".join(filter(None, dict.fromkeys(seen))))
        for row, seen in found.items()
    ]


def _attributes(tree: HtmlElement) -> Iterable[Row]:
    for name, value in tree.body.attrib.items():
        if name not in {"data-screen", "data-realm"}:
            yield (code(f'{name}="{value}"'),)


def _fields(tree: HtmlElement) -> Iterable[Row]:
    labels = {label.get("for"): _text(label) for label in tree.iter("label")}
    for form in tree.iter("form"):
        for each in form.iter("input", "select", "textarea"):
            if each.get("name") != "csrf":
                kind = each.get("type", each.tag)
                label = labels.get(each.get("id"), "")
                yield code(each.get("name")), kind, label, _form(form)


def _targets(tree: HtmlElement, everywhere: set[str]) -> Iterable[Row]:
    for each in tree.iter("a", "button"):
        name = each.get("id")
        if name is None or name in everywhere:
            continue
        if each.tag == "a":
            leads_to = _place(each.get("href"))
        else:
            form = each.get("form")
            leads_to = _form(tree.get_element_by_id(form) if form else next(each.iterancestors("form")))
        label = "the company's name" if name.startswith("dossier-") else _text(each)
        yield _id(name), "link" if each.tag == "a" else "button", label, leads_to


def _others(tree: HtmlElement, everywhere: set[str]) -> Iterable[Row]:
    for name, each in _ids(tree).items():
        if name not in everywhere and each.tag not in NAMED and not name.endswith(("-refus", "-aide")):
            more = [f'{key}="{each.get(key)}"' for key in ("target", "data-report") if each.get(key)]
            yield _id(name), code(" ".join([each.tag, *map(_without_realm, more)]))


def _title(tree: HtmlElement) -> str:
    return tree.findtext(".//title").partition(" — ")[0].removeprefix("Erreur\xa0: ")


def _ids(tree: HtmlElement) -> dict[str, HtmlElement]:
    return {each.get("id"): each for each in tree.iter() if each.get("id")}


def _id(name: str) -> str:
    return code(re.sub(r"\d{9}", "SIREN", name))


def _form(form: HtmlElement) -> str:
    """Where the form goes: method and path."""
    path = _without_realm(form.get("action")).partition("?")[0]
    return code(f"{form.get('method', 'get').upper()} {path}")


def _place(href: str) -> str:
    return code(re.sub(r"=([0-9a-f]{32}|\d+)", "=…", _without_realm(href)))


def _without_realm(address: str) -> str:
    """The path below the realm; a link to a place of the same page stays as it is."""
    return re.sub(r"(https://[^/]+)?/r/[a-z0-9-]+(?=/|$)", "", address) or "/"


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def everything() -> Iterable[tuple[str, str]]:
    """The page, by file name."""
    yield "screens.md", screens()
