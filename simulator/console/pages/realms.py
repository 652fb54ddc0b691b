"""All realms, in French: which there are, making one, deleting one.

In French a realm is an « environnement ». Source: contract.md (`/api/realms`).
"""

import re
from dataclasses import dataclass, replace
from enum import Enum

import aiohttp_jinja2
from aiohttp import web

from maquette.simulator.console.api.realms import NewRealm, create_realm, delete_one_realm
from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.pages.forms import Route, go_to, read_form, realm_page
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.domain.realm import DEFAULT_REALM, is_realm_name
from maquette.simulator.realm.named_points import ANSWER, PASSWORD
from maquette.simulator.store.realms import list_realms
from maquette.simulator.store.snapshots import find_snapshot_of_any_realm

FICHE_DAY = "2011-06-09T09:00:00+02:00"


POINTS = ("pending", "last-second", "lapsed", "converted")
"""Where the fiche's own person can stand already when a realm begins; contract.md's names."""


class NotMade(Enum):
    """Why a realm was not made."""

    NAME = "name"
    EXISTS = "exists"
    TOO_MANY = "too-many"
    POINT = "point"
    SNAPSHOT = "snapshot"


PROBLEMS = {
    Problem.REALM_EXISTS: NotMade.EXISTS,
    Problem.REALMS_TOO_MANY: NotMade.TOO_MANY,
    Problem.POINT_REFUSED: NotMade.POINT,
    Problem.SNAPSHOT_UNKNOWN: NotMade.SNAPSHOT,
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form for a new realm holds; `snapshot` is the number of the one to begin with, or empty."""

    name: str = ""
    start: str = ""
    point: str = ""
    snapshot: str = ""


async def show_realms(call: Call) -> web.StreamResponse:
    """All realms to choose from, and the form that makes one: from the beginning, or from a snapshot."""
    query = call.request.query
    typed = Typed(snapshot=_snapshot_number(query.get("instantane", "")))
    return _realms_page(call, typed, deleted=query.get("fait") == "supprime")


async def make_one_realm(call: Call) -> web.StreamResponse:
    """Make a realm and lead to it; or say on the form why there is none."""
    form = await read_form(call)
    typed = Typed(
        form.get("nom", "").strip(),
        form.get("depart", ""),
        form.get("situation", ""),
        _snapshot_number(form.get("instantane", "")),
    )
    if not is_realm_name(typed.name):
        return _realms_page(call, typed, not_made=NotMade.NAME)
    try:
        await create_realm(replace(call, body=_new_realm(typed)))
    except ProblemError as error:
        if error.problem not in PROBLEMS:
            raise
        return _realms_page(call, typed, not_made=PROBLEMS[error.problem])
    return go_to(f"/realms/{typed.name}")


def _new_realm(typed: Typed) -> NewRealm:
    if typed.snapshot:
        return NewRealm.model_validate({"name": typed.name, "from_snapshot": int(typed.snapshot)})
    clock = FICHE_DAY if typed.start == "fiche" else None
    point = typed.point if typed.point in POINTS else None
    return NewRealm.model_validate({"name": typed.name, "clock": clock, "at": point})


def _snapshot_number(asked: str) -> str:
    """The number of a snapshot, or nothing for what is none."""
    return asked if re.fullmatch("[1-9][0-9]{0,13}", asked) else ""


async def ask_delete(call: Call) -> web.StreamResponse:
    """Whether the realm shall really be deleted."""
    if call.realm.name == DEFAULT_REALM:
        raise ProblemError(Problem.REALM_DEFAULT, "reset it instead")
    return realm_page(call, "delete.html")


async def delete(call: Call) -> web.StreamResponse:
    """Delete the realm."""
    await delete_one_realm(call)
    return go_to("/realms?fait=supprime#message")


REALMS_PAGES: tuple[Route, ...] = (
    ("GET", "/realms", show_realms),
    ("POST", "/realms", make_one_realm),
    ("GET", "/realms/{realm}/supprimer", ask_delete),
    ("POST", "/realms/{realm}/supprimer", delete),
)


def _realms_page(
    call: Call, typed: Typed, *, deleted: bool = False, not_made: NotMade | None = None
) -> web.StreamResponse:
    with call.parts.store.reading("") as transaction:
        rows = [(record, record.clock.now(call.real_now)) for record in list_realms(transaction)]
        snapshot = find_snapshot_of_any_realm(transaction, int(typed.snapshot)) if typed.snapshot else None
    if typed.snapshot and snapshot is None:
        not_made = NotMade.SNAPSHOT
    values = {
        "realms": rows,
        "default": DEFAULT_REALM,
        "deleted": deleted,
        "not_made": not_made.value if not_made else None,
        "typed": typed,
        "snapshot": snapshot,
        "password": PASSWORD,
        "answer": ANSWER,
    }
    status = {None: 200, NotMade.NAME: 422, NotMade.SNAPSHOT: 404}.get(not_made, 409)
    return aiohttp_jinja2.render_template("realms.html", call.request, values, status=status)
