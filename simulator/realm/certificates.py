"""Issuing the certificates of personas: each when it is asked for, once, and the same for ever after.

When it is valid was decided when its persona was made, and moving the clock does not change it. A realm of a
hundred thousand people costs no key until somebody wants to be one of them. Source: portal.md §5, §6.
"""

from cryptography.hazmat.primitives.hashes import SHA256

from maquette.simulator.domain.certificate import CertificateCase, CertificateRecord
from maquette.simulator.pki.authority import Authority, AuthorityError, KeyPair
from maquette.simulator.pki.certificate_cases import dress
from maquette.simulator.store.database import Store, Transaction, get_setting, put_setting
from maquette.simulator.store.personas import (
    HeldCertificate,
    PersonaRecord,
    find_persona,
    get_certificate,
    give_certificate,
    list_personas,
)

_AUTHORITY = "authority"
"""The setting that names the authority whose certificates lie in the database."""


def check_authority(store: Store, authority: Authority, *, claim: bool = False) -> None:
    """Refuse a database whose certificates another authority issued, with an AuthorityError.

    With `claim`, a database that has no certificates yet belongs to this authority from now on.
    """
    with store.writing("") if claim else store.reading("") as transaction:
        known = get_setting(transaction, _AUTHORITY)
        if known is None and claim:
            put_setting(transaction, _AUTHORITY, authority.fingerprint)
    if known not in {None, authority.fingerprint}:
        raise AuthorityError(
            "the database has certificates of another authority than the one in this data folder: "
            "give the data folder that it was first used with, or a copy of its folder pki"
        )


def ask_for_certificate(
    store: Store, authority: Authority, realm: str, persona_id: str
) -> tuple[PersonaRecord, KeyPair] | None:
    """The persona with its certificate, issued now if nobody has asked before; None for no such persona."""
    with store.reading(realm) as transaction:
        persona = find_persona(transaction, persona_id)
        if persona is None:
            return None
        if persona.fingerprint is not None:
            return persona, _held(transaction, persona.fingerprint)
    with store.writing(realm) as transaction:
        persona = find_persona(transaction, persona_id)
        if persona is None:
            return None
        if persona.fingerprint is not None:  # another process was faster
            return persona, _held(transaction, persona.fingerprint)
        return persona, _issue(transaction, authority, persona)


def ask_for_certificates(
    store: Store, authority: Authority, realm: str, *, after: int, most: int
) -> list[tuple[PersonaRecord, KeyPair]]:
    """At most `most` personas with a position above `after`, with their certificates, issued if need be."""
    with store.writing(realm) as transaction:
        return [
            (
                persona,
                _issue(transaction, authority, persona)
                if persona.fingerprint is None
                else _held(transaction, persona.fingerprint),
            )
            for persona in list_personas(transaction, after=after, most=most)
        ]


def _held(transaction: Transaction, fingerprint: str) -> KeyPair:
    held = get_certificate(transaction, fingerprint)
    return KeyPair.from_pem(held.certificate_pem, held.key_pem)


def _issue(transaction: Transaction, authority: Authority, persona: PersonaRecord) -> KeyPair:
    pair = dress(
        persona.case,
        authority,
        persona.name,
        persona.certificate_not_before,
        persona.certificate_not_after,
    )
    held = HeldCertificate(pair.certificate.fingerprint(SHA256()).hex(), pair.certificate_pem, pair.key_pem)
    revoked = persona.case is CertificateCase.REVOKED
    give_certificate(transaction, persona.id, held, CertificateRecord(persona.subscriber_number, revoked))
    return pair
