"""The personas of a realm, and the certificates that they hold."""

from dataclasses import dataclass

import sqlalchemy as sa

from maquette.simulator.domain.certificate import CertificateCase, CertificateRecord
from maquette.simulator.store.engine import Transaction
from maquette.simulator.store.schema import certificates, personas


@dataclass(frozen=True, slots=True)
class PersonaRecord:
    """A persona of a realm: what it is for, its space's number (None: tied to no space), its certificate.

    `password` is the published one with which the space of an already converted persona began; no password
    that a person chooses is ever here (CRED-8).
    """

    id: str
    title: str
    name: str
    case: CertificateCase
    subscriber_number: str | None
    fingerprint: str
    store_with: tuple[str, ...]
    password: str | None = None


@dataclass(frozen=True, slots=True)
class HeldCertificate:
    """A certificate with its key, both as PEM."""

    fingerprint: str
    certificate_pem: bytes
    key_pem: bytes


def add_persona(transaction: Transaction, persona: PersonaRecord, position: int) -> None:
    """Keep a new persona at its place in the list."""
    transaction.connection.execute(
        sa.insert(personas),
        {
            "realm": transaction.realm,
            "position": position,
            "id": persona.id,
            "title": persona.title,
            "name": persona.name,
            "case": persona.case.value,
            "subscriber_number": persona.subscriber_number,
            "fingerprint": persona.fingerprint,
            "store_with": list(persona.store_with),
            "password": persona.password,
        },
    )


def list_personas(transaction: Transaction) -> list[PersonaRecord]:
    """The realm's personas in their order."""
    query = sa.select(personas).where(personas.c.realm == transaction.realm).order_by(personas.c.position)
    return [_persona(row._mapping) for row in transaction.connection.execute(query)]


def find_persona(transaction: Transaction, persona_id: str) -> PersonaRecord | None:
    """One persona, or None."""
    query = sa.select(personas).where(personas.c.realm == transaction.realm, personas.c.id == persona_id)
    row = transaction.connection.execute(query).one_or_none()
    return None if row is None else _persona(row._mapping)


def add_certificate(transaction: Transaction, held: HeldCertificate, record: CertificateRecord) -> None:
    """Keep a certificate, its key, and what the realm knows of it."""
    transaction.connection.execute(
        sa.insert(certificates),
        {
            "realm": transaction.realm,
            "fingerprint": held.fingerprint,
            "certificate_pem": held.certificate_pem,
            "key_pem": held.key_pem,
            "subscriber_number": record.subscriber_number,
            "revoked": record.revoked,
        },
    )


def find_certificate_record(transaction: Transaction, fingerprint: str) -> CertificateRecord | None:
    """What the realm knows of the certificate, or None when it is not one of its own."""
    query = sa.select(certificates.c.subscriber_number, certificates.c.revoked).where(
        certificates.c.realm == transaction.realm, certificates.c.fingerprint == fingerprint
    )
    row = transaction.connection.execute(query).one_or_none()
    return None if row is None else CertificateRecord(row.subscriber_number, row.revoked)


def get_certificate(transaction: Transaction, fingerprint: str) -> HeldCertificate:
    """A persona's certificate with its key; it must exist."""
    query = sa.select(certificates).where(
        certificates.c.realm == transaction.realm, certificates.c.fingerprint == fingerprint
    )
    row = transaction.connection.execute(query).one()
    return HeldCertificate(row.fingerprint, row.certificate_pem, row.key_pem)


def _persona(columns: sa.RowMapping) -> PersonaRecord:
    return PersonaRecord(
        id=columns["id"],
        title=columns["title"],
        name=columns["name"],
        case=CertificateCase(columns["case"]),
        subscriber_number=columns["subscriber_number"],
        fingerprint=columns["fingerprint"],
        store_with=tuple(columns["store_with"]),
        password=columns["password"],
    )
