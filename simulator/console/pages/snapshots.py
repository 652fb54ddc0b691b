"""« Instantanés »: keeping a realm as it is, going back to it, beginning another realm with it, in French.

Source: contract.md (`/snapshots`).
"""

from dataclasses import replace

from aiohttp import web

from maquette.simulator.console.api.snapshots import (
    MOST_SNAPSHOTS,
    NewSnapshot,
    delete_snapshot,
    make_snapshot,
    restore_snapshot,
)
from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.operations.people import count_added, count_added_in
from maquette.simulator.console.pages.forms import Route, go_to, read_form, realm_page
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.store.snapshots import SnapshotLine, find_snapshot, list_snapshots

LONGEST_NAME = 100
DONE = ("pris", "supprime", "rendu")
REFUSED = {
    Problem.SNAPSHOTS_TOO_MANY: "trop",
    Problem.SNAPSHOT_TOO_LARGE: "taille",
    Problem.SNAPSHOT_REFUSED: "defaut",
}


async def show_snapshots(call: Call) -> web.StreamResponse:
    """A realm's snapshots, newest first, and the form that makes one."""
    query = call.request.query
    done, refused = query.get("fait"), query.get("refus")
    return realm_page(
        call,
        "snapshots.html",
        snapshots=_list(call)[::-1],
        now=call.now,
        done=done if done in DONE else None,
        refused=refused if refused in REFUSED.values() else None,
        longest=LONGEST_NAME,
        most=MOST_SNAPSHOTS,
    )


async def take_snapshot(call: Call) -> web.StreamResponse:
    """Keep the realm as it is now."""
    name = (await read_form(call)).get("nom", "").strip()[:LONGEST_NAME]
    try:
        await make_snapshot(replace(call, body=NewSnapshot(name=name or None)))
    except ProblemError as error:
        if error.problem not in REFUSED:
            raise
        return go_to(f"{_path(call)}?refus={REFUSED[error.problem]}#message")
    return go_to(f"{_path(call)}?fait=pris#message")


async def ask_restore(call: Call) -> web.StreamResponse:
    """Whether the realm shall really go back to the snapshot."""
    snapshot = _named(call)
    with call.parts.store.reading(call.realm.name) as transaction:
        now, stored = count_added(transaction), find_snapshot(transaction, snapshot.id)
    then = count_added_in(stored.document) if stored else 0
    return realm_page(
        call,
        "restore.html",
        snapshot=snapshot,
        restoring=True,
        going=max(now - then, 0),
        coming=max(then - now, 0),
    )


async def restore(call: Call) -> web.StreamResponse:
    """Give the realm back as it was in the snapshot."""
    await restore_snapshot(call)
    return go_to(f"{_path(call)}?fait=rendu#message")


async def ask_forget(call: Call) -> web.StreamResponse:
    """Whether the snapshot shall really be deleted."""
    return realm_page(call, "restore.html", snapshot=_named(call), restoring=False)


async def forget(call: Call) -> web.StreamResponse:
    """Delete the snapshot."""
    await delete_snapshot(call)
    return go_to(f"{_path(call)}?fait=supprime#message")


_ONE = r"/realms/{realm}/instantanes/{snapshot:\d{1,15}}"

SNAPSHOTS_PAGES: tuple[Route, ...] = (
    ("GET", "/realms/{realm}/instantanes", show_snapshots),
    ("POST", "/realms/{realm}/instantanes", take_snapshot),
    ("GET", f"{_ONE}/rendre", ask_restore),
    ("POST", f"{_ONE}/rendre", restore),
    ("GET", f"{_ONE}/supprimer", ask_forget),
    ("POST", f"{_ONE}/supprimer", forget),
)


def _list(call: Call) -> list[SnapshotLine]:
    with call.parts.store.reading(call.realm.name) as transaction:
        return list_snapshots(transaction)


def _named(call: Call) -> SnapshotLine:
    asked = int(call.path("snapshot"))
    snapshot = next((each for each in _list(call) if each.id == asked), None)
    if snapshot is None:
        raise ProblemError(Problem.SNAPSHOT_UNKNOWN, f"snapshot {asked} in realm {call.realm.name!r}")
    return snapshot


def _path(call: Call) -> str:
    return f"/realms/{call.realm.name}/instantanes"
