"""All pages of the console in one table. They are in French, for people who do not write scripts.

Each page is in the module of its subject. In French a realm is an « environnement ». No page refreshes
itself, which would take a screen reader back to its top: « Actualiser » does.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from aiohttp import web

from maquette.simulator.console.door.call import Call
from maquette.simulator.console.pages import (
    clock,
    defects,
    delivery,
    helpdesk,
    inbox,
    journal,
    people,
    realms,
    reference,
    snapshots,
    start,
    why_refused,
)

Page = Callable[[Call], Awaitable[web.StreamResponse]]

STATIC = Path(__file__).with_name("static")

REALM = "/realms/{realm}"
MAIL = REALM + r"/mail/{mail:\d{1,15}}"
SNAPSHOT = REALM + r"/instantanes/{snapshot:\d{1,15}}"

PAGES: tuple[tuple[str, str, Page], ...] = (
    ("GET", "/login", start.log_in),
    ("GET", "/", start.show_start),
    ("GET", "/realms", realms.show_realms),
    ("POST", "/realms", realms.make_one_realm),
    ("GET", f"{REALM}/supprimer", realms.ask_delete),
    ("POST", f"{REALM}/supprimer", realms.delete),
    ("GET", REALM, people.show_people),
    ("GET", f"{REALM}/personnes/{{persona}}/pourquoi", why_refused.show_why),
    ("GET", f"{REALM}/horloge", clock.show_clock),
    ("POST", f"{REALM}/horloge", clock.move_clock),
    ("GET", f"{REALM}/reinitialiser", clock.ask_reset),
    ("POST", f"{REALM}/reinitialiser", clock.reset),
    ("GET", f"{REALM}/mail", inbox.show_inbox),
    ("GET", f"{REALM}/mail/vider", inbox.ask_empty),
    ("POST", f"{REALM}/mail/vider", inbox.empty_folder),
    ("GET", MAIL, inbox.show_mail),
    ("POST", f"{MAIL}/supprimer", inbox.delete_one),
    ("GET", f"{REALM}/acheminement", delivery.show_rules),
    ("POST", f"{REALM}/acheminement", delivery.change_rules),
    ("GET", f"{REALM}/defauts", defects.show_defects),
    ("POST", f"{REALM}/defauts", defects.change),
    ("GET", f"{REALM}/assistance", helpdesk.show_helpdesk),
    ("GET", f"{REALM}/journal", journal.show_journal),
    ("GET", f"{REALM}/instantanes", snapshots.show_snapshots),
    ("POST", f"{REALM}/instantanes", snapshots.take_snapshot),
    ("GET", f"{SNAPSHOT}/rendre", snapshots.ask_restore),
    ("POST", f"{SNAPSHOT}/rendre", snapshots.restore),
    ("GET", f"{SNAPSHOT}/supprimer", snapshots.ask_forget),
    ("POST", f"{SNAPSHOT}/supprimer", snapshots.forget),
    ("GET", "/interface", reference.show_reference),
)
"""Method, path and handler of every page."""

PUBLIC_PAGES = ("/login",)
