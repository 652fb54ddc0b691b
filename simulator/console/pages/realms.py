"""« Environnements »: all realms, the form that makes one, and the deletion of one.

In French a realm is an « environnement ».
"""

import re
from dataclasses import dataclass
from enum import Enum

from aiohttp import web

from maquette.simulator.console.door.call import Call
from maquette.simulator.console.operations.realms import check_deletable, delete_realm, make_realm
from maquette.simulator.console.operations.snapshots import SnapshotNotFoundError
from maquette.simulator.console.pages.page import go_to, page, read_form, realm_page
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.realm import DEFAULT_REALM, is_realm_name
from maquette.simulator.realm.lifecycle import RealmExistsError, TooManyRealmsError
from maquette.simulator.realm.named_points import ANSWER, PASSWORD, NamedPoint, NamedPointError
from maquette.simulator.store.realms import list_realms
from maquette.simulator.store.snapshots import find_snapshot_of_any_realm

FICHE_DAY = parse_instant("2011-06-09T09:00:00+02:00")

POINTS = {point.value: point for point in NamedPoint}
"""The points of the procedure at which a new realm can begin."""


class NotMade(Enum):
    """The reasons why a realm was not made."""

    NAME = "name"
    EXISTS = "exists"
    TOO_MANY = "too-many"
    POINT = "point"
    SNAPSHOT = "snapshot"


NOT_MADE: dict[type[Exception], NotMade] = {
    RealmExistsError: NotMade.EXISTS,
    TooManyRealmsError: NotMade.TOO_MANY,
    NamedPointError: NotMade.POINT,
    SnapshotNotFoundError: NotMade.SNAPSHOT,
}


@dataclass(frozen=True, slots=True)
class Typed:
    """The values of the form for a new realm; `snapshot` is a snapshot's number, or empty."""

    name: str = ""
    start: str = ""
    point: str = ""
    snapshot: str = ""


async def show_realms(call: Call) -> web.StreamResponse:
    """Show all realms, and the form that makes one: from the beginning, or from a snapshot."""
    query = call.request.query
    typed = Typed(snapshot=_snapshot_number(query.get("instantane", "")))
    return _realms_page(call, typed, deleted=query.get("fait") == "supprime")


async def make_one_realm(call: Call) -> web.StreamResponse:
    """Make a realm and redirect to it, or show on the form why none was made."""
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
        if typed.snapshot:
            await make_realm(call.context, typed.name, from_snapshot=int(typed.snapshot))
        else:
            clock = FICHE_DAY if typed.start == "fiche" else None
            await make_realm(call.context, typed.name, clock=clock, at=POINTS.get(typed.point))
    except tuple(NOT_MADE) as error:
        return _realms_page(call, typed, not_made=NOT_MADE[type(error)])
    return go_to(f"/realms/{typed.name}")


def _snapshot_number(given: str) -> str:
    """Return the number of a snapshot; empty for a text that is not a number."""
    return given if re.fullmatch("[1-9][0-9]{0,13}", given) else ""


async def ask_delete(call: Call) -> web.StreamResponse:
    """Ask whether to delete the realm."""
    check_deletable(call.realm.name)
    return realm_page(call, "delete.html")


async def delete(call: Call) -> web.StreamResponse:
    """Delete the realm."""
    await delete_realm(call.context, call.realm.name)
    return go_to("/realms?fait=supprime#message")


def _realms_page(
    call: Call, typed: Typed, *, deleted: bool = False, not_made: NotMade | None = None
) -> web.StreamResponse:
    with call.parts.store.reading("") as transaction:
        rows = [(record, record.clock.now(call.real_now)) for record in list_realms(transaction)]
        snapshot = find_snapshot_of_any_realm(transaction, int(typed.snapshot)) if typed.snapshot else None
    if typed.snapshot and snapshot is None:
        not_made = NotMade.SNAPSHOT
    status = {None: 200, NotMade.NAME: 422, NotMade.SNAPSHOT: 404}.get(not_made, 409)
    return page(
        "realms.html",
        status,
        realms=rows,
        default=DEFAULT_REALM,
        deleted=deleted,
        not_made=not_made.value if not_made else None,
        typed=typed,
        snapshot=snapshot,
        password=PASSWORD,
        answer=ANSWER,
    )
