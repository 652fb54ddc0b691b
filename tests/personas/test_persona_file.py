"""personas.toml: the people that every realm starts with, and what is refused in such a file."""

import re
from datetime import UTC, date, datetime

import pytest
from cases import cases

from maquette.fixtures.generator import FIRST_SEQUENCE
from maquette.fixtures.personas import load_personas, parse_personas
from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.credentials import QUESTIONS, check_password
from maquette.simulator.domain.identifiers import is_siren, is_siret, subscriber_number
from maquette.simulator.domain.policy import Policy
from maquette.simulator.domain.space import Service

THE_FICHES_START = parse_instant("2011-06-09T09:00:00+02:00")
FICTION = re.compile(r"(01 99 00|02 61 91|03 53 01|04 65 71|05 36 49|06 39 98) \d\d \d\d|\+49 89 99998 \d{3}")

PERSONAS = {persona.id: persona for persona in load_personas(THE_FICHES_START)}
SPACES = {persona.id: persona.space for persona in PERSONAS.values() if persona.space is not None}


def test_lila_is_the_fiches_person():
    lila = PERSONAS["lila"]
    assert lila.common_name == "Lila ROSEMONDE"
    assert lila.space.subscriber_number == "20111710000303"
    assert lila.space.email == "lila.rosemonde@courriel.example"
    holder = lila.space.holder
    assert (holder.civility.short, holder.first_name, holder.last_name) == ("Mme", "Lila", "Rosemonde")
    assert (holder.town, holder.country) == ("Paris", "FRANCE")


@pytest.mark.rule("HOME-1")
def test_lila_has_one_company_with_every_service_of_the_fiches_second_screen():
    (company,) = PERSONAS["lila"].space.companies
    assert (company.name, company.siren) == ("SARL MARTIN DISTRIBUTION", "123456782")
    assert company.services == tuple(Service)


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        ("2011-06-09T09:00:00+02:00", date(2016, 11, 27)),
        ("2016-11-26T23:59:59+01:00", date(2016, 11, 27)),
        ("2016-11-27T00:00:00+01:00", None),
        ("2025-01-01T00:00:00Z", None),
    ],
)
def test_lilas_certificate_ends_on_the_fiches_day_while_that_is_still_to_come(start, ends):
    assert load_personas(parse_instant(start))[0].certificate_ends == ends


def test_a_start_without_a_time_zone_is_an_error():
    with pytest.raises(ValueError, match="time zone"):
        load_personas(datetime(2011, 6, 9))  # noqa: DTZ001 - the point of the test


def test_every_certificate_case_has_its_persona():
    assert {persona.case for persona in PERSONAS.values()} == set(CertificateCase)


@pytest.mark.rule("HOME-0")
def test_one_persona_has_no_service_at_all():
    assert SPACES["theo"].companies == ()


@pytest.mark.rule("HOME-N")
def test_one_persona_has_more_companies_than_a_page_of_files_holds():
    companies = SPACES["berengere"].companies
    assert len(companies) == 13 > Policy().home_files_per_page
    assert len({company.services for company in companies}) > 5


@pytest.mark.rule("CRED-5")
def test_three_colleagues_share_one_mailbox_and_nobody_else_shares_any():
    by_email: dict[str, list[str]] = {}
    for id_, space in SPACES.items():
        by_email.setdefault(space.email, []).append(id_)
    assert [ids for ids in by_email.values() if len(ids) > 1] == [["sylvain", "maelle", "aurore"]]


def test_one_persona_has_a_foreign_company():
    assert [id_ for id_, space in SPACES.items() if any(c.foreign for c in space.companies)] == ["ulrike"]
    assert SPACES["ulrike"].holder.country == "ALLEMAGNE"


@pytest.mark.rule("ACC-8")
def test_two_certificates_of_one_person_share_a_store():
    stores = {persona.id: persona.store_with for persona in PERSONAS.values() if persona.store_with}
    assert stores == {"noemie": ("noemie-sci",), "noemie-sci": ("noemie",)}
    assert SPACES["noemie"].holder == SPACES["noemie-sci"].holder
    assert PERSONAS["noemie"].common_name != PERSONAS["noemie-sci"].common_name


def test_the_certificate_tied_to_no_space_is_the_only_one_without():
    assert [p.id for p in PERSONAS.values() if p.space is None] == ["zoe"]


def test_the_converted_persona_has_credentials_that_the_portal_would_take():
    (clemence,) = (p for p in PERSONAS.values() if p.conversion is not None)
    conversion = clemence.conversion
    assert clemence.case is CertificateCase.CONVERTED
    assert clemence.space.credentials is None
    assert check_password(conversion.password, conversion.password, Policy()) == ()
    assert conversion.question == QUESTIONS[0]
    assert clemence.space.created_on < conversion.registered_at.date()
    assert conversion.registered_at < THE_FICHES_START


def test_numbers_tell_the_day_of_creation_except_lilas():
    for id_, space in SPACES.items():
        sequence = int(space.subscriber_number[7:])
        agrees = subscriber_number(space.created_on, sequence) == space.subscriber_number
        assert agrees is (id_ != "lila"), id_
        assert sequence < FIRST_SEQUENCE


def test_every_space_was_created_before_the_fiches_first_day():
    assert all(space.created_on < date(2011, 6, 9) for space in SPACES.values())


def test_numbers_companies_and_common_names_are_nobody_elses():
    companies = [company for space in SPACES.values() for company in space.companies]
    assert len({space.subscriber_number for space in SPACES.values()}) == len(SPACES)
    assert len({company.siren for company in companies}) == len(companies)
    assert len({persona.common_name for persona in PERSONAS.values()}) == len(PERSONAS)


def test_nothing_in_the_file_can_be_a_real_persons():
    for space in SPACES.values():
        assert space.email.endswith(".example")
        assert FICTION.fullmatch(space.holder.phone), space.holder.phone
        for company in space.companies:
            assert is_siren(company.siren)
            assert company.siren.startswith("1")
            assert is_siret(company.siret)


def test_names_try_accents_cedillas_and_ligatures():
    assert set("éèëçœïß") <= set("".join(repr(space) for space in SPACES.values()).lower())


# What a file may not say

GOOD = """
[lila]
title = "La personne de la fiche"
case = "valid"
common_name = "Lila ROSEMONDE"
certificate_ends = 2016-11-27

[lila.space]
subscriber_number = "20111710000303"
created_on = 2011-01-17
email = "lila.rosemonde@courriel.example"
holder = { civility = "Madame", last_name = "Rosemonde", first_name = "Lila", phone = "01 99 00 17 10", \
street = "12 rue X", postcode = "75000", town = "Paris", country = "FRANCE" }

[[lila.space.companies]]
siren = "123456782"
siret = "12345678200010"
name = "SARL MARTIN DISTRIBUTION"
services = ["COMPTE_FISCAL"]
"""


def test_a_file_that_says_everything_is_read():
    (lila,) = parse_personas(GOOD)
    assert lila.certificate_ends == date(2016, 11, 27)
    assert lila.space.companies[0].services == (Service.COMPTE_FISCAL,)


@cases(
    ("good", "bad", "told"),
    [
        ("[lila]", "[Lila]", "Lila"),
        ('case = "valid"', 'case = "vald"', "lila.case"),
        ('title = "La', 'titel = "La', "lila.titel"),
        ('title = "La personne de la fiche"', "", "lila.title"),
        ('common_name = "Lila ROSEMONDE"', f'common_name = "{"L" * 65}"', "lila.common_name"),
        ("certificate_ends = 2016-11-27", 'certificate_ends = "bientôt"', "lila.certificate_ends"),
        ("certificate_ends", 'store_with = ["theo"]\ncertificate_ends', "lila.store_with"),
        ('"20111710000303"', "20111710000303", "lila.space.subscriber_number"),
        ('"20111710000303"', '"2011171000030"', "lila.space.subscriber_number"),
        ("created_on = 2011-01-17", "created_on = 2011", "lila.space.created_on"),
        ("@courriel.example", "@courriel.fr", "lila.space.email"),
        ("lila.rosemonde@", "lila rosemonde@", "lila.space.email"),
        ("lila.rosemonde@", "léla@", "lila.space.email"),
        ('civility = "Madame"', 'civility = "Mme"', "lila.space.holder.civility"),
        ('town = "Paris", ', "", "lila.space.holder.town"),
        ('town = "Paris"', 'town = ""', "lila.space.holder: empty: town"),
        ('town = "Paris"', 'town = "Paris", fax = "1"', "lila.space.holder.fax"),
        ('"123456782"', '"123456789"', "lila.space.companies.0.siren"),
        ('"12345678200010"', '"12345678200011"', "lila.space.companies.0.siret"),
        ('"12345678200010"', '"14474354900012"', "lila.space.companies.0.siret"),
        ('["COMPTE_FISCAL"]', '["TVA"]', "lila.space.companies.0.services.0"),
        ('case = "valid"', 'case = "without-space"', "lila.space"),
        ('case = "valid"', 'case = "converted"', "lila.conversion"),
        ("[lila.space]", '[lila.conversion]\npassword = "x y"\n[lila.space]', "lila.conversion.password"),
        ("[lila.space]", '[lila.conversion]\nquestion = "Qui ?"\n[lila.space]', "lila.conversion.question"),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_persona_and_key(good, bad, told):
    assert good in GOOD
    with pytest.raises(ValueError, match=re.escape(f"personas: {told}")):
        parse_personas(GOOD.replace(good, bad))


def test_a_company_twice_in_one_space_is_told():
    company = GOOD[GOOD.index("[[lila") :]
    with pytest.raises(ValueError, match=re.escape("lila.space.companies.1.siren")):
        parse_personas(GOOD + company)


def test_a_number_that_two_personas_have_is_told():
    with pytest.raises(ValueError, match=re.escape("mia.space.subscriber_number: that of lila, too")):
        parse_personas(GOOD + GOOD.replace("lila", "mia"))


@pytest.mark.parametrize(("size", "taken"), [(99, True), (100, True), (101, False)])
def test_an_address_on_file_has_at_most_100_characters(size, taken):
    domain = "b" * (size - len("lila@.c.example") - 60) + "." + "c" * 59
    email = f"lila@{domain}.c.example"
    assert len(email) == size
    text = GOOD.replace("lila.rosemonde@courriel.example", email)
    if taken:
        assert parse_personas(text)[0].space.email == email
    else:
        with pytest.raises(ValueError, match=re.escape("lila.space.email")):
            parse_personas(text)


def test_the_personas_do_not_change_between_two_realms():
    assert load_personas(THE_FICHES_START) == load_personas(THE_FICHES_START.astimezone(UTC))
