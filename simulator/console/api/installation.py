"""The operations of the control API that scripts need to walk the procedure.

Each handler reads the store and answers with a model; none gives away a password that a person chose, an
answer or a code. Source: contract.md "Control API".
"""

from datetime import date, datetime
from importlib.metadata import version
from typing import Literal

from aiohttp import web
from pydantic import BaseModel, ConfigDict

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.console.dependencies import Call, Operation
from maquette.simulator.console.operations.spaces import find_space_now
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.realm import realm_prefix
from maquette.simulator.domain.space import AccessMode, Company
from maquette.simulator.store.helpdesk import list_helpdesk_messages
from maquette.simulator.store.realms import RealmRecord, list_realms


class Model(BaseModel):
    """A body of the API."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Health(Model):
    """Whether the simulator is well."""

    status: Literal["ok", "failing"]


class Version(Model):
    """Which Maquette this is, and where its other doors are."""

    version: str
    portal: str
    gate: str
    smtp: str


class RealmAnswer(Model):
    """A realm: where its site begins, its clock at this instant, its policy under contract.md's keys."""

    name: str
    portal: str
    gate: str
    clock: Literal["running", "frozen"]
    now: datetime
    policy: dict[str, bool | int | str]


class RealmList(Model):
    """All realms, oldest first."""

    realms: list[RealmAnswer]


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


class HelpdeskMessage(Model):
    """A message left with the helpdesk's form."""

    id: int
    at: datetime
    name: str
    email: str
    message: str


class HelpdeskList(Model):
    """The messages left with the helpdesk, oldest first."""

    messages: list[HelpdeskMessage]


async def livez(_call: Call) -> Health:
    return Health(status="ok")


async def readyz(call: Call) -> web.Response:
    with call.parts.store.reading("") as transaction:
        list_realms(transaction)
    ready = call.parts.alive()
    return _json(Health(status="ok" if ready else "failing"), 200 if ready else 503)


async def show_version(call: Call) -> Version:
    return Version(version=version("maquette"), **call.parts.doors)


async def show_root(call: Call) -> web.Response:
    """What a client of the portal has to trust."""
    return download(call.parts.authority.root_pem, PEM, "root.pem")


async def list_all_realms(call: Call) -> RealmList:
    with call.parts.store.reading("") as transaction:
        return RealmList(realms=[realm_answer(call, record) for record in list_realms(transaction)])


async def show_realm(call: Call) -> RealmAnswer:
    return realm_answer(call, call.realm)


async def show_space(call: Call) -> SpaceAnswer:
    realm, number, now = call.realm, call.path("number"), call.now
    with call.parts.store.reading(realm.name) as transaction:
        found = find_space_now(transaction, realm, number, now)
    if found is None:
        raise ProblemError(Problem.SPACE_UNKNOWN, f"space {number!r} in realm {realm.name!r}")
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


async def show_helpdesk(call: Call) -> HelpdeskList:
    with call.parts.store.reading(call.realm.name) as transaction:
        rows = list_helpdesk_messages(transaction)
    return HelpdeskList(messages=[HelpdeskMessage.model_validate(row) for row in rows])


PEM = "application/x-pem-file"
REALM = "/api/realms/{realm}"
OF_REALM = (Problem.REALM_UNKNOWN,)

OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/livez", "Whether the process lives", livez, Health, needs_token=False),
    Operation("GET", "/readyz", "Whether every part works", readyz, Health, needs_token=False, also=(503,)),
    Operation("GET", "/api/version", "Version and doors", show_version, Version),
    Operation("GET", "/api/root.pem", "The root certificate of this installation", show_root, PEM),
    Operation("GET", "/api/realms", "All realms", list_all_realms, RealmList),
    Operation("GET", REALM, "A realm", show_realm, RealmAnswer, problems=OF_REALM),
    Operation(
        "GET", f"{REALM}/spaces/{{number}}", "A space", show_space, SpaceAnswer,
        problems=(*OF_REALM, Problem.SPACE_UNKNOWN),
    ),
    Operation(
        "GET", f"{REALM}/helpdesk", "Messages left with the helpdesk", show_helpdesk, HelpdeskList,
        problems=OF_REALM,
    ),
)  # fmt: skip


def _json(model: BaseModel, status: int = 200) -> web.Response:
    return web.json_response(text=model.model_dump_json(), status=status)


def download(body: bytes, media_type: str, file_name: str) -> web.Response:
    """A file to be saved under that name."""
    return web.Response(
        body=body,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )


def realm_answer(call: Call, record: RealmRecord) -> RealmAnswer:
    """The realm as it stands now."""
    doors, prefix = call.parts.doors, realm_prefix(record.name)
    return RealmAnswer.model_validate(
        {
            "name": record.name,
            "portal": f"{doors['portal']}{prefix}",
            "gate": f"{doors['gate']}{prefix}",
            "clock": record.clock.mode.value,
            "now": record.clock.now(real_now()),
            "policy": record.policy.as_keys(),
        }
    )


def company_answers(companies: tuple[Company, ...]) -> list[CompanyAnswer]:
    """Company files of a space, as they are told."""
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
