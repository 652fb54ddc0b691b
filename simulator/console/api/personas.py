"""The API's operations on a realm's people: their list, their certificates, more subscribers.

A certificate is issued at the first request for it.
"""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from pydantic import Field

from maquette.simulator.console.api.operation import PEM, REALM, Model, Operations, download
from maquette.simulator.console.api.spaces import CompanyAnswer
from maquette.simulator.console.door.call import Call
from maquette.simulator.console.door.problems import Problem
from maquette.simulator.console.door.streams import Cursor
from maquette.simulator.console.operations import people
from maquette.simulator.console.operations.people import PersonaWithSpace
from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.pki.authority import BUNDLE_PASSWORD, KeyPair, pkcs12
from maquette.simulator.realm.certificates import get_or_issue_certificates
from maquette.simulator.store.personas import PersonaRecord, list_personas

operations = Operations()
PERSONAS = REALM + "/personas"
PERSONA = PERSONAS + "/{persona}"
P12 = "application/x-pkcs12"

MOST_AT_ONCE = 10_000
LARGEST_SEED = 2**63 - 1
MOST_PERSONAS = 1000
MOST_CERTIFICATES = 100
"""Certificates of one call: while they are issued, no other request is served."""


class PersonaAnswer(Model):
    """A persona: its name, the case of its certificate, and the password of its PKCS#12 bundle.

    `email` is the address on file. `password` is the published one of a space that was converted from the
    start, else None. The validity of a certificate is known before it is issued.
    """

    id: str
    title: str
    name: str
    case: CertificateCase
    subscriber_number: str | None
    email: str | None
    password: str | None
    companies: list[CompanyAnswer]
    certificate_not_before: datetime
    certificate_not_after: datetime
    store_with: list[str]
    bundle_password: str


class PersonaList(Model):
    """Personas of a realm, in their order; `cursor` continues after them, None when there are no more."""

    personas: list[PersonaAnswer]
    cursor: str | None


class PersonaQuery(Model):
    """Which personas: after this cursor, how many at most."""

    after: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_PERSONAS)] = MOST_PERSONAS


class CertificateAnswer(Model):
    """A persona's certificate with its chain, and its key, both as PEM."""

    id: str
    certificate_pem: str
    key_pem: str


class CertificateList(Model):
    """Certificates of the realm's personas, in order; `cursor` continues after them, None at the end."""

    certificates: list[CertificateAnswer]
    cursor: str | None


class CertificateQuery(Model):
    """Which personas' certificates: after this cursor, how many at most."""

    after: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_CERTIFICATES)] = MOST_CERTIFICATES


class MoreSubscribers(Model):
    """How many subscribers to add, and the seed from which they are generated."""

    count: Annotated[int, Field(strict=True, ge=1, le=MOST_AT_ONCE)]
    seed: Annotated[int, Field(strict=True, ge=0, le=LARGEST_SEED)]


class AddedAnswer(Model):
    """The ids of the first and the last added subscriber.

    `cursor` is the cursor from which to list them.
    """

    count: int
    first: str
    last: str
    cursor: str


@operations.add("GET", PERSONAS)
async def list_all_personas(call: Call, query: PersonaQuery) -> PersonaList:
    """The realm's personas; the packaged ones come first, then the subscribers that were added."""
    after = int(query.after) if query.after else -1
    with call.parts.store.reading(call.realm.name) as transaction:
        records = list_personas(transaction, after=after, most=query.limit + 1)
        given = people.with_spaces(transaction, records[: query.limit])
    return PersonaList(
        personas=[_answer(each) for each in given],
        cursor=str(given[-1].persona.position) if len(records) > len(given) else None,
    )


@operations.add("POST", PERSONAS, Problem.SUBSCRIBERS_TOO_MANY)
async def add_more_subscribers(call: Call, body: MoreSubscribers) -> AddedAnswer:
    """Add subscribers; other changes of the whole realm wait meanwhile."""
    added = await people.add_more_subscribers(call.context, call.realm, body.count, body.seed)
    return AddedAnswer(count=body.count, first=added.first, last=added.last, cursor=str(added.behind))


@operations.add("GET", f"{REALM}/certificates")
async def list_certificates(call: Call, query: CertificateQuery) -> CertificateList:
    """The personas' certificates and keys, many at a call."""
    after = int(query.after) if query.after else -1
    parts = call.parts
    found = get_or_issue_certificates(
        parts.store, parts.authority, call.realm.name, after=after, most=query.limit
    )
    return CertificateList(
        certificates=[
            CertificateAnswer(
                id=persona.id,
                certificate_pem=parts.authority.chain_pem(pair).decode("ascii"),
                key_pem=pair.key_pem.decode("ascii"),
            )
            for persona, pair in found
        ],
        cursor=str(found[-1][0].position) if len(found) == query.limit else None,
    )


@operations.add("GET", PERSONA)
async def show_persona(call: Call) -> PersonaAnswer:
    """A persona."""
    with call.parts.store.reading(call.realm.name) as transaction:
        persona = people.get_persona(transaction, call.path("persona"))
        (found,) = people.with_spaces(transaction, [persona])
    return _answer(found)


@operations.add("GET", f"{PERSONA}/certificate.pem", answer=PEM)
async def download_certificate(call: Call) -> web.Response:
    """Certificate and chain."""
    persona, pair = _certificate(call)
    return download(call.parts.authority.chain_pem(pair), PEM, f"{persona.id}-certificate.pem")


@operations.add("GET", f"{PERSONA}/key.pem", answer=PEM)
async def download_key(call: Call) -> web.Response:
    """Private key."""
    persona, pair = _certificate(call)
    return download(pair.key_pem, PEM, f"{persona.id}-key.pem")


@operations.add("GET", f"{PERSONA}/bundle.p12", answer=P12)
async def download_bundle(call: Call) -> web.Response:
    """Certificate and key for a browser."""
    persona, pair = _certificate(call)
    bundle = pkcs12(pair, call.parts.authority.chain(pair), BUNDLE_PASSWORD, persona.name)
    return download(bundle, P12, f"{persona.id}.p12")


def _certificate(call: Call) -> tuple[PersonaRecord, KeyPair]:
    parts = call.parts
    return people.get_certificate(parts.store, parts.authority, call.realm.name, call.path("persona"))


def _answer(found: PersonaWithSpace) -> PersonaAnswer:
    return PersonaAnswer.of(
        found.persona,
        email=found.space.email if found.space else None,
        companies=found.space.companies if found.space else (),
        bundle_password=BUNDLE_PASSWORD,
    )
