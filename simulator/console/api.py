"""The operations of the control API that scripts need to walk the procedure.

Each handler reads the store and answers with a model; none gives away a password that a person chose, an
answer or, but for the mail itself, a code. Source: contract.md "Control API".
"""

import asyncio
from datetime import date, datetime
from importlib.metadata import version
from typing import Annotated, Literal

from aiohttp import web
from cryptography import x509
from pydantic import BaseModel, ConfigDict, Field, RootModel

from maquette.simulator.console.parts import Call, Operation
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.console.spaces import find_space_now
from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.space import AccessMode, Company
from maquette.simulator.mail.letters import option_of_message_id
from maquette.simulator.mail.reading import Letter, activation_code, read_letter
from maquette.simulator.pki.authority import BUNDLE_PASSWORD, KeyPair, pkcs12
from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.helpdesk import list_helpdesk_messages
from maquette.simulator.store.journal import JournalLine
from maquette.simulator.store.mailbox import (
    StoredMail,
    find_mail,
    last_mail_id,
    list_mail,
    mark_mails,
)
from maquette.simulator.store.options import find_option, get_option
from maquette.simulator.store.outbox import list_letters
from maquette.simulator.store.personas import (
    PersonaRecord,
    find_persona,
    get_certificate,
    list_personas,
)
from maquette.simulator.store.realms import RealmRecord, list_realms
from maquette.simulator.store.spaces import find_space

LONGEST_WAIT = 120
MOST_MAILS = 1000


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
    """A realm: its clock at this instant, its policy under contract.md's keys."""

    name: str
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


class PersonaAnswer(Model):
    """A persona: who it is, what its certificate is a case of, and what opens its PKCS#12 bundle.

    `email` is the one on file. `password` is the one that opened its space at the realm's start, where that
    was converted from the start; None for everybody else.
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
    """The personas of a realm, in their order."""

    personas: list[PersonaAnswer]


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


class MailAnswer(Model):
    """A caught mail. `code` is the activation code that it carries, if any; `cursor` goes on behind it."""

    id: int
    message_id: str | None
    sender: str
    recipients: list[str]
    subject: str
    text: str
    html: str | None
    date: datetime | None
    received_at: datetime
    read: bool
    size: int
    code: str | None
    cursor: str


class MailList(Model):
    """Mails, oldest first.

    `cursor` goes on behind the last of them where there are more, else behind the realm's last mail.
    """

    messages: list[MailAnswer]
    cursor: str


class NextMail(Model):
    """The mail waited for. `sent_at` is when the code's 48 hours began, `expires_at` its last second."""

    message: MailAnswer
    code: str | None
    sent_at: datetime | None
    expires_at: datetime | None
    cursor: str


class NoMail(Model):
    """No mail came in time, and why."""

    timed_out: Literal[True] = True
    reason: Literal["not-sent", "retrying"]
    cursor: str


class NextMailAnswer(RootModel[NextMail | NoMail]):
    """The mail waited for, or why none came."""


class JournalEntry(Model):
    """A line of the journal: the realm's instant and the world's; `id` is a cursor."""

    id: int
    at: datetime | None
    real_at: datetime
    kind: str
    correlation: str | None
    data: dict[str, object]


class JournalAnswer(Model):
    """Lines of the journal, oldest first; `cursor` goes on behind them."""

    lines: list[JournalEntry]
    cursor: str


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


Cursor = Annotated[str, Field(pattern=r"^[0-9]{1,15}$")]


class MailQuery(Model):
    """Which mails: to this address, after this cursor, how many at most."""

    to: Annotated[str, Field(max_length=320)] | None = None
    after: Cursor = "0"
    limit: Annotated[int, Field(ge=1, le=MOST_MAILS)] = 200


class NextMailQuery(Model):
    """What to wait for: a mail to this address after this cursor ("now": caught from now on), so long."""

    to: Annotated[str, Field(max_length=320)] | None = None
    after: Cursor | Literal["now"] = "0"
    timeout: Annotated[float, Field(ge=0, le=LONGEST_WAIT, allow_inf_nan=False)] = 10.0


class JournalQuery(Model):
    """Which lines: after this cursor, of this kind, how many at most."""

    after: Cursor = "0"
    kind: Annotated[str, Field(max_length=60)] | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 1000


async def livez(_call: Call) -> Health:
    return Health(status="ok")


async def readyz(call: Call) -> web.Response:
    with call.parts.store.reading("") as transaction:
        list_realms(transaction)
    ready = call.parts.sender_alive()
    return _json(Health(status="ok" if ready else "failing"), 200 if ready else 503)


async def show_version(call: Call) -> Version:
    return Version(version=version("maquette"), **call.parts.doors)


async def list_all_realms(call: Call) -> RealmList:
    with call.parts.store.reading("") as transaction:
        return RealmList(realms=[realm_answer(record, call.real_now) for record in list_realms(transaction)])


async def show_realm(call: Call) -> RealmAnswer:
    return realm_answer(call.realm, call.real_now)


async def list_all_personas(call: Call) -> PersonaList:
    with call.parts.store.reading(call.realm.name) as transaction:
        records = list_personas(transaction)
        return PersonaList(personas=[_persona(transaction, record) for record in records])


async def show_persona(call: Call) -> PersonaAnswer:
    with call.parts.store.reading(call.realm.name) as transaction:
        return _persona(transaction, _find_persona(call, transaction))


async def download_certificate(call: Call) -> web.Response:
    persona, pair = _pair(call)
    return _download(
        call.parts.authority.chain_pem(pair), "application/x-pem-file", f"{persona.id}-certificate.pem"
    )


async def download_key(call: Call) -> web.Response:
    persona, pair = _pair(call)
    return _download(pair.key_pem, "application/x-pem-file", f"{persona.id}-key.pem")


async def download_bundle(call: Call) -> web.Response:
    persona, pair = _pair(call)
    bundle = pkcs12(pair, call.parts.authority.chain(pair), BUNDLE_PASSWORD, persona.name)
    return _download(bundle, "application/x-pkcs12", f"{persona.id}.p12")


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
        companies=_companies(space.companies),
        registered_at=space.registered_at,
        pending_email=found.pending.credentials.email if found.pending else None,
        pending_until=found.pending_until,
    )


async def list_mails(call: Call) -> MailList:
    query: MailQuery = call.query
    with call.parts.store.reading(call.realm.name) as transaction:
        mails = list_mail(transaction, int(query.after), to=query.to, most=query.limit + 1)
        last = last_mail_id(transaction)
    given = mails[: query.limit]
    cursor = given[-1].id if len(mails) > len(given) else last
    return MailList(messages=[_mail(mail) for mail in given], cursor=str(cursor))


async def show_mail(call: Call) -> MailAnswer:
    with call.parts.store.writing(call.realm.name) as transaction:
        mail = _find_mail(call, transaction)
        mark_mails(transaction, [mail.id], read=True)
    return _mail(mail)


async def show_raw_mail(call: Call) -> web.Response:
    with call.parts.store.reading(call.realm.name) as transaction:
        mail = _find_mail(call, transaction)
    return _download(mail.raw, "message/rfc822", f"mail-{mail.id}.eml")


async def wait_for_mail(call: Call) -> NextMail | NoMail:
    """Wait on the server until a mail has come, or for as long as was asked."""
    query: NextMailQuery = call.query
    realm = call.realm.name
    with call.parts.store.reading(realm) as transaction:
        after = last_mail_id(transaction) if query.after == "now" else int(query.after)
    seen = after
    try:
        async with asyncio.timeout(query.timeout):
            while True:
                arrival = asyncio.ensure_future(call.parts.delivery.next_arrival(realm, query.to))
                try:
                    with call.parts.store.reading(realm) as transaction:
                        mails = list_mail(transaction, seen, to=query.to, most=1)
                        seen = max(seen, last_mail_id(transaction))
                    if mails:
                        return _next_mail(call, mails[0])
                    await arrival
                finally:
                    arrival.cancel()
    except TimeoutError:
        return NoMail(reason=_why_no_mail(call, query.to), cursor=str(after))


async def show_journal(call: Call) -> JournalAnswer:
    return _journal(call, call.realm.name)


async def show_installation_journal(call: Call) -> JournalAnswer:
    return _journal(call, None)


async def show_helpdesk(call: Call) -> HelpdeskList:
    with call.parts.store.reading(call.realm.name) as transaction:
        rows = list_helpdesk_messages(transaction)
    return HelpdeskList(messages=[HelpdeskMessage.model_validate(row) for row in rows])


REALM = "/api/realms/{realm}"
PERSONA = REALM + "/personas/{persona}"
PEM, P12 = "application/x-pem-file", "application/x-pkcs12"
_OF_REALM = (Problem.REALM_UNKNOWN,)
_OF_PERSONA = (*_OF_REALM, Problem.PERSONA_UNKNOWN)
_OF_MAIL = (*_OF_REALM, Problem.MAIL_UNKNOWN)

OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/livez", "Whether the process lives", livez, Health, needs_token=False),
    Operation("GET", "/readyz", "Whether every part works", readyz, Health, needs_token=False, also=(503,)),
    Operation("GET", "/api/version", "Version and doors", show_version, Version),
    Operation(
        "GET", "/api/journal", "The installation's journal", show_installation_journal, JournalAnswer,
        query=JournalQuery,
    ),
    Operation("GET", "/api/realms", "All realms", list_all_realms, RealmList),
    Operation("GET", REALM, "A realm", show_realm, RealmAnswer, problems=_OF_REALM),
    Operation(
        "GET", f"{REALM}/personas", "The realm's personas", list_all_personas, PersonaList,
        problems=_OF_REALM,
    ),
    Operation("GET", PERSONA, "A persona", show_persona, PersonaAnswer, problems=_OF_PERSONA),
    Operation(
        "GET", f"{PERSONA}/certificate.pem", "Certificate and chain", download_certificate, PEM,
        problems=_OF_PERSONA,
    ),
    Operation("GET", f"{PERSONA}/key.pem", "Private key", download_key, PEM, problems=_OF_PERSONA),
    Operation(
        "GET", f"{PERSONA}/bundle.p12", "Certificate and key for a browser", download_bundle, P12,
        problems=_OF_PERSONA,
    ),
    Operation(
        "GET", f"{REALM}/spaces/{{number}}", "A space", show_space, SpaceAnswer,
        problems=(*_OF_REALM, Problem.SPACE_UNKNOWN),
    ),
    Operation(
        "GET", f"{REALM}/mail", "Caught mails", list_mails, MailList, query=MailQuery, problems=_OF_REALM
    ),
    Operation(
        "GET", f"{REALM}/mail/next", "Wait for a mail", wait_for_mail, NextMailAnswer,
        query=NextMailQuery, problems=_OF_REALM,
    ),
    Operation("GET", f"{REALM}/mail/{{mail}}", "A mail", show_mail, MailAnswer, problems=_OF_MAIL),
    Operation(
        "GET", f"{REALM}/mail/{{mail}}/raw", "A mail as it came", show_raw_mail, "message/rfc822",
        problems=_OF_MAIL,
    ),
    Operation(
        "GET", f"{REALM}/journal", "The realm's journal", show_journal, JournalAnswer,
        query=JournalQuery, problems=_OF_REALM,
    ),
    Operation(
        "GET", f"{REALM}/helpdesk", "Messages left with the helpdesk", show_helpdesk, HelpdeskList,
        problems=_OF_REALM,
    ),
)  # fmt: skip


def _json(model: BaseModel, status: int = 200) -> web.Response:
    return web.json_response(text=model.model_dump_json(), status=status)


def _download(body: bytes, media_type: str, file_name: str) -> web.Response:
    return web.Response(
        body=body,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )


def realm_answer(record: RealmRecord, real_now: datetime) -> RealmAnswer:
    """The realm as it stands at the world's `real_now`."""
    return RealmAnswer.model_validate(
        {
            "name": record.name,
            "clock": record.clock.mode.value,
            "now": record.clock.now(real_now),
            "policy": record.policy.as_keys(),
        }
    )


def _find_persona(call: Call, transaction: Transaction) -> PersonaRecord:
    persona = find_persona(transaction, call.path("persona"))
    if persona is None:
        raise ProblemError(
            Problem.PERSONA_UNKNOWN, f"persona {call.path('persona')!r} in realm {transaction.realm!r}"
        )
    return persona


def _pair(call: Call) -> tuple[PersonaRecord, KeyPair]:
    with call.parts.store.reading(call.realm.name) as transaction:
        persona = _find_persona(call, transaction)
        held = get_certificate(transaction, persona.fingerprint)
    return persona, KeyPair.from_pem(held.certificate_pem, held.key_pem)


def _persona(transaction: Transaction, record: PersonaRecord) -> PersonaAnswer:
    held = get_certificate(transaction, record.fingerprint)
    certificate = x509.load_pem_x509_certificate(held.certificate_pem)
    space = find_space(transaction, record.subscriber_number) if record.subscriber_number else None
    return PersonaAnswer(
        id=record.id,
        title=record.title,
        name=record.name,
        case=record.case,
        subscriber_number=record.subscriber_number,
        email=space.email if space else None,
        password=record.password,
        companies=_companies(space.companies) if space else [],
        certificate_not_before=certificate.not_valid_before_utc,
        certificate_not_after=certificate.not_valid_after_utc,
        store_with=list(record.store_with),
        bundle_password=BUNDLE_PASSWORD,
    )


def _companies(companies: tuple[Company, ...]) -> list[CompanyAnswer]:
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


def _find_mail(call: Call, transaction: Transaction) -> StoredMail:
    asked = call.path("mail")
    usable = asked.isascii() and asked.isdigit() and len(asked) <= 15
    mail = find_mail(transaction, int(asked)) if usable else None
    if mail is None:
        raise ProblemError(Problem.MAIL_UNKNOWN, f"mail {asked!r} in realm {transaction.realm!r}")
    return mail


def _mail(mail: StoredMail) -> MailAnswer:
    letter: Letter = read_letter(mail.raw)
    return MailAnswer(
        id=mail.id,
        message_id=mail.message_id,
        sender=letter.sender or mail.sender,
        recipients=list(mail.recipients),
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        date=letter.date,
        received_at=mail.received_at,
        read=mail.read,
        size=len(mail.raw),
        code=activation_code(letter),
        cursor=str(mail.id),
    )


def _next_mail(call: Call, mail: StoredMail) -> NextMail:
    with call.parts.store.reading(call.realm.name) as transaction:
        option = find_option(transaction, option_of_message_id(mail.message_id or ""))
    answer = _mail(mail)
    sent_at = (option.sent_at or answer.date) if option else None
    return NextMail(
        message=answer,
        code=answer.code,
        sent_at=sent_at,
        expires_at=sent_at + call.realm.policy.activation_window if sent_at else None,
        cursor=answer.cursor,
    )


def _why_no_mail(call: Call, to: str | None) -> Literal["not-sent", "retrying"]:
    with call.parts.store.reading(call.realm.name) as transaction:
        for letter in list_letters(transaction):
            if letter.realm == transaction.realm and letter.attempts > 0:
                option = get_option(transaction, letter.option_id)
                if to is None or option.credentials.email.casefold() == to.casefold():
                    return "retrying"
    return "not-sent"


def _journal(call: Call, of_realm: str | None) -> JournalAnswer:
    query: JournalQuery = call.query
    lines = call.parts.journal.read(
        of_realm=of_realm, after=int(query.after), kind=query.kind, most=query.limit
    )
    cursor = str(lines[-1].id) if lines else query.after
    return JournalAnswer(lines=[_entry(line) for line in lines], cursor=cursor)


def _entry(line: JournalLine) -> JournalEntry:
    return JournalEntry.model_validate(
        {name: getattr(line, name) for name in ("id", "at", "real_at", "kind", "correlation", "data")}
    )
