"""Judging a client certificate: the reasons for which the gate turns a person away, in order.

Decides from facts alone: who issued it, for what, when it is valid, whether it is revoked, which space it
is tied to. It must not know X.509 or TLS. Source: fiche §1.1, §1.5; rules ACC-3 to ACC-5, ACC-8 to ACC-10.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.session import Session


class CertificateCase(Enum):
    """The cases that the personas wear (portal.md §6)."""

    VALID = "valid"
    ENDING_SOON = "ending-soon"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    REVOKED = "revoked"
    UNKNOWN_ISSUER = "unknown-issuer"
    SERVER_CERTIFICATE = "server-certificate"
    WITHOUT_SPACE = "without-space"
    CONVERTED = "converted"


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What a certificate says of itself, once its signature has been checked.

    `fingerprint` is the SHA-256 of its DER form, in lower-case hexadecimal. `issuer_known` is whether the
    signature of an accepted issuer holds, whatever the issuer's name says.
    """

    fingerprint: str
    subject: str
    issuer_known: bool
    for_clients: bool
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class CertificateRecord:
    """What the realm knows of a certificate: its space (None: tied to none), and whether it is revoked."""

    subscriber_number: str | None
    revoked: bool


def judge_certificate(
    facts: CertificateFacts | None,
    record: CertificateRecord | None,
    state: SpaceState | None,
    now: datetime,
) -> Refusal | None:
    """The reason to turn the certificate away, or None when it opens the space.

    `facts` is None when none was presented, `record` None when the realm does not know it, `state` that of
    the space it is tied to: pending, it still opens it. Both ends of its validity belong to it.
    Source: rules ACC-3, ACC-4, ACC-9, ACC-10.
    """
    if facts is None:
        return Refusal.CERTIFICATE_MISSING
    if not facts.issuer_known:
        return Refusal.CERTIFICATE_UNKNOWN_ISSUER
    if not facts.for_clients:
        return Refusal.CERTIFICATE_WRONG_USAGE
    if now < facts.not_before:
        return Refusal.CERTIFICATE_NOT_YET_VALID
    if now > facts.not_after:
        return Refusal.CERTIFICATE_EXPIRED
    if record is not None and record.revoked:
        return Refusal.CERTIFICATE_REVOKED
    if record is None or record.subscriber_number is None or state is None:
        return Refusal.CERTIFICATE_WITHOUT_SPACE
    if state is SpaceState.PASSWORD:
        return Refusal.SPACE_CONVERTED
    return None


def space_opened(tied_to: str, earlier: Session | None) -> str:  # noqa: ARG001 - nobody else's space
    """The number of the space that an accepted certificate opens: its own.

    `earlier` is the session that the browser had until now, somebody else's maybe. Source: rule ACC-8.
    """
    return tied_to


def notice_shown(notice: str | None) -> str | None:
    """The notice before the browser's certificate store: the policy's text; None for none (ACC-7)."""
    return notice


def leads_outside(refusal: Refusal) -> bool:
    """Whether the page of the refusal names HORS espace as the way out. Source: fiche §1.1, rule ACC-5."""
    return refusal in {
        Refusal.CERTIFICATE_EXPIRED,
        Refusal.CERTIFICATE_REVOKED,
        Refusal.CERTIFICATE_MISSING,
    }
