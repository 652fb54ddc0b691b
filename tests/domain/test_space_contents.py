"""What a space shows: its files and their services, page by page, and its recap."""

from dataclasses import replace

import pytest

from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.space import Civility, Company, Service, held_files

SERVICES = (Service.SUIVRE, Service.PAYER_TVA, Service.DECLARER_TVA, Service.COMPTE_FISCAL)
FIRST = Company("123456782", "12345678200010", "SARL Un", foreign=False, services=SERVICES)
SECOND = Company("987654324", "98765432400011", "SARL Deux", foreign=True, services=())
THIRD = Company("732829320", "73282932000074", "SARL Trois", foreign=False, services=(Service.PAYER_IS,))
COMPANIES = (FIRST, SECOND, THIRD)


@pytest.mark.rule("HOME-1")
@pytest.mark.parametrize(
    ("company", "listed"),
    [
        (
            FIRST,
            [
                ("Consulter", ["Compte fiscal"]),
                ("Déclarer", ["T.V.A."]),
                ("Payer", ["T.V.A."]),
                ("Démarches", ["Suivre mes démarches"]),
            ],
        ),
        (SECOND, []),
        (THIRD, [("Payer", ["Impôt sur les sociétés"])]),
    ],
)
def test_a_company_s_services_stand_under_their_headings_and_no_heading_is_empty(company, listed):
    assert RULES.space.services_by_rubric(company) == listed


@pytest.mark.rule("HOME-N")
@pytest.mark.parametrize("company", COMPANIES)
def test_the_chosen_file_is_the_one_with_the_siren(company):
    assert RULES.space.chosen_file(COMPANIES, company.siren) is company


@pytest.mark.rule("HOME-N")
@pytest.mark.parametrize("siren", [None, "", "000000000"])
def test_no_other_siren_chooses_a_file(siren):
    assert RULES.space.chosen_file(COMPANIES, siren) is None


@pytest.mark.rule("HOME-N")
@pytest.mark.parametrize(("page", "files"), [(1, (FIRST, SECOND)), (2, (THIRD,)), (3, ())])
def test_each_page_of_the_list_goes_on_where_the_one_before_ends(page, files):
    assert RULES.space.files_of_page(COMPANIES, page, 2) == files


@pytest.mark.rule("HOME-0")
def test_a_file_without_services_is_not_yet_held(space):
    assert held_files(replace(space, companies=COMPANIES)) == (FIRST, THIRD)


@pytest.mark.rule("REG-4")
def test_a_recap_is_there_from_the_registration_on(space, credentials):
    assert not RULES.space.has_recap(space)
    assert RULES.space.has_recap(replace(space, credentials=credentials))


@pytest.mark.rule("REG-2")
def test_the_recap_has_every_line_of_the_fiche_s_picture(space, credentials):
    holder = replace(space.holder, civility=Civility.MONSIEUR, phone="01 99", street="1 rue")
    assert RULES.recap.groups(replace(space, holder=holder, companies=(SECOND,)), credentials) == (
        (
            "Votre identité",
            (
                ("Civilité", "Monsieur"),
                ("Prénom", "Lila"),
                ("Nom", "Rosemonde"),
                ("Tel professionnel", "01 99"),
                ("N° d'abonné", "20111710000303"),
                ("Adresse mail professionnelle", "ancienne@courriel.example"),
                ("Adresse professionnelle", "1 rue\n75000 Paris\nFRANCE"),
            ),
        ),
        (
            "Votre entreprise",
            (
                ("Entreprise étrangère", "oui"),
                ("SIRET ou équivalent", "98765432400011"),
                ("Dénomination", "SARL Deux"),
            ),
        ),
        (
            "Votre question de confiance",
            (("Question de confiance", "Quel est votre surnom ?"), ("Réponse de confiance", "Lili")),
        ),
    )


@pytest.mark.rule("REG-2")
@pytest.mark.parametrize(
    ("companies", "lines"),
    [
        ((), [("Dénomination", "aucune entreprise")]),
        (
            COMPANIES,
            [
                ("Entreprise étrangère", "non"),
                ("SIRET ou équivalent", "12345678200010"),
                ("Dénomination", "SARL Un"),
                ("Autres entreprises", "2"),
            ],
        ),
    ],
)
def test_the_recap_names_the_first_company_and_counts_the_others(space, credentials, companies, lines):
    _, (_, of_company), _ = RULES.recap.groups(replace(space, companies=companies), credentials)
    assert list(of_company) == lines


@pytest.mark.rule("ACC-12")
def test_a_page_shows_its_own_values_and_the_holder_s_own_space(space):
    values = {"name": "Lila"}
    assert RULES.presentation.page("home", values) == {"name": "Lila"}
    assert RULES.presentation.space(space) == space
