"""The gate's judgement: each case's own reason, in order, to the second."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maquette.simulator.domain.certificate import (
    CertificateCase,
    CertificateFacts,
    CertificateRecord,
    PresentedCertificate,
)
from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.rules import RULES

NOW = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)

GOOD = CertificateFacts(
    fingerprint="ab" * 32,
    subject="CN=Lila ROSEMONDE",
    issuer_known=True,
    for_clients=True,
    not_before=NOW - 30 * DAY,
    not_after=NOW + 30 * DAY,
)
OF_LILA = CertificateRecord("20111710000303", revoked=False)
BY_CERTIFICATE = SpaceState.CERTIFICATE


def judge(facts, record, state, now):
    return RULES.certificate.judge(PresentedCertificate(facts, record, state), now)


def test_the_cases_are_those_of_the_specification():
    assert {case.value for case in CertificateCase} == {
        "valid", "ending-soon", "expired", "not-yet-valid", "revoked", "unknown-issuer",
        "server-certificate", "without-space", "converted",
    }  # fmt: skip


@pytest.mark.rule("ACC-3", "ACC-9")
@pytest.mark.parametrize("state", [SpaceState.CERTIFICATE, SpaceState.PENDING])
def test_a_valid_certificate_opens_its_space_while_the_option_is_pending_too(state):
    assert judge(GOOD, OF_LILA, state, NOW) is None


@pytest.mark.rule("ACC-3")
@pytest.mark.parametrize(
    ("from_end", "refusal"), [(-SECOND, None), (0 * SECOND, None), (SECOND, Refusal.CERTIFICATE_EXPIRED)]
)
def test_a_certificate_opens_its_space_up_to_its_last_second(from_end, refusal):
    now = GOOD.not_after + from_end
    assert judge(GOOD, OF_LILA, BY_CERTIFICATE, now) is refusal


@pytest.mark.rule("ACC-3")
@pytest.mark.parametrize(
    ("from_begin", "refusal"),
    [(-SECOND, Refusal.CERTIFICATE_NOT_YET_VALID), (0 * SECOND, None), (SECOND, None)],
)
def test_a_certificate_opens_its_space_from_its_first_second_on(from_begin, refusal):
    now = GOOD.not_before + from_begin
    assert judge(GOOD, OF_LILA, BY_CERTIFICATE, now) is refusal


@pytest.mark.rule("ACC-4")
@pytest.mark.parametrize(
    ("facts", "record", "state", "refusal"),
    [
        (None, None, None, Refusal.CERTIFICATE_MISSING),
        (replace(GOOD, issuer_known=False), OF_LILA, BY_CERTIFICATE, Refusal.CERTIFICATE_UNKNOWN_ISSUER),
        (replace(GOOD, for_clients=False), OF_LILA, BY_CERTIFICATE, Refusal.CERTIFICATE_WRONG_USAGE),
        (GOOD, replace(OF_LILA, revoked=True), BY_CERTIFICATE, Refusal.CERTIFICATE_REVOKED),
        (GOOD, None, None, Refusal.CERTIFICATE_WITHOUT_SPACE),
        (GOOD, CertificateRecord(None, revoked=False), None, Refusal.CERTIFICATE_WITHOUT_SPACE),
        (GOOD, OF_LILA, None, Refusal.CERTIFICATE_WITHOUT_SPACE),
        (GOOD, OF_LILA, SpaceState.PASSWORD, Refusal.SPACE_CONVERTED),
    ],
    ids=lambda value: value.code if isinstance(value, Refusal) else "",
)
def test_each_case_is_refused_with_its_own_reason(facts, record, state, refusal):
    assert judge(facts, record, state, NOW) is refusal


@pytest.mark.rule("ACC-4")
def test_a_forged_signature_is_reported_before_any_other_reason():
    forged = replace(GOOD, issuer_known=False, for_clients=False, not_after=NOW - DAY)
    judged = judge(forged, replace(OF_LILA, revoked=True), SpaceState.PASSWORD, NOW)
    assert judged is Refusal.CERTIFICATE_UNKNOWN_ISSUER


@pytest.mark.rule("ACC-4", "ACC-10")
@pytest.mark.parametrize(
    ("facts", "record", "refusal"),
    [
        (replace(GOOD, not_before=NOW + DAY), OF_LILA, Refusal.CERTIFICATE_NOT_YET_VALID),
        (replace(GOOD, not_after=NOW - DAY), OF_LILA, Refusal.CERTIFICATE_EXPIRED),
        (GOOD, replace(OF_LILA, revoked=True), Refusal.CERTIFICATE_REVOKED),
    ],
)
def test_a_converted_space_s_certificate_is_judged_as_a_certificate_first(facts, record, refusal):
    assert judge(facts, record, SpaceState.PASSWORD, NOW) is refusal


@pytest.mark.rule("ACC-4")
def test_an_expired_certificate_is_expired_whether_or_not_it_was_revoked():
    expired = replace(GOOD, not_after=NOW - SECOND)
    judged = judge(expired, replace(OF_LILA, revoked=True), BY_CERTIFICATE, NOW)
    assert judged is Refusal.CERTIFICATE_EXPIRED
