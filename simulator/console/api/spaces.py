"""The operation of the control API on a realm's spaces. It never shows a password, an answer or a code."""

from datetime import date, datetime

from maquette.simulator.console.api.operation import REALM, Model, operation
from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.operations.spaces import get_space_now
from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.space import AccessMode, Company


class CompanyAnswer(Model):
    """A company file of a space; services by rubric and label."""

    siren: str
    siret: str
    name: str
    foreign: bool
    services: list[str]


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


async def show_space(call: Call) -> SpaceAnswer:
    realm, number, now = call.realm, call.path("number"), call.now
    with call.parts.store.reading(realm.name) as transaction:
        found = get_space_now(transaction, realm, number, now)
    space = found.space
    return SpaceAnswer(
        subscriber_number=space.subscriber_number,
        state=found.state,
        access_mode=space.access_mode,
        created_on=space.created_on,
        email=space.email,
        name=f"{space.holder.first_name} {space.holder.last_name}",
        companies=company_answers(space.companies),
        registered_at=space.registered_at,
        pending_email=found.pending.credentials.email if found.pending else None,
        pending_until=found.pending_until,
    )


def company_answers(companies: tuple[Company, ...]) -> list[CompanyAnswer]:
    """The company files of a space."""
    return [
        CompanyAnswer(
            siren=company.siren,
            siret=company.siret,
            name=company.name,
            foreign=company.foreign,
            services=[f"{service.rubric.value}: {service.label}" for service in company.services],
        )
        for company in companies
    ]


OPERATIONS = (operation("GET", f"{REALM}/spaces/{{number}}", "A space", show_space),)
