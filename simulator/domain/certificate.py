"""Judging a client certificate: the reasons for which the gate turns a person away, in order.

Decides from facts alone: issuer, usage, validity, revocation, and the space that the certificate is tied to.
It must not know X.509 or TLS. Source: fiche §1.1, §1.5; rules ACC-3 to ACC-5, ACC-8 to ACC-10.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.session import Session


class CertificateCase(Enum):
    """The kinds of certificate that the personas have."""

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
    """The content of a certificate, after its signature was checked.

    `fingerprint` is the SHA-256 of its DER form, in lower-case hexadecimal. `issuer_known` says whether an
    accepted issuer signed it; the issuer's name alone does not count.
    """

    fingerprint: str
    subject: str
    issuer_known: bool
    for_clients: bool
    not_before: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class CertificateRecord:
    """The realm's record of a certificate: its space (None: tied to none), and whether it is revoked."""

    subscriber_number: str | None
    revoked: bool


@dataclass(frozen=True, slots=True)
class PresentedCertificate:
    """A certificate at the gate: its facts, the realm's record of it, the state of the space it is tied to.

    `facts` is None when the browser presents none, `record` when the realm does not know it, `state` when
    there is no such space.
    """

    facts: CertificateFacts | None
    record: CertificateRecord | None
    state: SpaceState | None


class CertificateRules:
    """The decisions of the gate."""

    def judge(self, presented: PresentedCertificate, now: datetime) -> Refusal | None:
        """The reason to turn the certificate away, or None when it opens the space.

        A pending space still opens. Both ends of the validity belong to it. Rules ACC-3, ACC-4, ACC-9,
        ACC-10.
        """
        facts, record, state = presented.facts, presented.record, presented.state
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

    def space_opened(self, tied_to: str, earlier: Session | None) -> str:  # noqa: ARG002 - not of the earlier one
        """The number of the space that an accepted certificate opens: the one that it is tied to (ACC-8).

        `earlier` is the session that the browser had until now, perhaps another person's.
        """
        return tied_to


LEADING_OUTSIDE = frozenset(
    {Refusal.CERTIFICATE_EXPIRED, Refusal.CERTIFICATE_REVOKED, Refusal.CERTIFICATE_MISSING}
)
"""The refusals whose page names HORS espace as the way out. Source: fiche §1.1, rule ACC-5."""
