"""The authority's certificates: their contents and their name constraints."""

import shutil
import ssl
import subprocess
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest
from cases import cases
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from maquette.simulator.pki.authority import Authority, KeyPair, make_authority, pkcs12

FRENCH = "Lila ROSEMONDE (démonstration)"


def leaf_for(
    authority: Authority,
    name: x509.GeneralName,
    now: datetime,
    usage: ObjectIdentifier = ExtendedKeyUsageOID.SERVER_AUTH,
) -> KeyPair:
    """A certificate for any name and usage, as a thief of the intermediate's key could make it."""
    issuer = authority.intermediate
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "thief")]))
        .issuer_name(issuer.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([name]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
        )
        .sign(issuer.key, hashes.SHA256())
    )
    return KeyPair(certificate, key)


def general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def subject_for(name: str) -> x509.DNSName | x509.IPAddress:
    found = general_name(name)
    assert isinstance(found, (x509.DNSName, x509.IPAddress))
    return found


def openssl_verifies(root: bytes, authority: Authority, leaf: KeyPair, name: str, folder: Path) -> bool:
    """Whether a TLS client that trusts `root` alone accepts the leaf for `name`, in memory."""
    served = folder / "served.pem"
    served.write_bytes(leaf.certificate_pem + authority.intermediate.certificate_pem + leaf.key_pem)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(served)
    client_side = ssl.create_default_context(cadata=root.decode())
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = server_side.wrap_bio(to_server, to_client, server_side=True)
    client = client_side.wrap_bio(to_client, to_server, server_hostname=name)
    for end in (client, server):
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
    try:
        client.do_handshake()
    except ssl.SSLCertVerificationError:
        return False
    return True


def cryptography_verifies(root: x509.Certificate, authority: Authority, leaf: KeyPair, name: str) -> bool:
    verifier = PolicyBuilder().store(Store([root])).build_server_verifier(subject_for(name))
    try:
        verifier.verify(leaf.certificate, [authority.intermediate.certificate])
    except VerificationError:
        return False
    return True


FOREIGN_NAMES = [
    "www.impots.gouv.fr",
    "localhost.fr",
    "notlocalhost",
    "mytest",
    "192.0.2.1",
    "128.0.0.1",
    "::2",
]


@pytest.mark.parametrize("name", FOREIGN_NAMES)
def test_the_root_vouches_for_no_foreign_name_even_with_a_stolen_key(
    name: str, authority: Authority, real_now: datetime, tmp_path: Path
) -> None:
    leaf = leaf_for(authority, general_name(name), real_now)
    assert not openssl_verifies(authority.root_pem, authority, leaf, name, tmp_path)
    assert not cryptography_verifies(authority.root, authority, leaf, name)


@pytest.mark.parametrize(
    "name", ["localhost", "127.0.0.1", "127.255.255.254", "::1", "salle.test", "a.example"]
)
def test_the_root_vouches_for_loopback_and_the_reserved_names(
    name: str, authority: Authority, real_now: datetime, tmp_path: Path
) -> None:
    leaf = leaf_for(authority, general_name(name), real_now)
    assert openssl_verifies(authority.root_pem, authority, leaf, name, tmp_path)
    assert cryptography_verifies(authority.root, authority, leaf, name)


@pytest.mark.parametrize(
    ("name", "vouched"),
    [
        ("192.168.1.8", False),
        ("192.168.1.9", True),
        ("192.168.1.10", False),
        ("salle12.lan", True),
        ("lan", False),
    ],
)
def test_the_root_vouches_for_the_names_given_and_not_for_their_neighbours(
    name: str,
    vouched: bool,  # noqa: FBT001 - a column of the table above
    real_now: datetime,
    tmp_path: Path,
) -> None:
    authority = make_authority(["192.168.1.9", "salle12.lan"], real_now)
    leaf = leaf_for(authority, general_name(name), real_now)
    assert openssl_verifies(authority.root_pem, authority, leaf, name, tmp_path) is vouched


@pytest.mark.parametrize(
    "name", ["localhost", "127.0.0.1", "::1", "salle12.lan", "192.168.1.9", "2001:db8::7"]
)
def test_the_doors_certificate_is_good_for_every_name_of_the_doors(
    name: str, real_now: datetime, tmp_path: Path
) -> None:
    authority = make_authority(["salle12.lan", "192.168.1.9", "2001:db8::7"], real_now)
    assert openssl_verifies(authority.root_pem, authority, authority.server, name, tmp_path)
    assert cryptography_verifies(authority.root, authority, authority.server, name)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
def test_the_root_vouches_for_no_mail_certificate(
    authority: Authority, real_now: datetime, tmp_path: Path
) -> None:
    mail = leaf_for(
        authority, x509.RFC822Name("a@impots.test"), real_now, usage=ExtendedKeyUsageOID.EMAIL_PROTECTION
    )
    files = {
        "root": authority.root_pem,
        "between": authority.intermediate.certificate_pem,
        "leaf": mail.certificate_pem,
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    command = [
        "openssl",
        "verify",
        "-purpose",
        "smimesign",
        "-CAfile",
        "root",
        "-untrusted",
        "between",
        "leaf",
    ]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode != 0
    assert "usage" in result.stderr or "purpose" in result.stderr


def test_root_and_intermediate_carry_critical_constraints_and_usages_for_tls_only(
    authority: Authority,
) -> None:
    for certificate, path_length in ((authority.root, 1), (authority.intermediate.certificate, 0)):
        constraints = certificate.extensions.get_extension_for_class(x509.NameConstraints)
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        key_usage = certificate.extensions.get_extension_for_class(x509.KeyUsage)
        usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        assert constraints.critical
        assert constraints.value.permitted_subtrees == [
            x509.DNSName("localhost"),
            x509.DNSName("example"),
            x509.DNSName("test"),
            x509.IPAddress(ip_network("127.0.0.0/8")),
            x509.IPAddress(ip_network("::1/128")),
        ]
        assert basic.critical
        assert basic.value == x509.BasicConstraints(ca=True, path_length=path_length)
        assert key_usage.critical
        assert set(usages) == {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}


def test_the_authority_covers_realms_of_the_past_and_the_doors_the_real_present(
    authority: Authority, real_now: datetime
) -> None:
    for certificate in (authority.root, authority.intermediate.certificate, authority.stranger.certificate):
        assert certificate.not_valid_before_utc == datetime(2000, 1, 1, tzinfo=UTC)
        assert certificate.not_valid_after_utc == real_now + timedelta(days=3652)
    server = authority.server.certificate
    assert server.not_valid_before_utc == real_now - timedelta(days=1)
    assert server.not_valid_after_utc == real_now + timedelta(days=820)
    assert server.not_valid_after_utc - server.not_valid_before_utc <= timedelta(days=825)


def test_a_client_certificate_names_a_person_and_nothing_else(
    authority: Authority, real_now: datetime
) -> None:
    ends = real_now + timedelta(days=9)
    certificate = authority.intermediate.issue_client("Lila ROSEMONDE", real_now, ends).certificate
    assert certificate.subject.rfc4514_string() == "CN=Lila ROSEMONDE,C=FR"
    assert (certificate.not_valid_before_utc, certificate.not_valid_after_utc) == (real_now, ends)
    usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usages) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)


def test_two_installations_can_be_told_apart_by_the_names_of_their_roots(
    authority: Authority, real_now: datetime
) -> None:
    assert authority.root.subject != make_authority([], real_now).root.subject


def test_a_chain_leads_to_the_root_and_leaves_it_out(authority: Authority, real_now: datetime) -> None:
    ours = authority.intermediate.issue_client("Lila ROSEMONDE", real_now, real_now + timedelta(days=1))
    strange = authority.stranger.issue_client("Lila ROSEMONDE", real_now, real_now + timedelta(days=1))
    assert authority.chain(ours) == (authority.intermediate.certificate,)
    assert authority.chain_pem(ours) == ours.certificate_pem + authority.intermediate.certificate_pem
    assert authority.chain(strange) == ()


def test_a_pkcs12_file_gives_back_the_pair_its_chain_and_its_name(
    authority: Authority, real_now: datetime
) -> None:
    pair = authority.intermediate.issue_client("Lila ROSEMONDE", real_now, real_now + timedelta(days=1))
    opened = load_pkcs12(pkcs12(pair, authority.chain(pair), "secret-12", FRENCH), b"secret-12")
    assert opened.cert is not None
    assert opened.cert.certificate == pair.certificate
    assert opened.cert.friendly_name == FRENCH.encode()
    assert opened.key is not None
    assert isinstance(opened.key, ec.EllipticCurvePrivateKey)
    assert opened.key.private_numbers() == pair.key.private_numbers()
    assert [link.certificate for link in opened.additional_certs] == list(authority.chain(pair))


def test_a_pkcs12_file_stays_shut_without_its_password(authority: Authority, real_now: datetime) -> None:
    pair = authority.intermediate.issue_client("Lila ROSEMONDE", real_now, real_now + timedelta(days=1))
    with pytest.raises(ValueError, match="password"):
        load_pkcs12(pkcs12(pair, (), "secret-12", FRENCH), b"another")


@pytest.mark.skipif(shutil.which("pk12util") is None, reason="needs pk12util (libnss3-tools)")
@pytest.mark.parametrize("case", ["ours", "strange"])
def test_nss_opens_the_pkcs12_file(
    case: str, authority: Authority, real_now: datetime, tmp_path: Path
) -> None:
    issuer = authority.intermediate if case == "ours" else authority.stranger
    pair = issuer.issue_client("Lila ROSEMONDE", real_now, real_now + timedelta(days=1))
    (tmp_path / "lila.p12").write_bytes(pkcs12(pair, authority.chain(pair), "secret-12", FRENCH))
    result = subprocess.run(
        ["pk12util", "-l", "lila.p12", "-W", "secret-12"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert FRENCH in result.stdout
    assert "CN=Lila ROSEMONDE,C=FR" in result.stdout


def test_every_key_is_on_the_curve_p_256(authority: Authority, real_now: datetime) -> None:
    person = authority.intermediate.issue_client("Lila ROSEMONDE", real_now, real_now + timedelta(days=1))
    pairs = (authority.intermediate, authority.stranger, authority.server, person)
    assert {pair.key.curve.name for pair in pairs} == {"secp256r1"}
    loaded = serialization.load_pem_private_key(person.key_pem, password=None)
    assert loaded.public_key() == person.certificate.public_key()


@pytest.mark.parametrize("name", ["fr", "poste-4", "gouv.fr", "www.impots.gouv.fr", "IMPOTS.GOUV.FR."])
def test_a_name_that_would_vouch_for_others_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"would allow all names|name of the administration"):
        make_authority([name], datetime.now(UTC))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (["Salle12.Ecole.TEST."], ("salle12.ecole.test",)),
        (["192.168.1.9", "192.168.1.9"], ("192.168.1.9",)),
        (["2001:0DB8:0::7"], ("2001:db8::7",)),
        (["localhost", "127.0.0.1", "0:0:0:0:0:0:0:1", "poste-4.ecole.test"], ("poste-4.ecole.test",)),
    ],
)
def test_names_are_kept_in_one_form_and_once(
    given: list[str], kept: tuple[str, ...], real_now: datetime
) -> None:
    assert make_authority(given, real_now).names == kept


@cases(
    "name",
    [
        "", ".", "*.ecole.test", "https://ecole.test", "ecole.test:8443", "école.test", "a b", "-a.test",
        "a-.test", "a..test", "a_b.test", "a.test\n", "a" * 64 + ".test", ".".join(["abc"] * 64),
        "192.168.1", "192.168.1.300", "192.168.1.0/24", "[::1]", "fe80::1%eth0", "0.0.0.0", "::", "224.0.0.1",
    ],
)  # fmt: skip
def test_a_text_that_is_neither_host_name_nor_address_is_refused(name: str, real_now: datetime) -> None:
    with pytest.raises(ValueError, match="address"):
        make_authority([name], real_now)
