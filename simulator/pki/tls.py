"""TLS of the two doors, and what is read from the certificate that a person presents.

The gate lets through to the application all that it can: no certificate, one out of its dates, one of the
stranger; a certificate for servers or of a foreign issuer ends in the handshake, and is reported. It judges
nobody: dates, revocation and space are the domain's, on the realm's clock.
Source: portal.md ACC-2 to ACC-4; measured.md "Client certificates".
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
    """TLS of the portal: the doors' certificate, TLS 1.2 or later, nothing asked of the browser."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # `ssl` reads keys from files only; this one is for this user alone.
    with NamedTemporaryFile(prefix="maquette-") as file:
        file.write(authority.chain_pem(authority.server) + authority.server.key_pem)
        file.flush()
        context.load_cert_chain(file.name)
    return context


def gate_context(authority: Authority, on_failed_handshake: Callable[[str], None]) -> ssl.SSLContext:
    """TLS of the gate: a certificate is asked for, and may be missing.

    `on_failed_handshake` gets one sentence for each handshake that fails, before any realm is known.
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
        """A connection that reports its handshake's failure: asyncio neither logs it nor tells anyone."""

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
    """What a presented certificate says, its issuer being known by the signature and not by its name.

    A certificate that names no extended usages is for clients too. Raises ValueError for what is none.
    """
    return _facts(der, authority.intermediate.certificate)


@lru_cache(maxsize=1000)
def _facts(der: bytes, issuer: x509.Certificate) -> CertificateFacts:
    """Read once, as every request of a person at the gate comes with the same one: a signature is dear."""
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
    _, alert, said = reason.partition("alert ")
    if alert:
        return f"The client broke off the handshake: {said}."
    return f"The handshake failed: {reason}."
