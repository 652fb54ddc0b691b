"""Real handshakes: certificates that reach the page, certificates that TLS refuses, and the reports."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from handshakes import Door, certificate_of_case, serve

from maquette.simulator.domain.certificate import CertificateCase, CertificateFacts
from maquette.simulator.pki.authority import Authority, Issuer, KeyPair, make_authority
from maquette.simulator.pki.tls import gate_context, read_certificate, server_context

Context = Callable[..., ssl.SSLContext]
Visit = Callable[..., Awaitable[str]]

BOTH_VERSIONS = pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
PAST_TLS = [case for case in CertificateCase if case is not CertificateCase.SERVER_CERTIFICATE]


def presented(pair: KeyPair, *chain: x509.Certificate) -> bytes:
    links = b"".join(link.public_bytes(Encoding.PEM) for link in chain)
    return pair.certificate_pem + links + pair.key_pem


def der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


async def broken_off(visit: Visit, door: Door, context: ssl.SSLContext) -> None:
    """Check that the visit ends without a page."""
    with pytest.raises(OSError):  # noqa: PT011 - what a client says of it varies
        await visit(door, context)


async def next_failure(door: Door) -> str:
    return await asyncio.wait_for(door.failures.get(), timeout=10)


@pytest.mark.rule("ACC-2")
@pytest.mark.rule("ACC-4")
@BOTH_VERSIONS
@pytest.mark.parametrize("case", PAST_TLS)
async def test_certificates_that_the_application_judges_reach_it(
    case: CertificateCase,
    version: ssl.TLSVersion,
    gate: Door,
    authority: Authority,
    real_now: datetime,
    client_context: Context,
    visit: Visit,
) -> None:
    worn = certificate_of_case(case, authority, real_now)
    context = client_context(presented(worn, *authority.chain(worn)), version)
    assert await visit(gate, context) == "reached"
    assert gate.seen == [
        CertificateFacts(
            fingerprint=worn.certificate.fingerprint(hashes.SHA256()).hex(),
            subject="CN=Lila ROSEMONDE,C=FR",
            issuer_known=case is not CertificateCase.UNKNOWN_ISSUER,
            for_clients=True,
            not_before=worn.certificate.not_valid_before_utc,
            not_after=worn.certificate.not_valid_after_utc,
        )
    ]
    assert gate.failures.empty()


@BOTH_VERSIONS
async def test_a_certificate_presented_without_its_chain_reaches_the_application(
    version: ssl.TLSVersion,
    gate: Door,
    authority: Authority,
    real_now: datetime,
    client_context: Context,
    visit: Visit,
) -> None:
    worn = certificate_of_case(CertificateCase.VALID, authority, real_now)
    await visit(gate, client_context(presented(worn), version))
    assert [facts and facts.issuer_known for facts in gate.seen] == [True]


@pytest.mark.rule("ACC-4")
@BOTH_VERSIONS
async def test_a_connection_without_a_certificate_reaches_the_application_as_none(
    version: ssl.TLSVersion, gate: Door, client_context: Context, visit: Visit
) -> None:
    assert await visit(gate, client_context(None, version)) == "reached"
    assert gate.seen == [None]
    assert gate.failures.empty()


@BOTH_VERSIONS
async def test_the_portal_asks_for_no_certificate(
    version: ssl.TLSVersion,
    portal: Door,
    authority: Authority,
    real_now: datetime,
    client_context: Context,
    visit: Visit,
) -> None:
    worn = certificate_of_case(CertificateCase.VALID, authority, real_now)
    assert await visit(portal, client_context(presented(worn), version)) == "reached"
    assert portal.seen == [None]


@pytest.mark.rule("ACC-4")
@BOTH_VERSIONS
async def test_a_server_s_certificate_ends_in_the_handshake_and_is_reported_once(
    version: ssl.TLSVersion,
    gate: Door,
    authority: Authority,
    real_now: datetime,
    client_context: Context,
    visit: Visit,
) -> None:
    worn = certificate_of_case(CertificateCase.SERVER_CERTIFICATE, authority, real_now)
    await broken_off(visit, gate, client_context(presented(worn, *authority.chain(worn)), version))
    report = await next_failure(gate)
    assert report.startswith("The certificate presented was refused in the handshake: ")
    assert "purpose" in report
    assert gate.failures.empty()
    assert gate.seen == []


@pytest.mark.rule("ACC-4")
@BOTH_VERSIONS
async def test_a_foreign_authority_s_certificate_ends_in_the_handshake_and_is_reported(
    version: ssl.TLSVersion,
    gate: Door,
    real_now: datetime,
    client_context: Context,
    visit: Visit,
) -> None:
    foreign = make_authority([], real_now)
    worn = certificate_of_case(CertificateCase.VALID, foreign, real_now)
    await broken_off(visit, gate, client_context(presented(worn, *foreign.chain(worn)), version))
    assert (await next_failure(gate)).startswith("The certificate presented was refused in the handshake: ")
    assert gate.seen == []


@BOTH_VERSIONS
async def test_the_gate_goes_on_after_a_failed_handshake(
    version: ssl.TLSVersion,
    gate: Door,
    authority: Authority,
    real_now: datetime,
    client_context: Context,
    visit: Visit,
) -> None:
    refused = certificate_of_case(CertificateCase.SERVER_CERTIFICATE, authority, real_now)
    await broken_off(visit, gate, client_context(presented(refused), version))
    taken = certificate_of_case(CertificateCase.VALID, authority, real_now)
    assert await visit(gate, client_context(presented(taken), version)) == "reached"


@BOTH_VERSIONS
async def test_a_browser_that_does_not_trust_the_root_is_reported(
    version: ssl.TLSVersion, gate: Door, visit: Visit
) -> None:
    distrustful = ssl.create_default_context()
    distrustful.minimum_version = distrustful.maximum_version = version
    with pytest.raises(ssl.SSLCertVerificationError):
        await visit(gate, distrustful)
    assert await next_failure(gate) == "The client broke off the handshake: unknown ca."


async def test_plain_http_at_the_gate_is_reported(gate: Door) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", gate.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert await next_failure(gate) == "The handshake failed: http request."
    writer.close()


@pytest.mark.parametrize("door", ["portal", "gate"])
def test_tls_1_1_is_not_spoken(door: str, authority: Authority) -> None:
    context = server_context(authority) if door == "portal" else gate_context(authority, print)
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


async def test_the_doors_are_reached_under_the_ipv6_loopback(
    authority: Authority, client_context: Context, visit: Visit
) -> None:
    try:
        opened = serve(server_context(authority), authority, Door(), "::1")
        async with opened as door:
            assert await visit(door, client_context(), host="::1") == "reached"
    except OSError as error:
        pytest.skip(f"no IPv6 loopback here: {error}")


@pytest.mark.rule("ACC-4")
def test_a_forged_issuer_s_name_makes_no_known_issuer(authority: Authority, real_now: datetime) -> None:
    forged = forger(authority, signer=None).issue_client(
        "Lila ROSEMONDE", real_now, real_now + timedelta(days=9)
    )
    assert forged.certificate.issuer == authority.intermediate.certificate.subject
    assert not read_certificate(der(forged.certificate), authority).issuer_known


@pytest.mark.rule("ACC-4")
@BOTH_VERSIONS
async def test_a_forged_issuer_s_name_is_found_out_even_past_tls(
    version: ssl.TLSVersion,
    gate: Door,
    authority: Authority,
    real_now: datetime,
    client_context: Context,
    visit: Visit,
) -> None:
    """A foreign root that TLS trusts signs an intermediate with the name of ours."""
    impostor = forger(authority, signer=authority.stranger)
    worn = impostor.issue_client("Lila ROSEMONDE", real_now, real_now + timedelta(days=9))
    await visit(gate, client_context(presented(worn, impostor.certificate), version))
    assert [facts and facts.issuer_known for facts in gate.seen] == [False]


def forger(authority: Authority, signer: Issuer | None) -> Issuer:
    """An issuer with the name of our intermediate and another key."""
    ours = authority.intermediate
    key = ec.generate_private_key(ec.SECP256R1())
    signing_key = key if signer is None else signer.key
    certificate = (
        x509.CertificateBuilder()
        .subject_name(ours.certificate.subject)
        .issuer_name(ours.certificate.subject if signer is None else signer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(ours.certificate.not_valid_before_utc)
        .not_valid_after(ours.certificate.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(signing_key, hashes.SHA256())
    )
    return Issuer(certificate, key)


@pytest.mark.parametrize(
    ("usages", "for_clients"),
    [
        (None, True),
        ([ExtendedKeyUsageOID.CLIENT_AUTH], True),
        ([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH], True),
        ([ExtendedKeyUsageOID.SERVER_AUTH], False),
        ([ExtendedKeyUsageOID.EMAIL_PROTECTION], False),
    ],
)
def test_a_certificate_is_for_clients_unless_its_usages_leave_them_out(
    usages: list[x509.ObjectIdentifier] | None,
    for_clients: bool,  # noqa: FBT001 - a column of the table above
    authority: Authority,
    real_now: datetime,
) -> None:
    issuer = authority.intermediate
    builder = (
        x509.CertificateBuilder()
        .subject_name(issuer.certificate.subject)
        .issuer_name(issuer.certificate.subject)
        .public_key(ec.generate_private_key(ec.SECP256R1()).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(real_now)
        .not_valid_after(real_now + timedelta(days=1))
    )
    if usages is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage(usages), critical=False)
    certificate = builder.sign(issuer.key, hashes.SHA256())
    assert read_certificate(der(certificate), authority).for_clients is for_clients


def test_octets_that_are_no_certificate_are_not_read(authority: Authority) -> None:
    with pytest.raises(ValueError, match="pars"):
        read_certificate(b"no certificate", authority)
