"""The operation of the control API on a realm's spaces. It never shows a password, an answer or a code."""

from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator

from maquette.simulator.console.api.operation import REALM, Model, Operations
from maquette.simulator.console.door.call import Call
from maquette.simulator.console.operations.spaces import get_space_now
from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.space import AccessMode, Service

operations = Operations()

ServiceText = Annotated[
    str,
    BeforeValidator(lambda each: f"{each.rubric.value}: {each.label}" if isinstance(each, Service) else each),
]


class CompanyAnswer(Model):
    """A company file of a space; services by rubric and label."""

    siren: str
    siret: str
    name: str
    foreign: bool
    services: list[ServiceText]


class SpaceAnswer(Model):
    """A space as it is now; never its password, its answer or its code.

    `pending_email` and `pending_until` (the last second at which the code works) are set while an option
    waits for its activation.
    """

    subscriber_number: str
    state: SpaceState
    access_mode: AccessMode
    created_on: date
    email: str
    name: str
    companies: list[CompanyAnswer]
    registered_at: datetime | None
    pending_email: str | None
    pending_until: datetime | None


@operations.add("GET", f"{REALM}/spaces/{{number}}")
async def show_space(call: Call) -> SpaceAnswer:
    """A space."""
    realm, number, now = call.realm, call.path("number"), call.now
    with call.parts.store.reading(realm.name) as transaction:
        found = get_space_now(transaction, realm, number, now)
    return SpaceAnswer.of(
        found.space,
        found,
        name=f"{found.space.holder.first_name} {found.space.holder.last_name}",
        pending_email=found.pending.credentials.email if found.pending else None,
    )
