"""The closed set of refusals, and the reasons kept from the person."""

import re

import pytest

from maquette.fixtures.rules import load_rules
from maquette.simulator.domain.refusals import Reason, Refusal, Refused

CODES = {
    "certificate-missing", "certificate-unknown-issuer", "certificate-wrong-usage",
    "certificate-not-yet-valid", "certificate-expired", "certificate-revoked", "certificate-without-space",
    "space-converted", "session-ended", "session-of-another-certificate", "email-missing", "email-malformed",
    "email-too-long", "email-not-ascii", "email-mismatch", "email-taken", "email-awaiting-activation",
    "email-shared", "password-too-short", "password-too-long", "password-characters", "password-needs-both",
    "password-mismatch", "question-unknown", "answer-missing", "answer-too-long", "answer-characters",
    "option-pending", "activation-refused", "recap-of-another", "login-refused", "message-missing",
    "message-too-long", "message-characters", "class-code-wrong", "form-forged", "form-unreadable",
    "form-too-large", "page-unknown", "method-unknown", "host-unknown", "recovery-refused", "number-missing",
    "outside-refused", "civility-missing", "last-name-missing", "first-name-missing", "phone-malformed",
    "street-missing", "postcode-missing", "town-missing", "country-missing", "identity-too-long",
    "identity-characters", "siren-missing", "siren-invalid", "siren-not-single", "too-many-sirens",
}  # fmt: skip
"""The public codes: other people's scripts wait for them, so none goes or changes without a word."""

WITHOUT_RULE = {
    "class-code-wrong", "form-forged", "form-unreadable", "form-too-large", "page-unknown", "method-unknown",
    "host-unknown", "number-missing",
}  # fmt: skip
FIELDS = {"email", "email_confirmation", "password", "password_confirmation", "question", "answer", "code",
          "message", "class_code", "subscriber_number", "civility", "last_name", "first_name", "phone",
          "street", "postcode", "town", "country", "sirens", None}  # fmt: skip

_FRENCH = re.compile(r"\b(le|la|les|un|une|votre|vos|des|de|ce|cette|ne|n'|est)\b")


def test_no_public_code_has_gone_or_changed():
    assert {refusal.code for refusal in Refusal} >= CODES


def test_every_code_is_unique():
    assert len({refusal.code for refusal in Refusal}) == len(Refusal.__members__)


def test_a_code_is_the_name_in_lower_case_with_hyphens():
    for refusal in Refusal:
        assert refusal.code == refusal.name.lower().replace("_", "-")


def test_a_rule_is_one_of_the_catalogue():
    known = {rule.id for rule in load_rules()}
    for refusal in Refusal:
        assert refusal.rule in known or refusal.code in WITHOUT_RULE, refusal
    assert {refusal.code for refusal in Refusal if refusal.rule is None} == WITHOUT_RULE


def test_a_sentence_is_french_from_capital_to_full_stop():
    for refusal in Refusal:
        assert re.fullmatch(r"[A-ZÀÉÊ][^\n<>{}]{15,250}\.", refusal.sentence), refusal
        assert _FRENCH.search(refusal.sentence.lower()), refusal
        assert "  " not in refusal.sentence, refusal


def test_a_field_is_one_that_a_form_has():
    assert {refusal.field for refusal in Refusal} == FIELDS


@pytest.mark.rule("ACT-14", "OUT-2", "PWD-2", "PWD-4")
@pytest.mark.parametrize(
    "refusal",
    [
        Refusal.ACTIVATION_REFUSED,
        Refusal.LOGIN_REFUSED,
        Refusal.OUTSIDE_REFUSED,
        Refusal.RECOVERY_REFUSED,
    ],
)
def test_the_sentences_that_hide_the_reason_do_not_tell_it(refusal):
    for telling in ("existe", "inconnu", "déjà", "bloqu", "essai", "tentative"):
        assert telling not in refusal.sentence


def test_every_reason_is_unique_and_no_refusal_s_code():
    values = [reason.value for reason in Reason]
    assert len(set(values)) == len(Reason.__members__)
    assert not set(values) & {refusal.code for refusal in Refusal}


def test_only_a_marked_refusal_hides_its_reason():
    assert Refused(Refusal.EMAIL_TAKEN).reason is None
