"""Issues the certificates of personas: each at the first request for it, and only once.

The validity of a certificate is set when its persona is made; moving the clock does not change it. A realm of
a hundred thousand people has no keys until a request needs one.
"""

from cryptography.hazmat.primitives.hashes import SHA256

from maquette.simulator.domain.certificate import CertificateCase, CertificateRecord
from maquette.simulator.pki.authority import Authority, AuthorityError, KeyPair
from maquette.simulator.pki.certificate_cases import issue_for_case
from maquette.simulator.store.database import Store, Transaction, get_setting, put_setting
from maquette.simulator.store.personas import (
    PersonaRecord,
    StoredCertificate,
    find_persona,
    get_certificate,
    give_certificate,
    list_personas,
)

_AUTHORITY = "authority"
"""The setting that holds the fingerprint of the authority that issued the certificates."""


def check_authority(store: Store, authority: Authority, *, claim: bool = False) -> None:
    """Refuse a database whose certificates another authority issued, with an AuthorityError.

    With `claim`, a database that has no certificates yet belongs to this authority from now on.
    """
    with store.writing("") if claim else store.reading("") as transaction:
        stored = get_setting(transaction, _AUTHORITY)
        if stored is None and claim:
            put_setting(transaction, _AUTHORITY, authority.fingerprint)
    if stored not in {None, authority.fingerprint}:
        raise AuthorityError(
            "the database has certificates of another authority than the one in this data folder: "
            "give the data folder that it was first used with, or a copy of its folder pki"
        )


def get_or_issue_certificate(
    store: Store, authority: Authority, realm: str, persona_id: str
) -> tuple[PersonaRecord, KeyPair] | None:
    """Return the persona with its certificate, issued now if it has none yet; None for an unknown persona."""
    with store.reading(realm) as transaction:
        persona = find_persona(transaction, persona_id)
        if persona is None:
            return None
        if persona.fingerprint is not None:
            return persona, _pair(transaction, authority, persona)
    with store.writing(realm) as transaction:
        persona = find_persona(transaction, persona_id)  # another process may have issued it meanwhile
        return None if persona is None else (persona, _pair(transaction, authority, persona))


def get_or_issue_certificates(
    store: Store, authority: Authority, realm: str, *, after: int, most: int
) -> list[tuple[PersonaRecord, KeyPair]]:
    """Return at most `most` personas with a position above `after`; issue their missing certificates."""
    with store.writing(realm) as transaction:
        personas = list_personas(transaction, after=after, most=most)
        return [(persona, _pair(transaction, authority, persona)) for persona in personas]


def _pair(transaction: Transaction, authority: Authority, persona: PersonaRecord) -> KeyPair:
    """The persona's certificate, issued now if it has none yet."""
    if persona.fingerprint is None:
        return _issue(transaction, authority, persona)
    stored = get_certificate(transaction, persona.fingerprint)
    return KeyPair.from_pem(stored.certificate_pem, stored.key_pem)


def _issue(transaction: Transaction, authority: Authority, persona: PersonaRecord) -> KeyPair:
    pair = issue_for_case(
        persona.case,
        authority,
        persona.name,
        persona.certificate_not_before,
        persona.certificate_not_after,
    )
    stored = StoredCertificate(
        pair.certificate.fingerprint(SHA256()).hex(), pair.certificate_pem, pair.key_pem
    )
    revoked = persona.case is CertificateCase.REVOKED
    give_certificate(transaction, persona.id, stored, CertificateRecord(persona.subscriber_number, revoked))
    return pair
