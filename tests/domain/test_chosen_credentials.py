"""Valid addresses, passwords, questions and answers; and whether an address is free."""

import string
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maquette.simulator.domain.credentials import (
    QUESTIONS,
    AddressUse,
    EmailClaim,
    printable,
    well_formed_email,
)
from maquette.simulator.domain.policy import EmailMatch, Policy, SharedEmail
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.rules import RULES

rules = RULES.credentials

POLICY = Policy()
SECOND, WINDOW = timedelta(seconds=1), timedelta(hours=48)


def judge_address(claim, end, sharing, now, policy):
    """Judge a chosen address; the acceptance of the option judges it again in the same way."""
    use = AddressUse(claim, end, sharing)
    refusal = rules.judge_address(use, now, policy)
    assert rules.judge_address_again(use, now, policy) is refusal
    return refusal


def email_of(length: int) -> str:
    """A valid address of that many characters."""
    return "a" * 40 + "@" + "b" * (length - 40 - 1 - len(".example")) + ".example"


# The address


@pytest.mark.rule("CRED-3")
@pytest.mark.parametrize(("length", "refusals"), [(99, ()), (100, ()), (101, (Refusal.EMAIL_TOO_LONG,))])
def test_an_address_has_100_characters_at_most(length, refusals):
    email = email_of(length)
    assert len(email) == length
    assert rules.check_email(email, email, POLICY) == refusals


GOOD_EMAILS = [
    "a@b.example",
    "lila.rosemonde@courriel.example",
    "Lila.ROSEMONDE@Courriel.Example",
    "l+impots@courriel.example",
    "o'hara@sous-domaine.courriel.example",
    "!#$%&'*+/?=^_`{|}~-@courriel.example",
    "1@2.example",
    "a" * 64 + "@b.example",
    "a@" + "b" * 63 + ".example",
]
BAD_EMAILS = [
    "lila", "@", "lila@", "@courriel.example", "lila@courriel", "lila@@courriel.example",
    "lila@courriel@exemple.example", "li la@courriel.example", " lila@courriel.example",
    "lila@courriel.example ", "lila@courriel.example\n", "lila\r\nBcc: x@y.example@courriel.example",
    "lila@courriel.example\r\nBcc: x@y.example", "lila\0@courriel.example", "lila\t@courriel.example",
    ".lila@courriel.example", "lila.@courriel.example", "li..la@courriel.example",
    "lila@.courriel.example", "lila@courriel..example", "lila@courriel.example.",
    "lila@-courriel.example", "lila@courriel-.example", "lila@cour_riel.example",
    "lila@[192.0.2.1]", '"lila"@courriel.example', "lila(a)@courriel.example", "lila,b@courriel.example",
    "Lila <lila@courriel.example>", "a" * 65 + "@b.example", "a@" + "b" * 64 + ".example",
    "=?utf-8?q?lila?=@courriel.example", "a=?b@courriel.example",
]  # fmt: skip


@pytest.mark.rule("CRED-3")
def test_a_good_address_is_taken():
    assert {email: rules.check_email(email, email, POLICY) for email in GOOD_EMAILS} == dict.fromkeys(
        GOOD_EMAILS, ()
    )


@pytest.mark.rule("CRED-3")
def test_a_text_that_is_no_address_is_refused():
    malformed = (Refusal.EMAIL_MALFORMED,)
    judged = {email: rules.check_email(email, email, POLICY) for email in BAD_EMAILS}
    assert judged == dict.fromkeys(BAD_EMAILS, malformed)


@pytest.mark.rule("CRED-3")
def test_an_empty_address_is_missing():
    assert rules.check_email("", "", POLICY) == (Refusal.EMAIL_MISSING,)
    assert rules.check_email("", "lila@courriel.example", POLICY) == (Refusal.EMAIL_MISSING,)


@pytest.mark.rule("CRED-3")
@pytest.mark.parametrize("email", ["zoé@courriel.example", "zoe@économie.example", "зоя@courriel.example"])
def test_the_policy_decides_on_addresses_beyond_ascii(email):
    assert rules.check_email(email, email, POLICY) == (Refusal.EMAIL_NOT_ASCII,)
    assert rules.check_email(email, email, replace(POLICY, email_ascii_only=False)) == ()


@pytest.mark.rule("CRED-3")
@pytest.mark.parametrize("email", ["zo\u00a0e@courriel.example", "zoe\u2028@courriel.example", "€@a.example"])
def test_no_policy_lets_marks_beyond_letters_and_digits_into_an_address(email):
    refusals = rules.check_email(email, email, replace(POLICY, email_ascii_only=False))
    assert refusals == (Refusal.EMAIL_MALFORMED,)


@pytest.mark.rule("CRED-2")
@pytest.mark.parametrize("confirmation", ["", "Lila@courriel.example", "lila@courriel.exampl"])
def test_the_address_typed_again_must_be_the_same_to_the_letter(confirmation):
    assert rules.check_email("lila@courriel.example", confirmation, POLICY) == (Refusal.EMAIL_MISMATCH,)


@given(st.text(max_size=120))
def test_no_text_that_passes_for_an_address_can_inject_a_header(text):
    if well_formed_email(text):
        assert not any(character in text for character in '\r\n\0\t ,;:<>()[]\\"')
        assert text.count("@") == 1


# The address compared


@pytest.mark.rule("CRED-4")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LILA@COURRIEL.EXAMPLE", "lila@courriel.example"),
        ("ZOÉ@courriel.example", "zoé@courriel.example"),
        ("zoe\u0301@courriel.example", "zo\u00e9@courriel.example"),
    ],
    ids=["case", "an accent's case", "an accent in two ways"],
)
def test_two_writings_of_one_address_have_one_key(one, other):
    assert rules.claim_key(one) == rules.claim_key(other)


@pytest.mark.rule("CRED-4")
@pytest.mark.parametrize("other", ["lila@courriel.exampl", "li.la@courriel.example", "lilà@courriel.example"])
def test_two_addresses_have_two_keys(other):
    assert rules.claim_key("lila@courriel.example") != rules.claim_key(other)


@pytest.mark.rule("ACT-16")
@pytest.mark.parametrize(
    ("typed", "match", "same"),
    [
        ("lila@courriel.example", EmailMatch.CASEFOLD, True),
        ("LILA@courriel.example", EmailMatch.CASEFOLD, True),
        ("lola@courriel.example", EmailMatch.CASEFOLD, False),
        ("lila@courriel.example", EmailMatch.EXACT, True),
        ("LILA@courriel.example", EmailMatch.EXACT, False),
        ("lola@courriel.example", EmailMatch.EXACT, False),
    ],
)
def test_the_policy_says_whether_case_counts_in_a_typed_address(typed, match, same):
    assert rules.same_email(typed, "lila@courriel.example", match) is same
    assert rules.same_email("lila@courriel.example", typed, match) is same


@pytest.mark.rule("CRED-1", "CRED-11")
@pytest.mark.parametrize(("chosen", "proposed"), [(None, "on@file.example"), ("other@one.example",) * 2])
def test_the_form_proposes_the_address_on_file_until_another_one_is_chosen(chosen, proposed):
    assert rules.proposed_email("on@file.example", chosen) == proposed


# The password


@pytest.mark.rule("CRED-6")
@pytest.mark.parametrize(
    ("length", "refusals"),
    [
        (0, (Refusal.PASSWORD_TOO_SHORT,)),
        (7, (Refusal.PASSWORD_TOO_SHORT,)),
        (8, ()),
        (9, ()),
        (19, ()),
        (20, ()),
        (21, (Refusal.PASSWORD_TOO_LONG,)),
    ],
)
def test_a_password_has_8_to_20_characters(length, refusals):
    password = ("a1" * 11)[:length]
    assert rules.check_password(password, password, POLICY) == refusals


@pytest.mark.rule("CRED-6")
@pytest.mark.parametrize("template", ["{}motdepasse1", "motde{}passe1", "motdepasse1{}"])
def test_a_password_is_of_unaccented_letters_and_digits(template):
    for character in "éàçÉœ -_.!@\t\n\0ß²ａ\u00a0\u0660":
        password = template.format(character)
        assert rules.check_password(password, password, POLICY) == (Refusal.PASSWORD_CHARACTERS,)


@pytest.mark.rule("CRED-6")
def test_every_ascii_letter_and_digit_may_stand_in_a_password():
    for start in range(0, 62, 12):
        password = (string.ascii_letters + string.digits)[start : start + 12].ljust(8, "x")
        assert rules.check_password(password, password, POLICY) == ()


@pytest.mark.rule("CRED-7")
@pytest.mark.parametrize(
    ("password", "refusals"),
    [
        ("abcdefgh", (Refusal.PASSWORD_NEEDS_BOTH,)),
        ("12345678", (Refusal.PASSWORD_NEEDS_BOTH,)),
        ("abcdefg1", ()),
        ("1234567a", ()),
    ],
)
def test_letters_and_digits_both_are_needed_only_where_the_policy_says_so(password, refusals):
    assert rules.check_password(password, password, POLICY) == ()
    assert rules.check_password(password, password, replace(POLICY, password_requires_both=True)) == refusals


@pytest.mark.rule("CRED-2")
@pytest.mark.parametrize("confirmation", ["", "FICHE2011", "Fiche2012", "Fiche2011 "])
def test_the_password_typed_again_must_be_the_same(confirmation):
    assert rules.check_password("Fiche2011", confirmation, POLICY) == (Refusal.PASSWORD_MISMATCH,)


@given(st.text(max_size=30))
def test_the_fiche_s_sentence_on_passwords_is_all_there_is_to_them(password):
    good = 8 <= len(password) <= 20 and all(c in string.ascii_letters + string.digits for c in password)
    assert (rules.check_password(password, password, POLICY) == ()) is good


# The question


@pytest.mark.rule("CRED-10")
def test_the_question_that_the_fiche_attests_heads_the_list():
    assert QUESTIONS[0] == "Quel est votre surnom ?"
    assert len(set(QUESTIONS)) == len(QUESTIONS) > 1


@pytest.mark.rule("CRED-9")
@pytest.mark.parametrize("question", QUESTIONS)
def test_each_question_of_the_list_may_be_answered(question):
    assert rules.check_answer(question, "Lili") == ()


@pytest.mark.rule("CRED-9")
@pytest.mark.parametrize("question", ["", "quel est votre surnom ?", "Quel est votre code secret ?"])
def test_a_question_of_one_s_own_is_refused(question):
    assert rules.check_answer(question, "Lili") == (Refusal.QUESTION_UNKNOWN,)


@pytest.mark.rule("CRED-9")
@pytest.mark.parametrize(
    ("answer", "refusals"),
    [
        ("", (Refusal.ANSWER_MISSING,)),
        ("L", ()),
        ("Lili Ross", ()),
        ("L" * 99, ()),
        ("L" * 100, ()),
        ("L" * 101, (Refusal.ANSWER_TOO_LONG,)),
        ("L'Haÿ-les-Roses, à l'œil € 😀", ()),
    ],
)
def test_an_answer_is_of_1_to_100_characters(answer, refusals):
    assert rules.check_answer(QUESTIONS[0], answer) == refusals


@pytest.mark.rule("CRED-9")
def test_an_answer_has_no_control_character_nor_invisible_mark():
    for character in "\0\n\r\t\x7f\x9b\u200b\u202e\u2028\u2029\ud800\ufeff\ue000":
        assert rules.check_answer(QUESTIONS[0], f"Li{character}li") == (Refusal.ANSWER_CHARACTERS,), ascii(
            character
        )


@pytest.mark.rule("CRED-9")
def test_wrong_question_and_answer_are_reported_together():
    assert rules.check_answer("?", "") == (Refusal.QUESTION_UNKNOWN, Refusal.ANSWER_MISSING)


def test_every_character_of_the_recap_s_fonts_is_printable():
    shown = {*range(0x20, 0x7F), *range(0xA0, 0x100)} - {0xAD}  # the soft hyphen shows nothing
    assert printable("".join(map(chr, sorted(shown))) + "€ŒœŸŽž…–—‘’“”«»")


# Whether the address is free


@pytest.mark.rule("CRED-4")
def test_an_unclaimed_address_is_free(start):
    assert judge_address(None, None, 0, start, POLICY) is None
    assert judge_address(None, None, 1, start, POLICY) is None


@pytest.mark.rule("CRED-4")
@pytest.mark.parametrize("passed", [timedelta(0), WINDOW, WINDOW + SECOND, timedelta(days=4000)])
def test_the_address_of_a_password_space_is_taken_for_ever(passed, option, start):
    used = EmailClaim("another", replace(option, used_at=start))
    born_converted = EmailClaim("another", None)
    assert judge_address(used, start + WINDOW, 0, start + passed, POLICY) is Refusal.EMAIL_TAKEN
    assert judge_address(born_converted, None, 0, start + passed, POLICY) is Refusal.EMAIL_TAKEN


@pytest.mark.rule("ACT-6", "ACT-7")
@pytest.mark.parametrize(
    ("passed", "refusal"),
    [
        (timedelta(0), Refusal.EMAIL_AWAITING_ACTIVATION),
        (WINDOW - SECOND, Refusal.EMAIL_AWAITING_ACTIVATION),
        (WINDOW, Refusal.EMAIL_AWAITING_ACTIVATION),
        (WINDOW + SECOND, None),
    ],
)
def test_an_address_awaits_activation_for_48_hours_and_is_free_one_second_later(
    passed, refusal, option, start
):
    claim = EmailClaim(option.subscriber_number, option)
    assert judge_address(claim, start + WINDOW, 0, start + passed, POLICY) is refusal


@pytest.mark.rule("ACT-4", "ACT-7")
def test_an_address_awaits_activation_for_48_hours_from_the_sending(option, start):
    sent = replace(option, sent_at=start + timedelta(hours=5))
    claim = EmailClaim("another", sent)
    end = RULES.option.window_end(sent, WINDOW)
    assert judge_address(claim, end, 0, end, POLICY) is Refusal.EMAIL_AWAITING_ACTIVATION
    assert judge_address(claim, end, 0, end + SECOND, POLICY) is None


@pytest.mark.rule("ACT-8")
def test_a_replaced_option_keeps_its_address_for_the_rest_of_its_48_hours(option, start):
    claim, end = EmailClaim("another", replace(option, replaced_at=start + SECOND)), start + WINDOW
    assert judge_address(claim, end, 0, end, POLICY) is Refusal.EMAIL_AWAITING_ACTIVATION
    assert judge_address(claim, end, 0, end + SECOND, POLICY) is None


@pytest.mark.rule("CRED-5")
@pytest.mark.parametrize(
    ("shared", "sharing", "refusal"),
    [
        (SharedEmail.FIRST, 1, None),
        (SharedEmail.FIRST, 2, None),
        (SharedEmail.FIRST, 3, None),
        (SharedEmail.REFUSE, 0, None),
        (SharedEmail.REFUSE, 1, None),
        (SharedEmail.REFUSE, 2, Refusal.EMAIL_SHARED),
        (SharedEmail.REFUSE, 3, Refusal.EMAIL_SHARED),
    ],
)
def test_the_policy_says_who_may_opt_with_a_shared_mailbox(shared, sharing, refusal, start):
    assert judge_address(None, None, sharing, start, replace(POLICY, email_shared=shared)) is refusal


@pytest.mark.rule("CRED-5")
def test_a_shared_mailbox_is_judged_after_the_earlier_claims(option, start):
    policy = replace(POLICY, email_shared=SharedEmail.REFUSE)
    lapsed = EmailClaim("another", option)
    assert judge_address(lapsed, start + WINDOW, 2, start, policy) is Refusal.EMAIL_AWAITING_ACTIVATION
    assert judge_address(lapsed, start + WINDOW, 2, start + WINDOW + SECOND, policy) is Refusal.EMAIL_SHARED
