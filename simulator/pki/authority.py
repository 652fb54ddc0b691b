"""The authority: a constrained root, the intermediate that issues, the doors' certificate, and a stranger.

It decides the content of each certificate. The root's key is destroyed after it has signed the intermediate.
So the remaining keys can issue for constrained names only, even for a program that ignores the constraints of
a trusted root. The stranger is a root that no door accepts (ACC-4). It does not know files, realms or the
present time. Source: rules ACC-2, ACC-4.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from ipaddress import ip_network
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12 as pkcs12_format
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from maquette.simulator.domain.clock import whole_seconds
from maquette.simulator.pki.names import LOCAL_NAMES, as_address, normalized_names

AUTHORITY_BEGINS = datetime(2000, 1, 1, tzinfo=UTC)
AUTHORITY_LASTS = timedelta(days=3652)
SERVER_BACKDATED = timedelta(days=1)
# Apple's systems refuse server certificates of more than 825 days, locally trusted ones too.
SERVER_LASTS = timedelta(days=820)

RESERVED_NAMES = ("localhost", "example", "test")
LOOPBACK_NETWORKS = ("127.0.0.0/8", "::1/128")

# The library's default of 20,000 rounds costs six times as much and protects a published password no better.
PKCS12_ROUNDS = 2_048

BUNDLE_PASSWORD = "maquette"  # noqa: S105 - of test bundles, whose keys open nothing but the replica


class AuthorityError(Exception):
    """The authority cannot be loaded; the message is for the user, and says what to do."""


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def from_pem(cls, certificate_pem: bytes, key_pem: bytes) -> Self:
        """Parse a pair written by `certificate_pem` and `key_pem`; raises ValueError for other texts."""
        key = serialization.load_pem_private_key(key_pem, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise ValueError("the key is not an elliptic-curve key")
        return cls(x509.load_pem_x509_certificate(certificate_pem), key)

    @property
    def certificate_pem(self) -> bytes:
        """The certificate in PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key in PEM (PKCS #8), not encrypted."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


@dataclass(frozen=True, slots=True)
class Issuer(KeyPair):
    """A key pair that signs certificates."""

    def issue_client(self, common_name: str, not_before: datetime, not_after: datetime) -> KeyPair:
        """Issue a certificate that identifies a person; both ends belong to its validity.

        `common_name` is the name of a person, of 64 characters at most. OpenSSL checks a name that looks like
        a host (`lila.rosemonde`) against the name constraints. Raises ValueError when it ends before it
        begins.
        """
        return self._issue(common_name, ExtendedKeyUsageOID.CLIENT_AUTH, not_before, not_after)

    def issue_for_servers(self, common_name: str, not_before: datetime, not_after: datetime) -> KeyPair:
        """Issue the same with the usage of a server's certificate: TLS refuses it from a person (ACC-4)."""
        return self._issue(common_name, ExtendedKeyUsageOID.SERVER_AUTH, not_before, not_after)

    def _issue(
        self, common_name: str, usage: ObjectIdentifier, not_before: datetime, not_after: datetime
    ) -> KeyPair:
        key = _new_key()
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
                x509.NameAttribute(NameOID.COMMON_NAME, common_name),
            ]
        )
        extensions = _leaf_extensions(usage)
        return KeyPair(_certificate(subject, key, self, not_before, not_after, extensions), key)


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority of an installation; `names` are the additional names and addresses of its doors."""

    root: x509.Certificate
    intermediate: Issuer
    stranger: Issuer
    server: KeyPair
    names: tuple[str, ...]

    @property
    def root_pem(self) -> bytes:
        """The root in PEM, for browsers to trust."""
        return self.root.public_bytes(serialization.Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the root, in lower-case hexadecimal."""
        return self.root.fingerprint(hashes.SHA256()).hex()

    def chain(self, pair: KeyPair) -> tuple[x509.Certificate, ...]:
        """Return the certificates between the pair's certificate and its root."""
        if pair.certificate.issuer == self.stranger.certificate.subject:
            return ()
        return (self.intermediate.certificate,)

    def chain_pem(self, pair: KeyPair) -> bytes:
        """Return the pair's certificate and its chain in PEM, as a TLS server or client sends them."""
        return pair.certificate_pem + b"".join(
            link.public_bytes(serialization.Encoding.PEM) for link in self.chain(pair)
        )


def make_authority(names: Sequence[str], real_now: datetime) -> Authority:
    """Make an authority in memory, for this machine and for further names and addresses.

    Root, intermediate and stranger are valid from 2000, so that a realm may be in the past, to ten years from
    now. Raises UnusableNameError.
    """
    further = normalized_names(names)
    constraints = _constraints(further)
    ends = real_now + AUTHORITY_LASTS
    root = _new_issuer("Maquette training root", None, ends, constraints)
    intermediate = _new_issuer("Maquette training authority", root, ends, constraints)
    key = _new_key()
    return Authority(
        root=root.certificate,
        intermediate=intermediate,
        stranger=_new_issuer("Maquette unknown authority", None, ends, constraints),
        server=KeyPair(server_certificate(intermediate, key, further, real_now), key),
        names=further,
    )


def server_certificate(
    intermediate: Issuer, key: ec.EllipticCurvePrivateKey, names: Sequence[str], real_now: datetime
) -> x509.Certificate:
    """Issue a certificate for the doors, valid at the real present: browsers check it on their own clock.

    It ends before the intermediate does.
    """
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    alternatives = x509.SubjectAlternativeName([_general_name(name) for name in (*LOCAL_NAMES, *names)])
    extensions = [*_leaf_extensions(ExtendedKeyUsageOID.SERVER_AUTH), (alternatives, False)]
    ends = min(real_now + SERVER_LASTS, intermediate.certificate.not_valid_after_utc)
    return _certificate(subject, key, intermediate, real_now - SERVER_BACKDATED, ends, extensions)


def pkcs12(
    pair: KeyPair, issuer_chain: Sequence[x509.Certificate], password: str, friendly_name: str
) -> bytes:
    """Return the pair and its chain as a PKCS #12 file that Chromium, Firefox, Windows and NSS import."""
    encryption = (
        serialization.PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(PKCS12_ROUNDS)
        .key_cert_algorithm(pkcs12_format.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(password.encode())
    )
    return pkcs12_format.serialize_key_and_certificates(
        friendly_name.encode(), pair.key, pair.certificate, issuer_chain, encryption
    )


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _new_issuer(
    title: str, signer: Issuer | None, ends: datetime, constraints: x509.NameConstraints
) -> Issuer:
    key = _new_key()
    # A part of the key is in the name, so that the roots of two installations differ in a trust store.
    mark = sha256(
        key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
    ).hexdigest()[:8]
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Maquette"),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{title} {mark}"),
        ]
    )
    extensions: list[tuple[x509.ExtensionType, bool]] = [
        (x509.BasicConstraints(ca=True, path_length=1 if signer is None else 0), True),
        (_key_usage(signs_certificates=True), True),
        # Without usages, a mail certificate for any domain would still verify under the root.
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), False),
        (constraints, True),
    ]
    return Issuer(_certificate(subject, key, signer, AUTHORITY_BEGINS, ends, extensions), key)


def _constraints(names: Sequence[str]) -> x509.NameConstraints:
    permitted: list[x509.GeneralName] = [x509.DNSName(name) for name in RESERVED_NAMES]
    permitted += [x509.IPAddress(ip_network(network)) for network in LOOPBACK_NETWORKS]
    for name in names:
        address = as_address(name)
        permitted.append(x509.DNSName(name) if address is None else x509.IPAddress(ip_network(address)))
    return x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None)


def _general_name(name: str) -> x509.GeneralName:
    address = as_address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def _leaf_extensions(usage: ObjectIdentifier) -> list[tuple[x509.ExtensionType, bool]]:
    return [
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_key_usage(signs_certificates=False), True),
        (x509.ExtendedKeyUsage([usage]), False),
    ]


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _certificate(
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signer: Issuer | None,
    not_before: datetime,
    not_after: datetime,
    extensions: Iterable[tuple[x509.ExtensionType, bool]],
) -> x509.Certificate:
    signing_key = key if signer is None else signer.key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if signer is None else signer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(whole_seconds(not_before))
        .not_valid_after(whole_seconds(not_after))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False
        )
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(signing_key, hashes.SHA256())
