"""The console's pages, in French, for people who do not script: who there is, and what mail has come.

Mail is shown as text: HTML is never executed, and nothing becomes a link (MAIL-2).
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp_jinja2
import jinja2
from aiohttp import web

from maquette.simulator.console.access import COOKIE
from maquette.simulator.console.api import BUNDLE_PASSWORD
from maquette.simulator.console.parts import Call
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.domain.clock import PARIS
from maquette.simulator.mail.reading import read_letter
from maquette.simulator.store.mailbox import find_mail, list_mail, mark_read
from maquette.simulator.store.personas import list_personas
from maquette.simulator.wallclock import real_now

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"


def make_templates(app: web.Application) -> None:
    """Load the console's templates."""
    aiohttp_jinja2.setup(
        app,
        loader=jinja2.FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        filters={"instant": lambda when: f"{when.astimezone(PARIS):%d/%m/%Y %H:%M:%S}"},
    )


async def log_in(call: Call) -> web.StreamResponse:
    """The one-time link: it lets one browser in."""
    cookie = call.parts.access.enter(call.request.query.get("key", ""), real_now())
    if cookie is None:
        raise ProblemError(Problem.LINK_USED, "ask for a fresh one: maquette link")
    response = web.Response(status=303, headers={"Location": "/"})
    response.set_cookie(COOKIE, cookie, path="/", httponly=True, samesite="Lax")
    return response


async def show_start(_call: Call) -> web.StreamResponse:
    """The start page: the default realm."""
    return web.Response(status=303, headers={"Location": "/realms/default"})


async def show_realm(call: Call) -> web.StreamResponse:
    """A realm's people and their certificates."""
    with call.parts.store.reading(call.realm.name) as transaction:
        personas = list_personas(transaction)
    return _page(call, "realm.html", personas=personas)


async def show_inbox(call: Call) -> web.StreamResponse:
    """A realm's inbox, newest first."""
    with call.parts.store.reading(call.realm.name) as transaction:
        mails = [(mail, read_letter(mail.raw)) for mail in reversed(list_mail(transaction))]
    return _page(call, "inbox.html", mails=mails)


async def show_mail(call: Call) -> web.StreamResponse:
    """One mail, as text."""
    asked = call.path("mail")
    with call.parts.store.writing(call.realm.name) as transaction:
        mail = find_mail(transaction, int(asked))
        if mail is None:
            raise ProblemError(Problem.MAIL_UNKNOWN, f"mail {asked}")
        mark_read(transaction, mail.id)
    return _page(call, "mail.html", mail=mail, letter=read_letter(mail.raw))


PAGES: tuple[tuple[str, Callable[[Call], Awaitable[web.StreamResponse]]], ...] = (
    ("/login", log_in),
    ("/", show_start),
    ("/realms/{realm}", show_realm),
    ("/realms/{realm}/mail", show_inbox),
    (r"/realms/{realm}/mail/{mail:\d{1,15}}", show_mail),
)
PUBLIC_PAGES = ("/login",)


def _page(call: Call, template: str, **values: object) -> web.StreamResponse:
    realm = call.realm.name
    context = {
        "realm": realm,
        "now": call.now,
        "portal": call.parts.doors["portal"] + ("" if realm == "default" else f"/r/{realm}"),
        "bundle_password": BUNDLE_PASSWORD,
        **values,
    }
    return aiohttp_jinja2.render_template(template, call.request, context)
