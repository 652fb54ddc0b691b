"""Makes a document from a realm, as the realm is at an instant.

It reads the realm's state: no sessions, no certificates, no journal. The realm's clock must not move during
the call. Source: docs/snapshots.md.
"""

import base64
from dataclasses import asdict
from datetime import datetime
from importlib.metadata import version

from pydantic import ValidationError

from maquette.simulator.base.api_types import DeliveryRuleBody, describe_errors
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.space import Company, Space
from maquette.simulator.realm.snapshots.document import (
    LARGEST_DOCUMENT,
    CertificateEntry,
    ClockEntry,
    CompanyEntry,
    CredentialsEntry,
    FoundingEntry,
    HelpdeskEntry,
    HolderEntry,
    LetterEntry,
    MadeEntry,
    MailEntry,
    MailInTransitEntry,
    OptionEntry,
    PersonaEntry,
    RealmEntry,
    SnapshotDocument,
    SpaceEntry,
    TurnedAwayEntry,
    UndeliveredEntry,
    WrongTryEntry,
)
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.delivery_queue import (
    count_octets_in_transit,
    list_caught,
    list_in_transit,
    list_refusals,
    list_rules,
    list_undelivered,
)
from maquette.simulator.store.helpdesk import list_helpdesk_messages
from maquette.simulator.store.mailbox import count_octets, list_mail
from maquette.simulator.store.options import list_all_options
from maquette.simulator.store.outbox import OutgoingLetter, list_letters
from maquette.simulator.store.personas import PersonaRecord, count_personas, list_personas
from maquette.simulator.store.realms import RealmRecord
from maquette.simulator.store.spaces import list_all_spaces
from maquette.simulator.store.tries import Lock, list_all_wrong_tries

SMALLEST_PERSON = 700
"""The fewest octets that a persona with its space takes in a document."""


class SnapshotTooLargeError(Exception):
    """The realm is too large for a document."""


class SnapshotRefusedError(Exception):
    """The realm holds a value that no document may hold; only a deliberate defect causes this."""


def take(transaction: Transaction, realm: RealmRecord, now: datetime) -> tuple[SnapshotDocument, list[int]]:
    """Return the realm as a document, and the ids of its mails.

    Raises SnapshotTooLargeError and SnapshotRefusedError.
    """
    try:
        return _take(transaction, realm, now)
    except ValidationError as error:
        raise SnapshotRefusedError(describe_errors(error)) from None


def _take(transaction: Transaction, realm: RealmRecord, now: datetime) -> tuple[SnapshotDocument, list[int]]:
    people, mail = count_personas(transaction), count_octets(transaction)
    _check_size(people * SMALLEST_PERSON + mail + count_octets_in_transit(transaction))
    letters = {letter.option_id: letter for letter in list_letters(transaction, realm.name)}
    mails = list_mail(transaction)
    document = SnapshotDocument(
        format=1,
        maquette=version("maquette"),
        realm=RealmEntry(
            name=realm.name,
            clock=ClockEntry(mode=realm.clock.mode.value, now=now),
            policy=_plain(realm.policy.as_keys()),
            made=MadeEntry(clock=realm.made_clock, policy=_plain(realm.made_policy.as_keys())),
            delivery=tuple(DeliveryRuleBody(**asdict(rule)) for rule in list_rules(transaction)),
            defects=realm.defects,
        ),
        personas=tuple(map(_persona, list_personas(transaction))),
        spaces=tuple(map(_space, list_all_spaces(transaction))),
        options=tuple(
            _option(option, letters.get(option.id), lapse_noted=lapse_noted)
            for option, lapse_noted in list_all_options(transaction)
        ),
        wrong_tries=tuple(
            WrongTryEntry(lock=each.lock.value, email=each.key, at=each.at)
            for each in list_all_wrong_tries(transaction)
            if each.lock is not Lock.CLASS
        ),
        mail=tuple(
            MailEntry(
                sender=_writable(mail.sender),
                recipients=tuple(map(_writable, mail.recipients)),
                folder=mail.folder,
                **_body(mail.raw),
                received_at=mail.received_at,
                read=mail.read,
            )
            for mail in mails
        ),
        in_transit=tuple(
            MailInTransitEntry(
                sender=_writable(late.mail.sender),
                recipients=tuple(map(_writable, late.mail.recipients)),
                folder=late.mail.folder,
                **_body(late.mail.raw),
                taken_at=late.taken_at,
                arrives_at=late.arrives_at,
                correlation=late.correlation,
            )
            for late in list_in_transit(transaction)
        ),
        caught=tuple(list_caught(transaction)),
        turned_away=tuple(
            TurnedAwayEntry(mail=mail, times=times) for mail, times in list_refusals(transaction).items()
        ),
        undelivered=tuple(
            UndeliveredEntry(
                at=lost.at,
                outcome=lost.outcome,
                recipients=tuple(map(_writable, lost.recipients)),
                mails_before=sum(mail.id <= lost.mail_before for mail in mails),
            )
            for lost in list_undelivered(transaction, 0)
        ),
        helpdesk=tuple(
            HelpdeskEntry.model_validate({key: value for key, value in each.items() if key != "id"})
            for each in list_helpdesk_messages(transaction)
        ),
    )
    return document, [mail.id for mail in mails]


def written(document: SnapshotDocument) -> str:
    """Return the document as readable JSON. Raises SnapshotTooLargeError."""
    text = document.model_dump_json(indent=1)
    _check_size(len(text.encode()))
    return text


def _check_size(size: int) -> None:
    if size > LARGEST_DOCUMENT:
        raise SnapshotTooLargeError(
            f"the realm takes more than {LARGEST_DOCUMENT} bytes as a document, most of which are its "
            "subscribers and its mail: delete mail, or begin with fewer subscribers"
        )


def _persona(persona: PersonaRecord) -> PersonaEntry:
    return PersonaEntry(
        id=persona.id,
        place=persona.position,
        title=persona.title,
        name=persona.name,
        case=persona.case,
        subscriber_number=persona.subscriber_number,
        certificate=CertificateEntry(
            valid_from=persona.certificate_not_before, valid_until=persona.certificate_not_after
        ),
        store_with=persona.store_with,
        password=persona.password,
    )


def _space(space: Space) -> SpaceEntry:
    return SpaceEntry(
        subscriber_number=space.subscriber_number,
        created_on=space.created_on,
        holder=HolderEntry(**asdict(space.holder)),
        companies=tuple(map(_company, space.companies)),
        email=space.email,
        credentials=CredentialsEntry(**asdict(space.credentials)) if space.credentials else None,
        registered_at=space.registered_at,
    )


def _company(company: Company) -> CompanyEntry:
    return CompanyEntry(
        siren=company.siren,
        siret=company.siret,
        name=company.name,
        foreign=company.foreign,
        services=tuple(service.name for service in company.services),
    )


def _founding(space: Space) -> FoundingEntry:
    return FoundingEntry(
        created_on=space.created_on,
        holder=HolderEntry(**asdict(space.holder)),
        companies=tuple(map(_company, space.companies)),
    )


def _option(option: Option, letter: OutgoingLetter | None, *, lapse_noted: bool) -> OptionEntry:
    return OptionEntry(
        id=option.id,
        subscriber_number=option.subscriber_number,
        credentials=CredentialsEntry(**asdict(option.credentials)),
        code=option.code,
        queued_at=option.queued_at,
        sent_at=option.sent_at,
        replaced_at=option.replaced_at,
        used_at=option.used_at,
        lapse_noted=lapse_noted,
        founds=None if option.founds is None else _founding(option.founds),
        letter=None
        if letter is None
        else LetterEntry(
            due_at=letter.due_at,
            attempts=letter.attempts,
            attempt_at=letter.attempt_at,
            correlation=letter.correlation,
        ),
    )


def _body(raw: bytes) -> dict[str, str]:
    try:
        return {"text": raw.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode()}


def _writable(address: str) -> str:
    """Return an address of an envelope as text; it may hold octets that are not UTF-8."""
    return address.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _plain(keys: dict[str, object]) -> dict[str, bool | int | str]:
    return {key: value for key, value in keys.items() if isinstance(value, bool | int | str)}
