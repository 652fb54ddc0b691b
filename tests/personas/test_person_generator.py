"""Generated subscribers: how many, how alike, how reproducible."""

from datetime import datetime, timedelta
from itertools import islice

import pytest

from maquette.fixtures.generator import MOST, generate
from maquette.fixtures.personas import load_personas
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.credentials import well_formed_email
from maquette.simulator.domain.identifiers import is_siren, is_siret, subscriber_number

START = parse_instant("2011-06-09T09:00:00+02:00")

PEOPLE = tuple(generate(2000, 7, START))


def test_the_same_arguments_give_the_same_people():
    assert tuple(generate(2000, 7, START)) == PEOPLE


def test_another_seed_gives_other_people():
    assert [p.common_name for p in generate(50, 8, START)] != [p.common_name for p in PEOPLE[:50]]


def test_a_longer_crowd_begins_with_the_shorter_one():
    assert tuple(generate(10, 7, START)) == PEOPLE[:10]


def test_ids_count_from_one():
    assert (PEOPLE[0].id, PEOPLE[-1].id) == ("abonne-000001", "abonne-002000")


def test_addresses_and_numbers_are_nobody_elses_the_personas_included():
    spaces = [p.space for p in (*PEOPLE, *load_personas(START)) if p.space is not None]
    generated = [p.space for p in PEOPLE]
    assert len({space.subscriber_number for space in spaces}) == len(spaces)
    assert len({space.email for space in generated}) == len(generated)
    assert {s.email for s in generated}.isdisjoint(p.space.email for p in load_personas(START) if p.space)


def test_addresses_are_ones_that_the_portal_takes():
    for person in PEOPLE:
        email = person.space.email
        assert email.isascii()
        assert well_formed_email(email)
        assert email.endswith(".example")
        assert len(email) <= 100


def test_numbers_tell_a_day_before_the_realms_start():
    for person in PEOPLE:
        space = person.space
        assert space.created_on < START.date()
        assert (
            subscriber_number(space.created_on, int(space.subscriber_number[7:])) == space.subscriber_number
        )


def test_companies_hold_together_and_stand_once_in_a_space():
    for person in PEOPLE:
        companies = person.space.companies
        assert len({company.siren for company in companies}) == len(companies)
        for company in companies:
            assert is_siren(company.siren)
            assert is_siret(company.siret)
            assert company.services


def test_the_crowd_has_all_three_welcome_screens_and_foreign_companies():
    sizes = [len(person.space.companies) for person in PEOPLE]
    assert 0.02 < sizes.count(0) / len(sizes) < 0.10
    assert 0.65 < sizes.count(1) / len(sizes) < 0.85
    assert max(sizes) > 10
    assert any(company.foreign for person in PEOPLE for company in person.space.companies)


def test_common_names_fit_into_a_certificate():
    assert all(len(person.common_name) <= 64 for person in PEOPLE)


def test_people_are_made_only_when_asked_for():
    people = generate(MOST, 1, START)
    assert [person.id for person in islice(people, 2)] == ["abonne-000001", "abonne-000002"]


@pytest.mark.parametrize("count", [-1, 0, MOST + 1])
def test_a_count_outside_the_bounds_is_an_error_before_anybody_is_made(count):
    with pytest.raises(ValueError, match=str(count)):
        generate(count, 1, START)


def test_a_crowd_of_one_is_one():
    assert len(list(generate(1, 1, START))) == 1


def test_a_later_start_gives_later_spaces():
    later = START + timedelta(days=3650)
    assert all(p.space.created_on > START.date() for p in generate(20, 7, later))


def test_a_start_without_a_time_zone_is_an_error():
    with pytest.raises(ValueError, match="time zone"):
        generate(1, 1, datetime(2011, 6, 9))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize("cut", [1, 99, 100, 1999])
def test_a_crowd_made_in_parts_is_the_one_made_at_once(cut):
    parts = (*generate(cut, 7, START), *generate(2000 - cut, 7, START, first=cut + 1))
    assert parts == PEOPLE


@pytest.mark.parametrize(("count", "first"), [(1, 0), (1, -1), (1, MOST + 1), (2, MOST)])
def test_a_place_outside_the_bounds_is_an_error(count, first):
    with pytest.raises(ValueError, match=f"from {first} on"):
        generate(count, 1, START, first=first)


def test_the_last_place_is_somebodys_like_any_other():
    (last,) = generate(1, 1, START, first=MOST)
    assert last.id == f"abonne-{MOST}"
    assert len(last.space.subscriber_number) == 14
    assert len(last.space.email) <= 100
