"""Subscriber numbers, SIREN and SIRET."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maquette.simulator.domain.identifiers import (
    SEQUENCES,
    is_siren,
    is_siret,
    siret_of_seat,
    subscriber_number,
    with_check_digit,
)


def test_the_siren_that_the_fiche_prints_fails_luhns_check_and_its_neighbour_passes():
    assert not is_siren("123456789")
    assert is_siren("123456782")


def test_a_known_number_gets_its_known_check_digit():
    assert with_check_digit("7992739871") == "79927398713"


@given(st.text("0123456789", min_size=8, max_size=8))
def test_of_ten_last_digits_exactly_one_makes_a_siren(digits):
    assert [d for d in "0123456789" if is_siren(digits + d)] == [with_check_digit(digits)[-1]]


@given(st.text("0123456789", min_size=8, max_size=8))
def test_the_seats_siret_is_a_siret_of_the_company(digits):
    siren = with_check_digit(digits)
    assert is_siret(siret_of_seat(siren))
    assert siret_of_seat(siren).startswith(siren)


@pytest.mark.parametrize(
    "text", ["", "12345678", "1234567820", "12345678a", "１２３４５６７８２", "123456782\n"]
)
def test_other_texts_are_no_siren(text):
    assert not is_siren(text)


def test_a_siret_that_passes_the_check_over_a_siren_that_fails_it_is_none():
    assert not is_siret(with_check_digit("1234567890001"))


def test_a_subscriber_number_is_year_day_of_the_year_and_sequence():
    assert subscriber_number(date(2011, 6, 20), 303) == "20111710000303"
    assert subscriber_number(date(2008, 12, 31), 1) == "20083660000001"


@pytest.mark.parametrize(("sequence", "ending"), [(0, "0000000"), (SEQUENCES - 1, "9999999")])
def test_a_sequence_has_seven_digits(sequence, ending):
    assert subscriber_number(date(2011, 1, 1), sequence) == f"2011001{ending}"


@pytest.mark.parametrize("sequence", [-1, SEQUENCES])
def test_a_sequence_beyond_seven_digits_is_an_error(sequence):
    with pytest.raises(ValueError, match=str(sequence)):
        subscriber_number(date(2011, 1, 1), sequence)
