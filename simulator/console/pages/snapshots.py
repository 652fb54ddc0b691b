"""« Instantanés »: storing a realm as it is, restoring it, beginning another realm with it."""

from aiohttp import web

from maquette.simulator.console.door.call import Call
from maquette.simulator.console.operations.people import count_added, count_added_in
from maquette.simulator.console.operations.snapshots import (
    MOST_SNAPSHOTS,
    SnapshotNotFoundError,
    TooManySnapshotsError,
    delete_snapshot,
    get_snapshot,
    make_snapshot,
    restore_realm,
)
from maquette.simulator.console.pages.page import go_to_message, read_code, read_form, realm_page
from maquette.simulator.realm.snapshots.capture import SnapshotRefusedError, SnapshotTooLargeError
from maquette.simulator.store.snapshots import SnapshotLine, list_snapshots

LONGEST_NAME = 100
DONE = ("pris", "supprime", "rendu")
REFUSED: dict[type[Exception], str] = {
    TooManySnapshotsError: "trop",
    SnapshotTooLargeError: "taille",
    SnapshotRefusedError: "defaut",
}


async def show_snapshots(call: Call) -> web.StreamResponse:
    """A realm's snapshots, newest first, and the form that makes one."""
    return realm_page(
        call,
        "snapshots.html",
        snapshots=_list(call)[::-1],
        now=call.now,
        done=read_code(call, "fait", DONE),
        refused=read_code(call, "refus", REFUSED.values()),
        longest=LONGEST_NAME,
        most=MOST_SNAPSHOTS,
    )


async def take_snapshot(call: Call) -> web.StreamResponse:
    """Store the realm as it is now."""
    name = (await read_form(call)).get("nom", "").strip()[:LONGEST_NAME]
    try:
        await make_snapshot(call.context, call.realm.name, name or None)
    except tuple(REFUSED) as error:
        return go_to_message(call, "instantanes", refus=REFUSED[type(error)])
    return go_to_message(call, "instantanes", fait="pris")


async def ask_restore(call: Call) -> web.StreamResponse:
    """Ask whether to restore the realm from the snapshot."""
    snapshot = _named(call)
    with call.parts.store.reading(call.realm.name) as transaction:
        now = count_added(transaction)
    then = count_added_in(get_snapshot(call.context, call.realm.name, str(snapshot.id)).document)
    return realm_page(
        call,
        "restore.html",
        snapshot=snapshot,
        restoring=True,
        going=max(now - then, 0),
        coming=max(then - now, 0),
    )


async def restore(call: Call) -> web.StreamResponse:
    """Restore the realm from the snapshot."""
    await restore_realm(call.context, call.realm.name, call.path("snapshot"))
    return go_to_message(call, "instantanes", fait="rendu")


async def ask_forget(call: Call) -> web.StreamResponse:
    """Ask whether to delete the snapshot."""
    return realm_page(call, "restore.html", snapshot=_named(call), restoring=False)


async def forget(call: Call) -> web.StreamResponse:
    """Delete the snapshot."""
    delete_snapshot(call.context, call.realm, call.path("snapshot"))
    return go_to_message(call, "instantanes", fait="supprime")


def _list(call: Call) -> list[SnapshotLine]:
    with call.parts.store.reading(call.realm.name) as transaction:
        return list_snapshots(transaction)


def _named(call: Call) -> SnapshotLine:
    number = int(call.path("snapshot"))
    snapshot = next((each for each in _list(call) if each.id == number), None)
    if snapshot is None:
        raise SnapshotNotFoundError(f"snapshot {number} in realm {call.realm.name!r}")
    return snapshot
