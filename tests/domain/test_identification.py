"""Identification without certificate or password: every part must be right; the answer may vary."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maquette.simulator.domain.identification import (
    same_answer,
    without_spaces,
)
from maquette.simulator.domain.policy import EmailMatch
from maquette.simulator.domain.refusals import Reason
from maquette.simulator.domain.rules import RULES

rules = RULES.identification

EMAIL, SIREN = "ancienne@courriel.example", "123456782"
CASEFOLD, EXACT = EmailMatch
NOW = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)


@pytest.fixture
def password_space(space, credentials):
    return RULES.space.converted(space, credentials, NOW)


@pytest.mark.rule("OUT-2")
def test_number_address_and_siren_make_the_holder(space):
    assert rules.judge_outside(space, EMAIL, SIREN, CASEFOLD) is None
    assert rules.judge_outside(space, EMAIL.upper(), SIREN, CASEFOLD) is None


@pytest.mark.rule("OUT-2")
@pytest.mark.parametrize(
    ("email", "siren", "match", "reason"),
    [
        ("lila@courriel.example", SIREN, CASEFOLD, Reason.ADDRESS_WRONG),
        (EMAIL.upper(), SIREN, EXACT, Reason.ADDRESS_WRONG),
        (EMAIL, "123456783", CASEFOLD, Reason.SIREN_WRONG),
        (EMAIL, "12345678200010", CASEFOLD, Reason.SIREN_WRONG),
        (EMAIL, "", CASEFOLD, Reason.SIREN_WRONG),
    ],
)
def test_a_wrong_part_identifies_nobody(space, email, siren, match, reason):
    assert rules.judge_outside(space, email, siren, match) is reason


@pytest.mark.rule("OUT-2")
def test_of_several_companies_any_siren_will_do_and_of_none_no_siren(space):
    several = replace(space, companies=(replace(space.companies[0], siren="732829320"), *space.companies))
    none = replace(space, companies=())
    assert [rules.judge_outside(several, EMAIL, siren, CASEFOLD) for siren in ("732829320", SIREN)] == [
        None,
        None,
    ]
    assert rules.judge_outside(none, EMAIL, "", CASEFOLD) is None
    assert rules.judge_outside(none, EMAIL, SIREN, CASEFOLD) is Reason.SIREN_WRONG


@pytest.mark.rule("OUT-2", "ACC-11")
def test_there_is_nothing_to_opt_for_without_a_space_and_with_a_converted_one(password_space, credentials):
    assert rules.judge_outside(None, EMAIL, SIREN, CASEFOLD) is Reason.NUMBER_UNKNOWN
    assert rules.judge_outside(password_space, credentials.email, SIREN, CASEFOLD) is Reason.ALREADY_CONVERTED


@pytest.mark.rule("PWD-3", "PWD-4")
def test_address_number_and_answer_make_the_holder(password_space):
    number = password_space.subscriber_number
    assert rules.judge_recovery(password_space, "LILA@courriel.example", number, "lili", CASEFOLD) is None


@pytest.mark.rule("PWD-4")
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"email": EMAIL}, Reason.ADDRESS_UNKNOWN),
        ({"email": "LILA@courriel.example", "match": EXACT}, Reason.ADDRESS_UNKNOWN),
        ({"number": "20111710000304"}, Reason.NUMBER_WRONG),
        ({"number": ""}, Reason.NUMBER_WRONG),
        ({"answer": "Lilu"}, Reason.ANSWER_WRONG),
        ({"answer": ""}, Reason.ANSWER_WRONG),
    ],
)
def test_a_wrong_part_resets_no_password(password_space, typed, reason):
    right = {
        "email": "lila@courriel.example",
        "number": password_space.subscriber_number,
        "answer": "Lili",
        "match": CASEFOLD,
    }
    assert rules.judge_recovery(password_space, **{**right, **typed}) is reason


@pytest.mark.rule("PWD-4")
def test_a_space_without_password_has_none_to_forget(space):
    assert rules.judge_recovery(None, EMAIL, "20111710000303", "Lili", CASEFOLD) is Reason.ADDRESS_UNKNOWN
    assert rules.judge_recovery(space, EMAIL, "20111710000303", "Lili", CASEFOLD) is Reason.SPACE_PENDING


@pytest.mark.rule("PWD-4")
@pytest.mark.parametrize(
    ("typed", "chosen", "same"),
    [
        ("la rose des vents", "La Rose des Vents", True),
        ("LAROSEDESVENTS", "la rose des vents", True),
        (" la  rose\tdes vents ", "la rose des vents", True),
        ("Éléonore", "eleonore", True),
        ("ELEONORE", "Éléonore", True),
        ("E\u0301le\u0301onore", "Éléonore", True),
        ("Cœur", "CŒUR", True),
        ("Straße", "STRASSE", True),
        ("l'été", "lété", False),
        ("Lilou", "Lilu", False),
        ("", "Lilou", False),
    ],
)
def test_an_answer_is_compared_without_case_accents_and_blanks(typed, chosen, same):
    assert same_answer(typed, chosen) is same
    assert same_answer(chosen, typed) is same


@given(st.text(max_size=30))
def test_an_answer_is_its_own_however_it_is_written(answer):
    assert same_answer(answer, answer)
    assert same_answer(f" {answer} ", answer)


@pytest.mark.parametrize(
    ("typed", "read"), [("2011 171 0000303", "20111710000303"), (" 123 456\u00a0782 ", "123456782"), ("", "")]
)
def test_blanks_in_a_number_do_not_count(typed, read):
    assert without_spaces(typed) == read
