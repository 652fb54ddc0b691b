"""Applying for a new space: valid fields in each mode, the new space, its number."""

from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import date

import pytest

from maquette.simulator.domain.identifiers import (
    FIRST_DRAWN,
    SEQUENCES,
    siret_of_seat,
    with_check_digit,
)
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.space import Civility, held_files
from maquette.simulator.domain.space_application import (
    Application,
    CreationMode,
    listed_sirens,
)

rules = RULES.application

SIMPLIFIED, EXPERT = CreationMode
ONE, OTHER = "123456782", "732829320"
GOOD = Application(
    SIMPLIFIED,
    "Madame",
    "Aubépin",
    "Côme",
    "01 99 00 12 34",
    "3 rue des Églantiers",
    "75011",
    "Paris",
    "FRANCE",
    ONE,
)
DAY = date(2011, 6, 9)


@pytest.mark.rule("NEW-1")
def test_one_company_in_simplified_mode_and_one_or_several_in_expert_mode():
    assert rules.check(GOOD) == ()
    assert rules.check(replace(GOOD, mode=EXPERT)) == ()
    assert rules.check(replace(GOOD, mode=EXPERT, sirens=f"{ONE}\n{OTHER}")) == ()
    assert rules.check(replace(GOOD, sirens=f"{ONE}\n{OTHER}")) == (Refusal.SIREN_NOT_SINGLE,)


@pytest.mark.rule("NEW-1")
@pytest.mark.parametrize("mode", CreationMode)
@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", Refusal.SIREN_MISSING),
        (" , ;", Refusal.SIREN_MISSING),
        ("123456789", Refusal.SIREN_INVALID),
        ("12345678", Refusal.SIREN_INVALID),
        ("1234567820", Refusal.SIREN_INVALID),
        ("12345678200010", Refusal.SIREN_INVALID),
        ("12345678A", Refusal.SIREN_INVALID),
        ("١٢٣٤٥٦٧٨٢", Refusal.SIREN_INVALID),
    ],
)
def test_a_siren_has_nine_digits_that_hold_together(mode, typed, refusal):
    assert rules.check(replace(GOOD, mode=mode, sirens=typed)) == (refusal,)


@pytest.mark.rule("NEW-1")
def test_one_siren_that_is_wrong_among_right_ones_is_refused():
    wrong = replace(GOOD, mode=EXPERT, sirens=f"{ONE}\n123456789\n{OTHER}")
    assert rules.check(wrong) == (Refusal.SIREN_INVALID,)


def test_sirens_are_listed_by_lines_or_commas_without_their_blanks_and_once():
    assert listed_sirens(f"123 456 782\r\n\n{OTHER};123456782, 1") == (ONE, OTHER, "1")


@pytest.mark.parametrize("count", [49, 50, 51])
def test_an_expert_asks_for_fifty_companies_at_most(count):
    sirens = "\n".join(with_check_digit(f"16{number:06d}") for number in range(count))
    refused = rules.check(replace(GOOD, mode=EXPERT, sirens=sirens))
    assert refused == (() if count <= 50 else (Refusal.TOO_MANY_SIRENS,))


@pytest.mark.rule("NEW-2")
@pytest.mark.parametrize(
    ("field", "refusal"),
    [
        ("last_name", Refusal.LAST_NAME_MISSING),
        ("first_name", Refusal.FIRST_NAME_MISSING),
        ("street", Refusal.STREET_MISSING),
        ("postcode", Refusal.POSTCODE_MISSING),
        ("town", Refusal.TOWN_MISSING),
        ("country", Refusal.COUNTRY_MISSING),
    ],
)
def test_every_line_is_needed_and_holds_fifty_characters_that_can_be_printed(field, refusal):
    for length in (1, 49, 50):
        assert rules.check(replace(GOOD, **{field: "é" * length})) == ()
    assert rules.check(replace(GOOD, **{field: ""})) == (refusal,)
    too_long = replace(GOOD, **{field: "é" * 51})
    assert rules.check(too_long) == (Refusal.IDENTITY_TOO_LONG,)
    for strange in ("a\nb", "a\u200bb", "a\ud800"):
        assert rules.check(replace(GOOD, **{field: strange})) == (Refusal.IDENTITY_CHARACTERS,)


@pytest.mark.rule("NEW-2")
@pytest.mark.parametrize("typed", ["", "madame", "Mademoiselle"])
def test_a_civility_is_one_of_the_list(typed):
    assert rules.check(replace(GOOD, civility=typed)) == (Refusal.CIVILITY_MISSING,)


@pytest.mark.rule("NEW-2")
@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("01 99 00 12 34", True), ("+33199001234", True), ("0199-00.12 34", True), ("123456", True),
        ("12345", False), ("1" * 15, True), ("1" * 16, False), ("", False), ("01  99 00 12 34", False),
        ("téléphone", False), ("0199001234 poste 2", False),
    ],
)  # fmt: skip
def test_a_telephone_number_has_six_to_fifteen_digits(typed, good):
    assert rules.check(replace(GOOD, phone=typed)) == (() if good else (Refusal.PHONE_MALFORMED,))


@pytest.mark.rule("NEW-2")
def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_form():
    refused = rules.check(Application(EXPERT, *[""] * 9))
    in_order = [refusal.field for refusal in refused]
    assert in_order == [field.name for field in fields(Application)][1:]


@pytest.mark.rule("NEW-2", "HOME-0")
def test_a_new_space_has_its_files_and_no_service_yet():
    space = rules.founded(
        replace(GOOD, sirens=f"{ONE}\n{OTHER}"), "20111602000001", DAY, "come@courriel.example"
    )
    assert (space.holder.civility, space.holder.last_name) == (Civility.MADAME, "Aubépin")
    assert [company.siren for company in space.companies] == [ONE, OTHER]
    assert [company.siret for company in space.companies] == [siret_of_seat(ONE), siret_of_seat(OTHER)]
    assert [company.name for company in space.companies] == [f"ENTREPRISE {ONE}", f"ENTREPRISE {OTHER}"]
    assert held_files(space) == ()
    assert space.credentials is None
    assert space.registered_at is None


# Its number


def drawing(*sequences: int):
    """A random source that returns these numbers in order; fails on a number out of range."""
    left: Iterator[int] = iter(sequences)

    def draw(below: int) -> int:
        drawn = next(left)
        assert drawn < below
        return drawn

    return draw


@pytest.mark.rule("NEW-2")
def test_a_number_is_year_day_of_the_year_and_seven_digits():
    assert rules.draw_number(DAY, drawing(0), lambda number: False) == "20111602000001"
    last = rules.draw_number(date(2012, 12, 31), drawing(SEQUENCES - FIRST_DRAWN - 1), lambda number: False)
    assert last == "20123669999999"
    assert rules.draw_number(date(2011, 1, 1), drawing(5), lambda number: False).startswith("2011001")


@pytest.mark.rule("NEW-2", "ACC-12")
def test_a_number_that_is_taken_is_drawn_again():
    taken = {f"2011160{FIRST_DRAWN + 7:07d}", f"2011160{FIRST_DRAWN + 8:07d}"}
    assert rules.draw_number(DAY, drawing(7, 8, 7, 9), taken.__contains__) == f"2011160{FIRST_DRAWN + 9:07d}"
