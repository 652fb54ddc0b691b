"""The API's operations on a realm's snapshots, and on forks of the realm."""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from maquette.simulator.console.api.operation import REALM, Model, operation
from maquette.simulator.console.api.realms import Deleted, RealmAnswer, RealmList, realm_answer
from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.operations import snapshots
from maquette.simulator.console.problems import Problem
from maquette.simulator.realm.snapshots.document import SnapshotDocument
from maquette.simulator.store.snapshots import list_snapshots

MOST_FORKS = 100


class NewSnapshot(Model):
    """A snapshot to make; its name is for people, and need not be unique."""

    name: Annotated[str, Field(min_length=1, max_length=100)] | None = None


class SnapshotAnswer(Model):
    """A snapshot: `made_at` is the realm's instant, `size` the document's in bytes."""

    id: int
    name: str | None
    made_at: datetime
    size: int


class SnapshotList(Model):
    """The realm's snapshots, oldest first."""

    snapshots: list[SnapshotAnswer]


class Fork(Model):
    """How many realms to make."""

    count: Annotated[int, Field(ge=1, le=MOST_FORKS, strict=True)]


async def list_all_snapshots(call: Call) -> SnapshotList:
    """The realm's snapshots."""
    with call.parts.store.reading(call.realm.name) as transaction:
        return SnapshotList.model_validate({"snapshots": list_snapshots(transaction)})


async def make_snapshot(call: Call, body: NewSnapshot) -> SnapshotAnswer:
    """Store the realm as it is now."""
    made = await snapshots.make_snapshot(call.context, call.realm.name, body.name)
    return SnapshotAnswer.model_validate(made)


async def show_snapshot(call: Call) -> web.Response:
    """The document."""
    found = snapshots.get_snapshot(call.context, call.realm.name, call.path("snapshot"))
    return web.json_response(text=found.document)


async def delete_snapshot(call: Call) -> Deleted:
    """Delete a snapshot."""
    deleted = snapshots.delete_snapshot(call.context, call.realm, call.path("snapshot"))
    return Deleted(deleted=str(deleted))


async def restore_snapshot(call: Call) -> RealmAnswer:
    """Restore the realm from the snapshot; certificates stay, and all sessions end."""
    restored = await snapshots.restore_realm(call.context, call.realm.name, call.path("snapshot"))
    return realm_answer(call, restored)


async def fork(call: Call, body: Fork) -> RealmList:
    """Make realms with the state of this one, all or none."""
    made = await snapshots.fork(call.context, call.realm.name, body.count)
    return RealmList(realms=[realm_answer(call, record) for record in made])


SNAPSHOTS = f"{REALM}/snapshots"
SNAPSHOT = SNAPSHOTS + "/{snapshot}"

OPERATIONS = (
    operation("GET", SNAPSHOTS, "The realm's snapshots", list_all_snapshots),
    operation(
        "POST", SNAPSHOTS, "Make a snapshot", make_snapshot,
        Problem.SNAPSHOTS_TOO_MANY, Problem.SNAPSHOT_TOO_LARGE, Problem.SNAPSHOT_REFUSED,
    ),
    operation("GET", SNAPSHOT, "A snapshot's document", show_snapshot, answer=SnapshotDocument),
    operation("DELETE", SNAPSHOT, "Delete a snapshot", delete_snapshot),
    operation("POST", f"{SNAPSHOT}/restore", "Restore a snapshot", restore_snapshot),
    operation(
        "POST", f"{REALM}/fork", "Make realms with this one's state", fork,
        Problem.REALMS_TOO_MANY, Problem.SNAPSHOT_TOO_LARGE, Problem.SNAPSHOT_REFUSED,
    ),
)  # fmt: skip
