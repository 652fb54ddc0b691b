"""Makes realms from a document: a new one, several alike, or the original one, restored.

Each operation is one transaction. The personas of a new realm get new certificates at the first request for
them; their validity is moved by as much as the clock is. `document` and `checks` decide what a document may
hold. Source: docs/snapshots.md.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.clock import FIRST_YEAR, LAST_YEAR, Clock, ClockMode
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.rules import Rules
from maquette.simulator.domain.space import Company, Credentials, Holder, Service, Space
from maquette.simulator.mail.delivery_rules import as_arriving_mail
from maquette.simulator.mail.letter_reader import read_heading
from maquette.simulator.realm.lifecycle import (
    KEPT_BY_RESET,
    UnusableValueError,
    add_new_realm,
    new_realm_name,
)
from maquette.simulator.realm.snapshots.checks import latest_instant
from maquette.simulator.realm.snapshots.document import (
    BEYOND,
    CompanyEntry,
    CredentialsEntry,
    FoundingEntry,
    OptionEntry,
    PersonaEntry,
    RawMail,
    SnapshotDocument,
    SpaceEntry,
)
from maquette.simulator.store.database import Store, Transaction
from maquette.simulator.store.delivery_queue import (
    UndeliveredMail,
    add_in_transit,
    note_caught,
    put_refusals,
    put_rules,
    put_undelivered,
)
from maquette.simulator.store.helpdesk import add_helpdesk_message
from maquette.simulator.store.mailbox import ArrivingMail, add_mail
from maquette.simulator.store.options import add_option, note_lapse
from maquette.simulator.store.outbox import OutgoingLetter, add_letter
from maquette.simulator.store.personas import PersonaRecord, list_personas, put_personas
from maquette.simulator.store.realms import RealmRecord, clear_realm, get_realm, save_realm
from maquette.simulator.store.spaces import add_spaces, put_claim
from maquette.simulator.store.tries import Lock, add_wrong_try

FIRST_VALID, LAST_VALID = FIRST_YEAR - BEYOND, LAST_YEAR + BEYOND
"""The first and last year in which a certificate may begin and end."""


def read_document(text: str | bytes) -> SnapshotDocument:
    """Parse a document that this installation stored."""
    return SnapshotDocument.model_validate_json(text)


def make_realm_from(
    store: Store,
    rules: Rules,
    name: str,
    document: SnapshotDocument,
    *,
    clock: datetime | None = None,
    policy: Mapping[str, object] | None = None,
    defects: tuple[str, ...] | None = None,
) -> RealmRecord:
    """Make a realm with the document's state; `clock`, `policy` and `defects` replace its own.

    Raises UnusableValueError for a clock before something that has happened; PolicyError; RealmExistsError;
    TooManyRealmsError.
    """
    latest = latest_instant(document)
    if clock is not None and latest is not None and clock < latest:
        raise UnusableValueError(
            f"something happened at {latest.isoformat()}: the clock cannot begin before it"
        )
    now = real_now()
    record = _record(name, document, now, clock, policy or {})
    if defects is not None:
        record = replace(record, defects=defects)
    with store.writing(name) as transaction:
        _make(transaction, rules, record, document, now)
    return record


def fork_realm(store: Store, rules: Rules, document: SnapshotDocument, count: int) -> list[RealmRecord]:
    """Make that many realms with the document's state, in one transaction. Raises TooManyRealmsError."""
    now = real_now()
    records = [_record(new_realm_name(), document, now, None, {}) for _ in range(count)]
    with store.writing("") as transaction:
        for record in records:
            _make(replace(transaction, realm=record.name), rules, record, document, now)
    return records


def restore_realm(
    store: Store, rules: Rules, name: str, document: SnapshotDocument, mail_ids: Sequence[int]
) -> RealmRecord:
    """Give the realm back the state that it had when the document was made from it.

    Personas keep their certificates; all sessions end. Restored mails keep their ids, so that a reader that
    waits behind a cursor does not take them for new ones. Raises RealmGoneError.
    """
    now = real_now()
    with store.writing(name) as transaction:
        realm = document.realm
        record = replace(
            get_realm(transaction),
            clock=Clock(ClockMode(realm.clock.mode), realm.clock.now, now),
            policy=Policy().changed(realm.policy),
            defects=realm.defects,
        )
        save_realm(transaction, record)
        clear_realm(transaction, keep=KEPT_BY_RESET)
        _put_state(transaction, rules, document, timedelta(), mail_ids)
    return record


def _record(
    name: str,
    document: SnapshotDocument,
    now: datetime,
    clock: datetime | None,
    policy: Mapping[str, object],
) -> RealmRecord:
    realm = document.realm
    return RealmRecord(
        name=name,
        clock=Clock(ClockMode(realm.clock.mode), clock or realm.clock.now, now),
        policy=Policy().changed(realm.policy).changed(policy),
        made_clock=clock or realm.made.clock,
        made_policy=Policy().changed(realm.made.policy).changed(policy),
        defects=realm.defects,
    )


def _make(
    transaction: Transaction, rules: Rules, record: RealmRecord, document: SnapshotDocument, now: datetime
) -> None:
    add_new_realm(transaction, record, now)
    _put_state(transaction, rules, document, record.clock.shown - document.realm.clock.now, None)


def _put_state(
    transaction: Transaction,
    rules: Rules,
    document: SnapshotDocument,
    moved: timedelta,
    mail_ids: Sequence[int] | None,
) -> None:
    """Fill a realm that is empty, except perhaps for personas with their certificates."""
    held = {persona.id: persona for persona in list_personas(transaction)}
    put_personas(
        transaction,
        [_with_certificate(_persona(each, moved), held.get(each.id)) for each in document.personas],
    )
    spaces = [_space(each) for each in document.spaces]
    add_spaces(transaction, [(space, rules.credentials.claim_key(space.email)) for space in spaces])
    for space in spaces:
        if space.credentials is not None:
            put_claim(transaction, rules.credentials.claim_key(space.email), space.subscriber_number, None)
    for option in document.options:
        _put_option(transaction, rules, option)
    for wrong in document.wrong_tries:
        add_wrong_try(transaction, Lock(wrong.lock), wrong.email, wrong.at)
    for message in document.helpdesk:
        add_helpdesk_message(
            transaction, name=message.name, email=message.email, message=message.message, at=message.at
        )
    _put_mail(transaction, document, mail_ids)


def _put_option(transaction: Transaction, rules: Rules, entry: OptionEntry) -> None:
    """Store an option; its address belongs to it until a later option claims it."""
    option = Option(
        id=entry.id,
        subscriber_number=entry.subscriber_number,
        credentials=_credentials(entry.credentials),
        code=entry.code,
        queued_at=entry.queued_at,
        sent_at=entry.sent_at,
        replaced_at=entry.replaced_at,
        used_at=entry.used_at,
        founds=None if entry.founds is None else _founded(entry, entry.founds),
    )
    add_option(transaction, option)
    if entry.lapse_noted:
        note_lapse(transaction, option.id)
    put_claim(
        transaction,
        rules.credentials.claim_key(option.credentials.email),
        option.subscriber_number,
        option.id,
    )
    if (letter := entry.letter) is not None:
        add_letter(
            transaction,
            OutgoingLetter(
                realm=transaction.realm,
                option_id=option.id,
                correlation=letter.correlation,
                due_at=letter.due_at,
                attempts=letter.attempts,
                attempt_at=letter.attempt_at,
            ),
        )


def _put_mail(transaction: Transaction, document: SnapshotDocument, mail_ids: Sequence[int] | None) -> None:
    put_rules(transaction, document.realm.delivery)
    ids = [0]
    for place, mail in enumerate(document.mail):
        id_before = None if mail_ids is None else mail_ids[place]
        ids.append(
            add_mail(transaction, _arriving_mail(mail), mail.received_at, read=mail.read, id_before=id_before)
        )
    for late in document.in_transit:
        add_in_transit(
            transaction,
            _arriving_mail(late),
            taken_at=late.taken_at,
            arrives_at=late.arrives_at,
            correlation=late.correlation,
        )
    for message_id in document.caught:
        note_caught(transaction, message_id)
    put_refusals(transaction, {each.mail: each.times for each in document.turned_away})
    for lost in document.undelivered:
        mail_before = ids[lost.mails_before]
        put_undelivered(transaction, UndeliveredMail(lost.at, lost.outcome, lost.recipients, mail_before))


def _persona(entry: PersonaEntry, moved: timedelta) -> PersonaRecord:
    return PersonaRecord(
        id=entry.id,
        position=entry.place,
        title=entry.title,
        name=entry.name,
        case=entry.case,
        subscriber_number=entry.subscriber_number,
        certificate_not_before=_moved(entry.certificate.valid_from, moved),
        certificate_not_after=_moved(entry.certificate.valid_until, moved),
        store_with=entry.store_with,
        password=entry.password,
    )


def _moved(instant: datetime, by: timedelta) -> datetime:
    """Return the instant moved by that much, cut at the first and last possible instants."""
    first = instant.replace(year=FIRST_VALID, month=1, day=1)
    last = instant.replace(year=LAST_VALID, month=12, day=31)
    return min(max(instant + by, first), last)


def _with_certificate(persona: PersonaRecord, held: PersonaRecord | None) -> PersonaRecord:
    """Return the persona with the certificate that it holds, unless another person of that name holds one."""
    if held is None or replace(held, password=persona.password, fingerprint=None) != persona:
        return persona
    return replace(persona, fingerprint=held.fingerprint)


def _space(entry: SpaceEntry) -> Space:
    return Space(
        subscriber_number=entry.subscriber_number,
        created_on=entry.created_on,
        holder=Holder(**dict(entry.holder)),
        companies=tuple(map(_company, entry.companies)),
        email=entry.email,
        credentials=None if entry.credentials is None else _credentials(entry.credentials),
        registered_at=entry.registered_at,
    )


def _founded(option: OptionEntry, entry: FoundingEntry) -> Space:
    return Space(
        subscriber_number=option.subscriber_number,
        created_on=entry.created_on,
        holder=Holder(**dict(entry.holder)),
        companies=tuple(map(_company, entry.companies)),
        email=option.credentials.email,
    )


def _company(entry: CompanyEntry) -> Company:
    return Company(
        siren=entry.siren,
        siret=entry.siret,
        name=entry.name,
        foreign=entry.foreign,
        services=tuple(Service[name] for name in entry.services),
    )


def _credentials(entry: CredentialsEntry) -> Credentials:
    return Credentials(**dict(entry))


def _arriving_mail(mail: RawMail) -> ArrivingMail:
    return as_arriving_mail(
        mail.raw,
        read_heading(mail.raw),
        sender=mail.sender,
        recipients=mail.recipients,
        folder=mail.folder,
    )
