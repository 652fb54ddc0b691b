"""The personas of a realm, and the certificates that they hold."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from maquette.simulator.domain.certificate import CertificateCase, CertificateRecord
from maquette.simulator.store.database import Row, Transaction
from maquette.simulator.store.instants import from_seconds, to_seconds


@dataclass(frozen=True, slots=True)
class PersonaRecord:
    """A persona of a realm: its purpose, the number of its space (None: tied to no space), its certificate.

    `position` gives the list its order, with gaps. The validity of the certificate is known from the start;
    `fingerprint` is None until the certificate is requested. `password` is the published password of a space
    that was converted when the realm was made; no password that a person chooses is ever stored here
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
    """The names by which a persona is found: `email` is the address on file, None without a space."""

    id: str
    name: str
    subscriber_number: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class StoredCertificate:
    """A certificate with its key, both as PEM."""

    fingerprint: str
    certificate_pem: bytes
    key_pem: bytes


_COLUMNS = """
    id, position, title, name, "case", subscriber_number, certificate_not_before, certificate_not_after,
    store_with, password, fingerprint
"""
_PERSONA = f"SELECT {_COLUMNS} FROM personas WHERE realm = :realm"


def add_persona_records(transaction: Transaction, added: Iterable[PersonaRecord]) -> None:
    """Store new personas."""
    transaction.add_rows(
        f"""
        INSERT INTO personas (realm, {_COLUMNS}) VALUES
        (:realm, :id, :position, :title, :name, :case, :subscriber_number, :certificate_not_before,
         :certificate_not_after, :store_with, :password, :fingerprint)
        """,
        [
            {
                "id": persona.id,
                "position": persona.position,
                "title": persona.title,
                "name": persona.name,
                "case": persona.case.value,
                "subscriber_number": persona.subscriber_number,
                "certificate_not_before": to_seconds(persona.certificate_not_before),
                "certificate_not_after": to_seconds(persona.certificate_not_after),
                "store_with": json.dumps(persona.store_with),
                "password": persona.password,
                "fingerprint": persona.fingerprint,
            }
            for persona in added
        ],
    )


def list_personas(
    transaction: Transaction, *, after: int = -1, skip: int = 0, most: int | None = None
) -> list[PersonaRecord]:
    """At most `most` of the realm's personas in their order, from those with a position above `after`."""
    rows = transaction.rows(
        f"{_PERSONA} AND position > :after ORDER BY position LIMIT :most OFFSET :skip",
        after=after,
        most=_ALL if most is None else most,
        skip=skip,
    )
    return list(map(_persona, rows))


def find_persona(transaction: Transaction, persona_id: str) -> PersonaRecord | None:
    """One persona, or None."""
    row = transaction.row(f"{_PERSONA} AND id = :id", id=persona_id)
    return None if row is None else _persona(row)


def last_position(transaction: Transaction) -> int:
    """The position of the last of the realm's personas; -1 when there is none."""
    last: int = transaction.value("SELECT COALESCE(MAX(position), -1) FROM personas WHERE realm = :realm")
    return last


def count_personas(transaction: Transaction) -> int:
    """How many personas the realm has."""
    count: int = transaction.value("SELECT COUNT(*) FROM personas WHERE realm = :realm")
    return count


def remove_personas(transaction: Transaction, *, after: int) -> None:
    """Delete the personas with a position above `after`, and their certificates."""
    transaction.change(
        """
        DELETE FROM certificates WHERE realm = :realm AND fingerprint IN (
            SELECT fingerprint FROM personas WHERE realm = :realm AND position > :after
        )
        """,
        after=after,
    )
    transaction.change("DELETE FROM personas WHERE realm = :realm AND position > :after", after=after)


def put_personas(transaction: Transaction, people: Collection[PersonaRecord]) -> None:
    """Replace the realm's personas by these, and delete the certificates that none of them holds."""
    transaction.change("DELETE FROM personas WHERE realm = :realm")
    add_persona_records(transaction, people)
    transaction.change(
        """
        DELETE FROM certificates WHERE realm = :realm AND fingerprint NOT IN (
            SELECT fingerprint FROM personas WHERE realm = :realm AND fingerprint IS NOT NULL
        )
        """
    )


def set_password(transaction: Transaction, persona_id: str, password: str | None) -> None:
    """Store the published password of the persona's space."""
    transaction.change(
        "UPDATE personas SET password = :password WHERE realm = :realm AND id = :id",
        password=password,
        id=persona_id,
    )


def forget_password(transaction: Transaction, subscriber_number: str) -> None:
    """Delete the persona's published password: the space has another one now."""
    transaction.change(
        "UPDATE personas SET password = NULL WHERE realm = :realm AND subscriber_number = :number",
        number=subscriber_number,
    )


def names_of_holders(transaction: Transaction, numbers: Collection[str]) -> dict[str, str]:
    """The names of the personas who hold these spaces, by the spaces' numbers."""
    return dict(
        transaction.rows(
            """
            SELECT subscriber_number, name FROM personas
            WHERE realm = :realm AND subscriber_number IN (:numbers)
            """,
            numbers=list(numbers),
        )
    )


def list_holders(transaction: Transaction, numbers: Collection[str]) -> list[PersonaRecord]:
    """The personas who hold these spaces, in their order."""
    rows = transaction.rows(
        f"{_PERSONA} AND subscriber_number IN (:numbers) ORDER BY position", numbers=list(numbers)
    )
    return list(map(_persona, rows))


def names_by_fingerprint(transaction: Transaction, fingerprints: Collection[str]) -> dict[str, str]:
    """The names of the personas who hold these certificates, by the certificates' fingerprints."""
    return dict(
        transaction.rows(
            "SELECT fingerprint, name FROM personas WHERE realm = :realm AND fingerprint IN (:fingerprints)",
            fingerprints=list(fingerprints),
        )
    )


def list_persona_names(transaction: Transaction) -> list[PersonaName]:
    """Return the names of all personas of the realm, in their order."""
    rows = transaction.rows(
        """
        SELECT personas.id, personas.name, personas.subscriber_number, spaces.email
        FROM personas LEFT JOIN spaces USING (realm, subscriber_number)
        WHERE personas.realm = :realm ORDER BY personas.position
        """
    )
    return [PersonaName(*row) for row in rows]


def give_certificate(
    transaction: Transaction, persona_id: str, held: StoredCertificate, record: CertificateRecord
) -> None:
    """Store the persona's certificate, its key, and what the realm knows of it."""
    transaction.change(
        """
        INSERT INTO certificates (realm, fingerprint, subscriber_number, revoked, certificate_pem, key_pem)
        VALUES (:realm, :fingerprint, :subscriber_number, :revoked, :certificate_pem, :key_pem)
        """,
        fingerprint=held.fingerprint,
        subscriber_number=record.subscriber_number,
        revoked=record.revoked,
        certificate_pem=held.certificate_pem,
        key_pem=held.key_pem,
    )
    transaction.change(
        "UPDATE personas SET fingerprint = :fingerprint WHERE realm = :realm AND id = :id",
        fingerprint=held.fingerprint,
        id=persona_id,
    )


def find_certificate_record(transaction: Transaction, fingerprint: str) -> CertificateRecord | None:
    """What the realm knows of the certificate, or None when it is not one of its own."""
    row = transaction.row(
        """
        SELECT subscriber_number, revoked FROM certificates
        WHERE realm = :realm AND fingerprint = :fingerprint
        """,
        fingerprint=fingerprint,
    )
    if row is None:
        return None
    subscriber_number, revoked = row
    return CertificateRecord(subscriber_number, bool(revoked))


def get_certificate(transaction: Transaction, fingerprint: str) -> StoredCertificate:
    """A persona's certificate with its key; it must exist."""
    row = transaction.row(
        """
        SELECT fingerprint, certificate_pem, key_pem FROM certificates
        WHERE realm = :realm AND fingerprint = :fingerprint
        """,
        fingerprint=fingerprint,
    )
    if row is None:
        raise LookupError(f"no certificate {fingerprint!r} in realm {transaction.realm!r}")
    return StoredCertificate(*row)


_ALL = 2**31 - 1
"""A limit that no realm's personas reach."""


def _persona(row: Row) -> PersonaRecord:
    (
        persona_id, position, title, name, case, subscriber_number, not_before, not_after, store_with,
        password, fingerprint,
    ) = row  # fmt: skip
    return PersonaRecord(
        id=persona_id,
        position=position,
        title=title,
        name=name,
        case=CertificateCase(case),
        subscriber_number=subscriber_number,
        certificate_not_before=from_seconds(not_before),
        certificate_not_after=from_seconds(not_after),
        store_with=tuple(json.loads(store_with)),
        password=password,
        fingerprint=fingerprint,
    )
