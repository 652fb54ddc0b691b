"""rules.toml: the catalogue of rules."""

import re
from collections import Counter

import pytest

from maquette.fixtures.rules import Status, load_rules, parse_rules
from maquette.simulator.domain.refusals import Refusal

RULES = load_rules()


def test_ids_are_unique():
    assert len({rule.id for rule in RULES}) == len(RULES)


def test_every_family_is_whole_and_numbered_without_a_gap():
    numbers: dict[str, list[str]] = {}
    for rule in RULES:
        family, number = rule.id.split("-")
        numbers.setdefault(family, []).append(number)
    assert numbers.pop("HOME") == ["0", "1", "N", "4", "5"]
    assert {family: len(of) for family, of in numbers.items()} == {
        "ACC": 13, "SES": 3, "OPT": 1, "CRED": 12, "ACT": 16, "POP": 6, "REG": 5, "PWD": 4,
        "HELP": 2, "OUT": 2, "NEW": 2, "MAIL": 6,
    }  # fmt: skip
    for of in numbers.values():
        assert of == [str(number) for number in range(1, len(of) + 1)]


def test_what_the_fiche_says_names_its_sections():
    for rule in RULES:
        assert rule.sections or Status.FICHE not in rule.statuses, rule.id


def test_a_quote_comes_from_a_section():
    assert all(rule.sections for rule in RULES if rule.quote is not None)


def test_no_status_stands_twice_in_a_rule():
    assert all(max(Counter(rule.statuses).values()) == 1 for rule in RULES)


def test_sentences_are_different_and_end_in_a_full_stop():
    assert len({rule.sentence for rule in RULES}) == len(RULES)
    assert all(rule.sentence.endswith(".") for rule in RULES)


def test_every_rule_that_a_refusal_names_is_in_the_catalogue():
    assert {refusal.rule for refusal in Refusal if refusal.rule is not None} <= {rule.id for rule in RULES}


GOOD = """
[ACT-9]
sentence = "The code is used once."
phrase = "Le code ne sert qu'une fois."
quote = "Il ne doit être utilisé qu'une seule fois."
sections = ["3"]
statuses = ["F"]
"""


def test_a_rule_is_read_as_it_is_written():
    (rule,) = parse_rules(GOOD)
    assert (rule.id, rule.sections, rule.statuses) == ("ACT-9", ("3",), (Status.FICHE,))
    assert (rule.sentence, rule.phrase) == ("The code is used once.", "Le code ne sert qu'une fois.")


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("[ACT-9]", "[act-9]", "act-9"),
        ("used once.", "used once", "ACT-9.sentence"),
        ("qu'une fois.", "qu'une fois", "ACT-9.phrase"),
        ("sections = [", "section = [", "ACT-9.section"),
        ('["3"]', '["7"]', "ACT-9.sections.0"),
        ('["F"]', '["X"]', "ACT-9.statuses.0"),
        ('["F"]', "[]", "ACT-9.statuses"),
        ('"Il ne doit', '" Il ne doit', "ACT-9.quote"),
    ],
)
def test_what_is_wrong_in_the_catalogue_is_told_with_rule_and_key(good, bad, told):
    assert good in GOOD
    with pytest.raises(ValueError, match=re.escape(told)):
        parse_rules(GOOD.replace(good, bad))


def test_a_rule_twice_in_the_catalogue_is_an_error():
    with pytest.raises(ValueError, match="ACT-9"):
        parse_rules(GOOD + GOOD)
