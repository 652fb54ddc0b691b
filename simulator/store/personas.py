"""The personas of a realm, and the certificates that they hold."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from maquette.simulator.domain.certificate import CertificateCase, CertificateRecord
from maquette.simulator.store.engine import OF_REALM, Transaction
from maquette.simulator.store.schema import certificates, personas, spaces


@dataclass(frozen=True, slots=True)
class PersonaRecord:
    """A persona of a realm: what it is for, its space's number (None: tied to no space), its certificate.

    `position` gives the list its order, with gaps. When its certificate is valid is known from the start;
    `fingerprint` is None until it is asked for. `password` is the published one with which the space of a
    persona began who was converted when the realm was made; no password that a person chooses is ever here
    (CRED-8).
    """

    id: str
    position: int
    title: str
    name: str
    case: CertificateCase
    subscriber_number: str | None
    certificate_not_before: datetime
    certificate_not_after: datetime
    store_with: tuple[str, ...] = ()
    password: str | None = None
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class PersonaName:
    """What a persona is known by: `email` is the one on file, None without a space."""

    id: str
    name: str
    subscriber_number: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate with its key, both as PEM."""

    fingerprint: str
    certificate_pem: bytes
    key_pem: bytes


def add_persona_records(transaction: Transaction, added: Iterable[PersonaRecord]) -> None:
    """Keep new personas."""
    rows = [
        {
            **{name: getattr(persona, name) for name in PersonaRecord.__slots__},
            "realm": transaction.realm,
            "case": persona.case.value,
            "store_with": list(persona.store_with),
        }
        for persona in added
    ]
    transaction.add_rows(_ADD, rows)


def list_personas(
    transaction: Transaction, *, after: int = -1, skip: int = 0, most: int | None = None
) -> list[PersonaRecord]:
    """At most `most` of the realm's personas in their order, from those with a position above `after`."""
    query = (
        sa.select(personas)
        .where(personas.c.realm == transaction.realm, personas.c.position > after)
        .order_by(personas.c.position)
        .limit(most)
        .offset(skip)
    )
    return [_persona(row._mapping) for row in transaction.connection.execute(query)]


def find_persona(transaction: Transaction, persona_id: str) -> PersonaRecord | None:
    """One persona, or None."""
    row = transaction.execute(_ONE, of_id=persona_id).one_or_none()
    return None if row is None else _persona(row._mapping)


def last_position(transaction: Transaction) -> int:
    """The position of the last of the realm's personas; -1 when there is none."""
    query = sa.select(sa.func.max(personas.c.position)).where(personas.c.realm == transaction.realm)
    last = transaction.connection.execute(query).scalar()
    return -1 if last is None else last


def count_personas(transaction: Transaction) -> int:
    """How many personas the realm has."""
    query = sa.select(sa.func.count()).where(personas.c.realm == transaction.realm)
    return transaction.connection.execute(query).scalar_one()


def remove_personas(transaction: Transaction, *, after: int) -> None:
    """Forget the personas with a position above `after`, and their certificates."""
    gone = (personas.c.realm == transaction.realm, personas.c.position > after)
    held = sa.select(personas.c.fingerprint).where(*gone, personas.c.fingerprint.is_not(None))
    transaction.connection.execute(
        sa.delete(certificates).where(
            certificates.c.realm == transaction.realm, certificates.c.fingerprint.in_(held)
        )
    )
    transaction.connection.execute(sa.delete(personas).where(*gone))


def put_personas(transaction: Transaction, people: Collection[PersonaRecord]) -> None:
    """Let these be the realm's personas, in the place of those that it has.

    Certificates that none of them holds are forgotten.
    """
    transaction.connection.execute(sa.delete(personas).where(personas.c.realm == transaction.realm))
    add_persona_records(transaction, people)
    held = sa.select(personas.c.fingerprint).where(
        personas.c.realm == transaction.realm, personas.c.fingerprint.is_not(None)
    )
    transaction.connection.execute(
        sa.delete(certificates).where(
            certificates.c.realm == transaction.realm, certificates.c.fingerprint.not_in(held)
        )
    )


def set_password(transaction: Transaction, persona_id: str, password: str | None) -> None:
    """Keep the published password with which the persona's space is entered."""
    transaction.connection.execute(
        sa.update(personas)
        .where(personas.c.realm == transaction.realm, personas.c.id == persona_id)
        .values(password=password)
    )


def forget_password(transaction: Transaction, subscriber_number: str) -> None:
    """Publish the persona's password no more: the space has another one."""
    transaction.change(_FORGET_PASSWORD, of_number=subscriber_number)


def names_of_holders(transaction: Transaction, numbers: Collection[str]) -> dict[str, str]:
    """The names of the personas who hold these spaces, by the spaces' numbers."""
    query = sa.select(personas.c.subscriber_number, personas.c.name).where(
        personas.c.realm == transaction.realm, personas.c.subscriber_number.in_(numbers)
    )
    return {row.subscriber_number: row.name for row in transaction.connection.execute(query)}


def list_holders(transaction: Transaction, numbers: Collection[str]) -> list[PersonaRecord]:
    """The personas who hold these spaces, in their order."""
    query = sa.select(personas).where(
        personas.c.realm == transaction.realm, personas.c.subscriber_number.in_(numbers)
    )
    return [
        _persona(row._mapping) for row in transaction.connection.execute(query.order_by(personas.c.position))
    ]


def names_by_fingerprint(transaction: Transaction, fingerprints: Collection[str]) -> dict[str, str]:
    """The names of the personas who hold these certificates, by the certificates' fingerprints."""
    query = sa.select(personas.c.fingerprint, personas.c.name).where(
        personas.c.realm == transaction.realm, personas.c.fingerprint.in_(fingerprints)
    )
    return {row.fingerprint: row.name for row in transaction.connection.execute(query)}


def list_persona_names(transaction: Transaction) -> list[PersonaName]:
    """What all of the realm's personas are known by, in their order."""
    query = (
        sa.select(personas.c.id, personas.c.name, personas.c.subscriber_number, spaces.c.email)
        .select_from(
            personas.outerjoin(
                spaces,
                sa.and_(
                    spaces.c.realm == personas.c.realm,
                    spaces.c.subscriber_number == personas.c.subscriber_number,
                ),
            )
        )
        .where(personas.c.realm == transaction.realm)
        .order_by(personas.c.position)
    )
    return [PersonaName(*row) for row in transaction.connection.execute(query)]


def give_certificate(
    transaction: Transaction, persona_id: str, held: HeldCertificate, record: CertificateRecord
) -> None:
    """Keep the persona's certificate, its key, and what the realm knows of it."""
    transaction.change(
        _ADD_CERTIFICATE,
        fingerprint=held.fingerprint,
        certificate_pem=held.certificate_pem,
        key_pem=held.key_pem,
        subscriber_number=record.subscriber_number,
        revoked=record.revoked,
    )
    transaction.change(_WEAR, of_id=persona_id, fingerprint=held.fingerprint)


def find_certificate_record(transaction: Transaction, fingerprint: str) -> CertificateRecord | None:
    """What the realm knows of the certificate, or None when it is not one of its own."""
    row = transaction.first_row(_CERTIFICATE_RECORD, of_fingerprint=fingerprint)
    if row is None:
        return None
    subscriber_number, revoked = row
    return CertificateRecord(subscriber_number, bool(revoked))


def get_certificate(transaction: Transaction, fingerprint: str) -> HeldCertificate:
    """A persona's certificate with its key; it must exist."""
    row = transaction.execute(_CERTIFICATE, of_fingerprint=fingerprint).one()
    return HeldCertificate(row.fingerprint, row.certificate_pem, row.key_pem)


_OF_ID = (personas.c.realm == OF_REALM, personas.c.id == sa.bindparam("of_id"))
_ADD = sa.insert(personas)
_ONE = sa.select(personas).where(*_OF_ID)
_WEAR = sa.update(personas).where(*_OF_ID)
_FORGET_PASSWORD = (
    sa.update(personas)
    .where(personas.c.realm == OF_REALM, personas.c.subscriber_number == sa.bindparam("of_number"))
    .values(password=None)
)
_OF_FINGERPRINT = (
    certificates.c.realm == OF_REALM,
    certificates.c.fingerprint == sa.bindparam("of_fingerprint"),
)
_ADD_CERTIFICATE = sa.insert(certificates).values(realm=OF_REALM)
_CERTIFICATE = sa.select(certificates).where(*_OF_FINGERPRINT)
_CERTIFICATE_RECORD = sa.select(certificates.c.subscriber_number, certificates.c.revoked).where(
    *_OF_FINGERPRINT
)


def _persona(columns: sa.RowMapping) -> PersonaRecord:
    fields = {name: columns[name] for name in PersonaRecord.__slots__}
    fields["case"] = CertificateCase(columns["case"])
    fields["store_with"] = tuple(columns["store_with"])
    return PersonaRecord(**fields)
