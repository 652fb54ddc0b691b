"""The certificate of each case: its judgement on the realm's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from handshakes import certificate_of_case

from maquette.simulator.domain.certificate import CertificateCase, CertificateRecord, PresentedCertificate
from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.rules import RULES
from maquette.simulator.pki.authority import Authority, KeyPair
from maquette.simulator.pki.tls import read_certificate

START = datetime(2011, 6, 9, 7, tzinfo=UTC)
NOVEMBER_2016 = datetime(2016, 11, 27, 22, 59, 59, tzinfo=UTC)

VERDICTS = {
    CertificateCase.VALID: None,
    CertificateCase.ENDING_SOON: None,
    CertificateCase.EXPIRED: Refusal.CERTIFICATE_EXPIRED,
    CertificateCase.NOT_YET_VALID: Refusal.CERTIFICATE_NOT_YET_VALID,
    CertificateCase.REVOKED: Refusal.CERTIFICATE_REVOKED,
    CertificateCase.UNKNOWN_ISSUER: Refusal.CERTIFICATE_UNKNOWN_ISSUER,
    CertificateCase.SERVER_CERTIFICATE: Refusal.CERTIFICATE_WRONG_USAGE,
    CertificateCase.WITHOUT_SPACE: Refusal.CERTIFICATE_WITHOUT_SPACE,
    CertificateCase.CONVERTED: Refusal.SPACE_CONVERTED,
}


def verdict(case: CertificateCase, worn: KeyPair, authority: Authority, now: datetime) -> Refusal | None:
    tied = case is not CertificateCase.WITHOUT_SPACE
    state = SpaceState.PASSWORD if case is CertificateCase.CONVERTED else SpaceState.CERTIFICATE
    presented = PresentedCertificate(
        read_certificate(worn.certificate.public_bytes(Encoding.DER), authority),
        CertificateRecord("20111710000303" if tied else None, revoked=case is CertificateCase.REVOKED),
        state if tied else None,
    )
    return RULES.certificate.judge(presented, now)


@pytest.mark.rule("ACC-3")
@pytest.mark.rule("ACC-4")
@pytest.mark.parametrize("case", CertificateCase)
def test_each_case_is_judged_as_it_says(case: CertificateCase, authority: Authority) -> None:
    worn = certificate_of_case(case, authority, START)
    assert verdict(case, worn, authority, START) is VERDICTS[case]
    assert worn.certificate.subject.rfc4514_string() == "CN=Lila ROSEMONDE,C=FR"


@pytest.mark.rule("ACC-3")
@pytest.mark.parametrize(
    ("case", "before", "edge", "at_edge", "after"),
    [
        (CertificateCase.VALID, None, timedelta(days=1095), None, Refusal.CERTIFICATE_EXPIRED),
        (CertificateCase.ENDING_SOON, None, timedelta(days=20), None, Refusal.CERTIFICATE_EXPIRED),
        (CertificateCase.EXPIRED, None, timedelta(days=-7), None, Refusal.CERTIFICATE_EXPIRED),
        (CertificateCase.NOT_YET_VALID, Refusal.CERTIFICATE_NOT_YET_VALID, timedelta(days=7), None, None),
    ],
)
def test_a_case_changes_at_its_second(
    case: CertificateCase,
    before: Refusal | None,
    edge: timedelta,
    at_edge: Refusal | None,
    after: Refusal | None,
    authority: Authority,
) -> None:
    worn = certificate_of_case(case, authority, START)
    second = timedelta(seconds=1)
    seen = [verdict(case, worn, authority, START + edge + step) for step in (-second, 0 * second, second)]
    assert seen == [before, at_edge, after]


def test_a_certificate_may_be_given_its_end(authority: Authority) -> None:
    worn = certificate_of_case(CertificateCase.VALID, authority, START, NOVEMBER_2016)
    assert worn.certificate.not_valid_after_utc == NOVEMBER_2016
    assert verdict(CertificateCase.VALID, worn, authority, START) is None


@pytest.mark.parametrize("case", [CertificateCase.EXPIRED, CertificateCase.NOT_YET_VALID])
def test_an_end_is_refused_where_the_certificate_is_not_valid_at_the_start(
    case: CertificateCase, authority: Authority
) -> None:
    with pytest.raises(ValueError, match="cannot end"):
        certificate_of_case(case, authority, START, NOVEMBER_2016)


def test_an_end_must_come_after_the_start(authority: Authority) -> None:
    second = timedelta(seconds=1)
    for ends in (START - second, START):
        with pytest.raises(ValueError, match="cannot end"):
            certificate_of_case(CertificateCase.VALID, authority, START, ends)
    worn = certificate_of_case(CertificateCase.VALID, authority, START, START + second)
    assert worn.certificate.not_valid_after_utc == START + second


def test_two_certificates_of_one_case_differ(authority: Authority) -> None:
    worn = [certificate_of_case(CertificateCase.VALID, authority, START) for _ in range(2)]
    assert worn[0].certificate.serial_number != worn[1].certificate.serial_number
    assert worn[0].key_pem != worn[1].key_pem
