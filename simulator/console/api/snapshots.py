"""The API's operations on a realm's snapshots, and on forks of the realm."""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from maquette.simulator.console.api.operation import REALM, Model, Operations
from maquette.simulator.console.api.realms import Deleted, RealmAnswer, RealmList, realm_answer
from maquette.simulator.console.door.call import Call
from maquette.simulator.console.door.problems import Problem
from maquette.simulator.console.operations import snapshots
from maquette.simulator.realm.snapshots.document import SnapshotDocument
from maquette.simulator.store.snapshots import list_snapshots

operations = Operations()
SNAPSHOTS = f"{REALM}/snapshots"
SNAPSHOT = SNAPSHOTS + "/{snapshot}"

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


@operations.add("GET", SNAPSHOTS)
async def list_all_snapshots(call: Call) -> SnapshotList:
    """The realm's snapshots."""
    with call.parts.store.reading(call.realm.name) as transaction:
        return SnapshotList.model_validate({"snapshots": list_snapshots(transaction)})


@operations.add(
    "POST", SNAPSHOTS, Problem.SNAPSHOTS_TOO_MANY, Problem.SNAPSHOT_TOO_LARGE, Problem.SNAPSHOT_REFUSED
)
async def make_snapshot(call: Call, body: NewSnapshot) -> SnapshotAnswer:
    """Make a snapshot."""
    made = await snapshots.make_snapshot(call.context, call.realm.name, body.name)
    return SnapshotAnswer.model_validate(made)


@operations.add("GET", SNAPSHOT, answer=SnapshotDocument)
async def show_snapshot(call: Call) -> web.Response:
    """A snapshot's document."""
    found = snapshots.get_snapshot(call.context, call.realm.name, call.path("snapshot"))
    return web.json_response(text=found.document)


@operations.add("DELETE", SNAPSHOT)
async def delete_snapshot(call: Call) -> Deleted:
    """Delete a snapshot."""
    deleted = snapshots.delete_snapshot(call.context, call.realm, call.path("snapshot"))
    return Deleted(deleted=str(deleted))


@operations.add("POST", f"{SNAPSHOT}/restore")
async def restore_snapshot(call: Call) -> RealmAnswer:
    """Restore a snapshot; certificates stay, and all sessions end."""
    restored = await snapshots.restore_realm(call.context, call.realm.name, call.path("snapshot"))
    return realm_answer(call, restored)


@operations.add(
    "POST", f"{REALM}/fork", Problem.REALMS_TOO_MANY, Problem.SNAPSHOT_TOO_LARGE, Problem.SNAPSHOT_REFUSED
)
async def fork(call: Call, body: Fork) -> RealmList:
    """Make realms with this one's state; all or none."""
    made = await snapshots.fork(call.context, call.realm.name, body.count)
    return RealmList(realms=[realm_answer(call, record) for record in made])
