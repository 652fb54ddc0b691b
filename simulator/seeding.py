"""Making a realm: its clock, its policy, its personas with their spaces and certificates.

Certificates are issued here, relative to the realm's start, and never again when the clock moves.
Source: portal.md §5.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, time

from cryptography.hazmat.primitives.hashes import SHA256

from maquette.fixtures.personas import Conversion, Persona, load_personas
from maquette.simulator.domain.certificate import CertificateCase, CertificateRecord
from maquette.simulator.domain.clock import PARIS, Clock, ClockMode
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.realm import is_realm_name
from maquette.simulator.domain.rules import Rules
from maquette.simulator.domain.space import Credentials, Space, converted
from maquette.simulator.pki.authority import Authority
from maquette.simulator.pki.wardrobe import dress
from maquette.simulator.procedure.passwords import hash_password
from maquette.simulator.store.engine import Store, Transaction
from maquette.simulator.store.personas import (
    HeldCertificate,
    PersonaRecord,
    add_certificate,
    add_persona,
    list_personas,
)
from maquette.simulator.store.realms import (
    RealmGoneError,
    RealmRecord,
    add_realm,
    clear_realm,
    count_realms,
    find_realm,
    save_realm,
)
from maquette.simulator.store.spaces import add_space, put_claim
from maquette.simulator.wallclock import real_now

MOST_REALMS = 1000


class RealmExistsError(Exception):
    """There is a realm of that name already."""


class TooManyRealmsError(Exception):
    """There are as many realms as there may be."""


def new_realm_name() -> str:
    """A name for a realm that nobody has named."""
    return f"realm-{secrets.token_hex(6)}"


def make_realm(
    store: Store,
    authority: Authority,
    rules: Rules,
    name: str,
    *,
    clock: datetime | None = None,
    policy: Mapping[str, object] | None = None,
) -> RealmRecord:
    """Make a realm with the packaged personas, all at once or not at all.

    Its clock runs, from `clock` or from the real now. `policy` has contract.md's keys. Raises ValueError for
    a name that is none or a policy that cannot be, RealmExistsError for a name that is taken.
    """
    if not is_realm_name(name):
        raise ValueError(f"not a realm's name: {name!r} (lower-case letters, digits and hyphens, 48 at most)")
    now = real_now()
    made_policy = Policy().changed(policy or {})
    running = Clock(ClockMode.RUNNING, clock or now, now)
    record = RealmRecord(name, running, made_policy, clock, made_policy)
    start = record.clock.now(now)
    with store.writing(name) as transaction:
        if find_realm(transaction) is not None:
            raise RealmExistsError(f"there is a realm {name!r} already")
        if count_realms(transaction) >= MOST_REALMS:
            raise TooManyRealmsError(f"there are {MOST_REALMS} realms already: delete some")
        add_realm(transaction, record, now)
        add_personas(transaction, authority, rules, record.policy, load_personas(start), start)
    return record


def reset_realm(store: Store, rules: Rules, name: str) -> RealmRecord:
    """Give the realm back as it was made, all at once: people, clock, policy; nothing has happened in it.

    Its certificates stay, so that those who imported them need not do it again; so does its journal. Raises
    RealmGoneError when there is no such realm.
    """
    now = real_now()
    with store.writing(name) as transaction:
        record = find_realm(transaction)
        if record is None:
            raise RealmGoneError(f"realm {name!r}")
        record = replace(
            record,
            clock=Clock(ClockMode.RUNNING, record.made_clock or now, now),
            policy=record.made_policy,
        )
        save_realm(transaction, record)
        held = {persona.id: persona for persona in list_personas(transaction)}
        clear_realm(transaction, keep=KEPT_BY_RESET)
        for persona in load_personas(record.clock.now(now)):
            if persona.id in held and persona.space is not None:
                _add_space(transaction, rules, record.policy, persona.space, persona.conversion)
    return record


def delete_realm(store: Store, name: str) -> bool:
    """Forget the realm and all that is its own; False when there was none."""
    with store.writing(name) as transaction:
        found = find_realm(transaction) is not None
        clear_realm(transaction, keep=frozenset())
    return found


KEPT_BY_RESET = frozenset({"realms", "personas", "certificates", "journal"})


def add_personas(
    transaction: Transaction,
    authority: Authority,
    rules: Rules,
    policy: Policy,
    personas: Iterable[Persona],
    start: datetime,
) -> None:
    """Give the realm people: spaces, certificates, and the credentials of those who are converted already."""
    for position, persona in enumerate(personas):
        ends = persona.certificate_ends
        pair = dress(
            persona.case,
            authority,
            persona.common_name,
            start,
            datetime.combine(ends, time(23, 59, 59), PARIS) if ends else None,
        )
        held = HeldCertificate(
            pair.certificate.fingerprint(SHA256()).hex(), pair.certificate_pem, pair.key_pem
        )
        number = persona.space.subscriber_number if persona.space else None
        revoked = persona.case is CertificateCase.REVOKED
        add_certificate(transaction, held, CertificateRecord(number, revoked))
        record = PersonaRecord(
            id=persona.id,
            title=persona.title,
            name=persona.common_name,
            case=persona.case,
            subscriber_number=number,
            fingerprint=held.fingerprint,
            store_with=persona.store_with,
            password=persona.conversion.password if persona.conversion else None,
        )
        add_persona(transaction, record, position)
        if persona.space is not None:
            _add_space(transaction, rules, policy, persona.space, persona.conversion)


def _add_space(
    transaction: Transaction, rules: Rules, policy: Policy, space: Space, conversion: Conversion | None
) -> None:
    key = rules.email_key(space.email)
    if conversion is not None:
        hashed = hash_password(conversion.password, policy.password_hash_cost)
        credentials = Credentials(space.email, hashed, conversion.question, conversion.answer)
        space = converted(space, credentials, conversion.registered_at)
        put_claim(transaction, key, space.subscriber_number, None)
    add_space(transaction, space, key)
