"""TLS of portal and gate, and the parser of the client certificates.

The gate accepts in the handshake, and passes to the application: no certificate, an expired one, one of the
stranger. The handshake fails, and is reported, for a certificate for servers or of a foreign issuer. The
domain judges dates, revocation and space, on the realm's clock. Source: rules ACC-2 to ACC-4.
"""

import ssl
from collections.abc import Callable
from functools import lru_cache
from tempfile import NamedTemporaryFile

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID

from maquette.simulator.domain.certificate import CertificateFacts
from maquette.simulator.pki.authority import Authority

# OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which `ssl` does not name.
_NO_CHECK_TIME = 0x200000


def server_context(authority: Authority) -> ssl.SSLContext:
    """TLS of the portal: the doors' certificate, TLS 1.2 or later, no client certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # `ssl` reads keys from files only; this file is private to this user.
    with NamedTemporaryFile(prefix="maquette-") as file:
        file.write(authority.chain_pem(authority.server) + authority.server.key_pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context


def gate_context(authority: Authority, on_failed_handshake: Callable[[str], None]) -> ssl.SSLContext:
    """TLS of the gate: it requests a client certificate, which may be missing.

    `on_failed_handshake` is called with one sentence for each failed handshake, before any realm is known.
    """
    context = server_context(authority)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.verify_flags |= _NO_CHECK_TIME
    context.load_verify_locations(
        cadata=(
            authority.root_pem + authority.intermediate.certificate_pem + authority.stranger.certificate_pem
        ).decode()
    )

    class ReportingConnection(ssl.SSLObject):
        """A connection that reports its failed handshake: asyncio does not log it."""

        def do_handshake(self) -> None:
            try:
                super().do_handshake()
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                raise
            except ssl.SSLError as error:
                on_failed_handshake(_sentence(error))
                raise

    context.sslobject_class = ReportingConnection
    return context


def read_certificate(der: bytes, authority: Authority) -> CertificateFacts:
    """Parse a presented certificate; a signature identifies its issuer, and the issuer's name does not.

    A certificate without extended usages is for clients as well. Raises ValueError for other octets.
    """
    return _facts(der, authority.intermediate.certificate)


@lru_cache(maxsize=1000)
def _facts(der: bytes, issuer: x509.Certificate) -> CertificateFacts:
    """Parse a certificate once: all requests of a person present the same one, and a signature is costly."""
    certificate = x509.load_der_x509_certificate(der)
    return CertificateFacts(
        fingerprint=certificate.fingerprint(SHA256()).hex(),
        subject=certificate.subject.rfc4514_string(),
        issuer_known=_is_issued_by(certificate, issuer),
        for_clients=_is_for_clients(certificate),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
    )


def _is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_for_clients(certificate: x509.Certificate) -> bool:
    try:
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.CLIENT_AUTH in usages


def _sentence(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"The certificate presented was refused in the handshake: {error.verify_message}."
    reason = (error.reason or "connection closed").lower().replace("_", " ")
    _, alert, description = reason.partition("alert ")
    if alert:
        return f"The client broke off the handshake: {description}."
    return f"The handshake failed: {reason}."
