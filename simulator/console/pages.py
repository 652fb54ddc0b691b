"""The console's pages, in French, for people who do not script: who there is, what mail came, what happened.

Mail is shown as text: HTML is never executed, and nothing becomes a link (MAIL-2). No page refreshes itself,
which would take a screen reader back to its top: « Actualiser » does. In French a realm is an
« environnement ».
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web

from maquette.simulator.console.access import COOKIE, LINK_LASTS
from maquette.simulator.console.chronicle import tell_lines
from maquette.simulator.console.forms import FORMS, Route
from maquette.simulator.console.parts import Call
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.console.spaces import find_space_now
from maquette.simulator.console.trail import tell_trails
from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.realm import realm_prefix
from maquette.simulator.mail.reading import read_letter
from maquette.simulator.pki.authority import BUNDLE_PASSWORD
from maquette.simulator.store.helpdesk import list_helpdesk_messages
from maquette.simulator.store.journal import list_newest_lines
from maquette.simulator.store.mailbox import count_mail, find_mail, list_newest_mail, mark_mails
from maquette.simulator.store.personas import list_personas
from maquette.simulator.store.realms import list_realms
from maquette.simulator.wording import SAFETY_LINE, day, long_day, long_instant

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"

MAILS_PER_PAGE = 100
LINES_PER_PAGE = 200

CASES = {
    CertificateCase.VALID: "valide",
    CertificateCase.ENDING_SOON: "valide, bientôt expiré",
    CertificateCase.EXPIRED: "expiré",
    CertificateCase.NOT_YET_VALID: "pas encore valide",
    CertificateCase.REVOKED: "révoqué",
    CertificateCase.UNKNOWN_ISSUER: "d'une autorité inconnue",
    CertificateCase.SERVER_CERTIFICATE: "de serveur, présenté comme client",
    CertificateCase.WITHOUT_SPACE: "valide, lié à aucun espace",
    CertificateCase.CONVERTED: "valide, d'un espace déjà converti",
}
STATES = {
    SpaceState.CERTIFICATE: "certificat",
    SpaceState.PENDING: "en attente d'activation",
    SpaceState.PASSWORD: "mot de passe",
}


def make_templates(app: web.Application) -> None:
    """Load the console's templates."""
    templates = aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        filters=_FILTERS,
    )
    templates.globals["safety_line"] = SAFETY_LINE


def wants_page(request: web.Request) -> bool:
    """Whether a person's browser asks, rather than a script, so that a problem is told as a page.

    Below /api/ scripts are at home, and some accept HTML without a thought: there only a browser that says
    that it goes to another page counts, as it does for a download.
    """
    browses = not request.path.startswith("/api/") or request.headers.get("Sec-Fetch-Mode") == "navigate"
    return browses and "text/html" in request.headers.get("Accept", "")


def problem_page(request: web.Request, problem: Problem, detail: str) -> web.Response:
    """The page that tells a person what the problem is, and what to do.

    Its 401 asks for a bearer token, so that the browser shows the page and not its own form for passwords.
    """
    response = aiohttp_jinja2.render_template(
        "problem.html",
        request,
        {"problem": problem, "detail": detail, "minutes": int(LINK_LASTS.total_seconds()) // 60},
        status=problem.status,
    )
    if problem is Problem.TOKEN_MISSING:
        response.headers["WWW-Authenticate"] = 'Bearer realm="maquette"'
    return response


async def log_in(call: Call) -> web.StreamResponse:
    """The one-time link: it lets one browser in."""
    cookie = call.parts.access.enter(call.request.query.get("key", ""), call.real_now)
    if cookie is None:
        raise ProblemError(Problem.LINK_USED, "ask for a fresh one: maquette link")
    response = web.Response(status=303, headers={"Location": "/"})
    response.set_cookie(COOKIE, cookie, path="/", httponly=True, samesite="Lax")
    return response


async def show_start(call: Call) -> web.StreamResponse:
    """The start: it leads to the only realm, or to all of them to choose from."""
    with call.parts.store.reading("") as transaction:
        realms = list_realms(transaction)
    if len(realms) == 1:
        return web.Response(status=303, headers={"Location": f"/realms/{realms[0].name}"})
    return web.Response(status=303, headers={"Location": "/realms"})


async def show_realm(call: Call) -> web.StreamResponse:
    """A realm's people, their certificates and the state of their spaces."""
    realm, now = call.realm, call.now
    call.parts.journal.write()
    with call.parts.store.reading(realm.name) as transaction:
        personas = [
            (
                persona,
                find_space_now(transaction, realm, persona.subscriber_number, now)
                if persona.subscriber_number
                else None,
            )
            for persona in list_personas(transaction)
        ]
        pending = [space.pending for _, space in personas if space and space.pending]
        trails = tell_trails(transaction, realm, pending, now)
    portal = call.parts.doors["portal"] + realm_prefix(realm.name)
    return _page(
        call,
        "realm.html",
        personas=personas,
        trails=trails,
        now=now,
        clock=realm.clock.mode.value,
        portal=portal,
        bundle_password=BUNDLE_PASSWORD,
    )


async def show_inbox(call: Call) -> web.StreamResponse:
    """A realm's inbox, newest first; `avant` leads to those before a mail."""
    asked = call.request.query.get("avant")
    if asked is not None and not re.fullmatch("[0-9]{1,15}", asked):
        raise ProblemError(Problem.QUERY_INVALID, "avant: not a mail's number")
    before = int(asked) if asked else None
    with call.parts.store.reading(call.realm.name) as transaction:
        mails = list_newest_mail(transaction, before=before, most=MAILS_PER_PAGE + 1)
        total, unread = count_mail(transaction)
    return _page(
        call,
        "inbox.html",
        mails=mails[:MAILS_PER_PAGE],
        older=mails[MAILS_PER_PAGE - 1].id if len(mails) > MAILS_PER_PAGE else None,
        newest=before is None,
        total=total,
        unread=unread,
    )


async def show_mail(call: Call) -> web.StreamResponse:
    """One mail, as text."""
    asked = call.path("mail")
    with call.parts.store.writing(call.realm.name) as transaction:
        mail = find_mail(transaction, int(asked))
        if mail is None:
            raise ProblemError(Problem.MAIL_UNKNOWN, f"mail {asked}")
        mark_mails(transaction, [mail.id], read=True)
    return _page(call, "mail.html", mail=mail, letter=read_letter(mail.raw))


async def show_helpdesk(call: Call) -> web.StreamResponse:
    """The messages left with the helpdesk's form, newest first (HELP-2)."""
    with call.parts.store.reading(call.realm.name) as transaction:
        messages = list_helpdesk_messages(transaction)[::-1]
    return _page(call, "helpdesk.html", messages=messages)


async def show_journal(call: Call) -> web.StreamResponse:
    """The newest lines of the realm's journal, in words."""
    call.parts.journal.write()
    with call.parts.store.reading(call.realm.name) as transaction:
        lines = list_newest_lines(transaction, most=LINES_PER_PAGE)
        entries = tell_lines(transaction, lines)
    return _page(call, "journal.html", entries=entries, most=LINES_PER_PAGE)


PAGES: tuple[Route, ...] = (
    ("GET", "/login", log_in),
    ("GET", "/", show_start),
    ("GET", "/realms/{realm}", show_realm),
    ("GET", "/realms/{realm}/mail", show_inbox),
    ("GET", r"/realms/{realm}/mail/{mail:\d{1,15}}", show_mail),
    ("GET", "/realms/{realm}/assistance", show_helpdesk),
    ("GET", "/realms/{realm}/journal", show_journal),
    *FORMS,
)
"""Method, path and handler of every page."""

PUBLIC_PAGES = ("/login",)


def _page(call: Call, template: str, **values: object) -> web.StreamResponse:
    return aiohttp_jinja2.render_template(template, call.request, {"realm": call.realm.name, **values})


def _octets(size: int) -> str:
    """A size in the units of a French screen."""
    if size < 1024:
        return f"{size} octets" if size > 1 else f"{size} octet"
    amount, unit = (size / 1024, "ko") if size < 1024**2 else (size / 1024**2, "Mo")
    return f"{amount:.1f} {unit}".replace(".", ",")


def _hour(when: datetime) -> str:
    """09:00:00, Paris time."""
    return f"{when.astimezone(PARIS):%H:%M:%S}"


def _instant(when: datetime) -> str:
    """11/06/2011 à 09:00:00, Paris time: shorter than in a sentence, for tables."""
    return f"{day(when)} à {_hour(when)}"


_FILTERS: dict[str, Callable[..., str]] = {
    "instant": _instant,
    "day": day,
    "hour": _hour,
    "paris_day": lambda when: f"{when.astimezone(PARIS):%Y-%m-%d}",
    "long_instant": long_instant,
    "long_day": long_day,
    "case_words": CASES.__getitem__,
    "state_words": STATES.__getitem__,
    "octets": _octets,
}
