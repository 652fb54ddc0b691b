"""A space, its holder, and its conversion."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from maquette.simulator.domain.rules import RULES, Rules
from maquette.simulator.domain.space import AccessMode, Civility, Rubric, Service


@pytest.mark.rule("ACC-1")
def test_a_space_is_reached_by_certificate_until_it_has_credentials(space, credentials):
    assert space.access_mode is AccessMode.CERTIFICATE
    assert replace(space, credentials=credentials).access_mode is AccessMode.PASSWORD


@pytest.mark.rule("ACC-12", "CRED-1")
def test_conversion_changes_the_access_and_the_e_mail_on_file_and_nothing_else(space, credentials, start):
    after = RULES.space.converted(space, credentials, start + timedelta(days=1))
    changed = {
        field.name for field in fields(space) if getattr(space, field.name) != getattr(after, field.name)
    }
    assert changed == {"credentials", "email", "registered_at"}
    assert after.email == credentials.email == after.credentials.email
    assert after.registered_at == start + timedelta(days=1)


@pytest.mark.rule("HOME-1")
def test_services_stand_under_the_headings_of_the_fiche():
    listed = [(rubric.value, [s.label for s in Service if s.rubric is rubric]) for rubric in Rubric]
    assert listed == [
        ("Consulter", ["Compte fiscal"]),
        ("Déclarer", ["T.V.A.", "Impôt sur les sociétés", "Taxe sur les salaires", "C.V.A.E."]),
        ("Payer", ["T.V.A.", "Impôt sur les sociétés", "Taxe sur les salaires", "C.V.A.E.", "Autres impôts"]),
        ("Démarches", ["Effectuer une démarche", "Suivre mes démarches"]),
    ]


def test_a_civility_has_its_abbreviation():
    assert [(civility.value, civility.short) for civility in Civility] == [
        ("Madame", "Mme"),
        ("Monsieur", "M."),
    ]


def test_the_rules_are_the_domain_s_own_groups_which_hold_no_state():
    assert Rules() == RULES
    for field in fields(Rules):
        group = getattr(RULES, field.name)
        assert type(group) is field.type
        assert vars(group) == {}
