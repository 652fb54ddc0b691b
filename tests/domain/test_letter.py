"""The letter with the code: its parts, its number, the replies that end its attempts."""

import pytest

from maquette.simulator.domain.rules import RULES

rules = RULES.letter


@pytest.mark.rule("MAIL-1", "MAIL-4")
def test_the_letter_has_the_fiche_s_subject_and_a_reserved_sender():
    letter = rules.write("5Xnmyx5kZbX8", "48 heures")
    assert letter.subject == "ESPACE ABONNE DES PROFESSIONNELS"
    assert letter.sender == "ne.pas.repondre@dgfip.finances.example"


@pytest.mark.rule("MAIL-1")
def test_the_letter_has_the_code_on_a_line_of_its_own_and_says_the_delay():
    text = rules.write("5Xnmyx5kZbX8", "48 heures").text
    assert text.splitlines().count("5Xnmyx5kZbX8") == 1
    assert "d'un délai de 48 heures pour activer" in text


@pytest.mark.rule("ACT-1", "MAIL-6")
def test_an_option_has_one_letter():
    assert rules.names("an id") == ("an id",)


@pytest.mark.rule("MAIL-5")
@pytest.mark.parametrize(
    ("reply", "for_good"), [(250, False), (451, False), (499, False), (500, True), (550, True)]
)
def test_a_reply_from_500_on_ends_a_letter_s_attempts(reply, for_good):
    assert rules.refused_for_good(reply) is for_good
