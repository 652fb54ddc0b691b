"""Each defect alone: the decision that it replaces, without the defect and with it.

Scenarios test what a person sees. These tests check that a defect breaks what its title says, and no more.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from cases import cases

from maquette.fixtures.rules import load_rules
from maquette.simulator.defects.catalogue import DEFECTS, DefectUnknownError, ordered, rules_of
from maquette.simulator.defects.override import OVERRIDES
from maquette.simulator.domain.certificate import CertificateFacts, CertificateRecord, PresentedCertificate
from maquette.simulator.domain.credentials import QUESTIONS, AddressUse, EmailClaim
from maquette.simulator.domain.helpdesk import PHONE
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.policy import EmailMatch, Policy, PopupMode
from maquette.simulator.domain.refusals import Reason, Refusal
from maquette.simulator.domain.rules import RULES, Rules
from maquette.simulator.domain.session import Draft, Leaving, Session, Way
from maquette.simulator.domain.space import Civility, Company, Credentials, Holder, Service, Space
from maquette.simulator.domain.space_application import Application, CreationMode
from maquette.simulator.domain.steps import Step
from maquette.simulator.portal.space import Subscriber

NOW = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
SECOND, HOUR, DAY, WINDOW = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1), timedelta(hours=48)
NUMBER, EMAIL, CODE = "20111710000303", "lila@courriel.example", "5Xnmyx5kZbX8"
POLICY, EXACT = Policy(), EmailMatch.EXACT
CERTIFICATE, PENDING, PASSWORD = SpaceState

CHOSEN = Credentials(EMAIL, "a hash", QUESTIONS[0], "Été bleu")
HOLDER = Holder(Civility.MADAME, "Rosemonde", "Lila", "01", "1 rue", "75000", "Paris", "FRANCE")
FIRST = Company("123456782", "12345678200010", "SARL", foreign=False, services=tuple(Service))
SECOND_FILE = replace(FIRST, siren="987654324", name="SA")
SPACE = Space(NUMBER, date(2011, 1, 17), HOLDER, (FIRST, SECOND_FILE), "ancienne@courriel.example")
CONVERTED = replace(SPACE, credentials=CHOSEN, registered_at=NOW, email=EMAIL)
OPTION = Option("o", NUMBER, CHOSEN, CODE, queued_at=NOW)
SENT = replace(OPTION, sent_at=NOW + HOUR)
OTHER = replace(OPTION, id="p")
USED, REPLACED = replace(OPTION, used_at=NOW), replace(OPTION, replaced_at=NOW)
FACTS = CertificateFacts(
    "aa", "CN=Lila", issuer_known=True, for_clients=True, not_before=NOW - DAY, not_after=NOW + DAY
)
TIED, REVOKED = CertificateRecord(NUMBER, revoked=False), CertificateRecord(NUMBER, revoked=True)
SESSION = Session("s", Way.CERTIFICATE, NUMBER, "aa", NOW + 400 * DAY, NOW, Draft())
SUBSCRIBER = Subscriber(NUMBER, HOLDER, certificate_end=NOW)
APPLICATION = Application(
    CreationMode.SIMPLIFIED,
    "Madame",
    "Exemple",
    "Camille",
    "0102030405",
    "1 rue",
    "75000",
    "Paris",
    "FRANCE",
    "123456782\n987654324",
)
SATURDAY_MORNING = datetime(2011, 6, 11, 8, 0, tzinfo=UTC)


def judge_certificate(facts=FACTS, record=TIED, state=CERTIFICATE):
    return lambda rules: rules.certificate.judge(PresentedCertificate(facts, record, state), NOW)


def judge_address(claim=None, end=None, sharing=1, now=NOW):
    use = AddressUse(claim, end, sharing)
    return lambda rules: rules.credentials.judge_address(use, now, rules.policy.in_force(POLICY))


def check_email(email, confirmation=None):
    return lambda rules: rules.credentials.check_email(
        email, email if confirmation is None else confirmation, POLICY
    )


def check_password(password, confirmation=None):
    return lambda rules: rules.credentials.check_password(
        password, confirmation or password, rules.policy.in_force(POLICY)
    )


def page(screen, **values):
    return lambda rules: {name: rules.presentation.page(screen, values)[name] for name in values}


def recap(rules: Rules, label: str) -> str:
    return next(
        dict(lines)[label] for _, lines in rules.recap.groups(CONVERTED, CHOSEN) if label in dict(lines)
    )


def letter(rules: Rules) -> Any:
    return rules.letter.write(CODE, "48h")


def drawn(rules: Rules) -> str:
    return rules.code.draw(lambda alphabet: alphabet[0])


OBSERVED: dict[str, tuple[Callable[[Rules], object], object, object]] = {
    "expired-certificate-accepted": (
        judge_certificate(replace(FACTS, not_after=NOW - SECOND)),
        Refusal.CERTIFICATE_EXPIRED,
        None,
    ),
    "future-certificate-accepted": (
        judge_certificate(replace(FACTS, not_before=NOW + SECOND)),
        Refusal.CERTIFICATE_NOT_YET_VALID,
        None,
    ),
    "revoked-certificate-accepted": (judge_certificate(record=REVOKED), Refusal.CERTIFICATE_REVOKED, None),
    "one-reason-for-every-certificate": (
        judge_certificate(record=REVOKED),
        Refusal.CERTIFICATE_REVOKED,
        Refusal.CERTIFICATE_WITHOUT_SPACE,
    ),
    "no-way-out-named": (
        page("refused", leads_outside=True),
        {"leads_outside": True},
        {"leads_outside": False},
    ),
    "notice-skipped": (
        lambda rules: rules.policy.in_force(POLICY.changed({"gate.notice": "Attention"})).gate_notice,
        "Attention",
        None,
    ),
    "first-space-kept": (lambda rules: rules.certificate.space_opened("another", SESSION), "another", NUMBER),
    "certificate-refused-while-pending": (judge_certificate(state=PENDING), None, Refusal.SPACE_CONVERTED),
    "certificate-works-after-activation": (judge_certificate(state=PASSWORD), Refusal.SPACE_CONVERTED, None),
    "certificate-back-after-48-hours": (
        lambda rules: [rules.option.state_of(CONVERTED, USED, NOW + by, NOW) for by in (0 * SECOND, SECOND)],
        [PASSWORD, PASSWORD],
        [PASSWORD, CERTIFICATE],
    ),
    "password-works-before-activation": (
        lambda rules: rules.login.opening_credentials(SPACE, OPTION),
        None,
        CHOSEN,
    ),
    "number-changes": (
        lambda rules: [rules.presentation.space(each).subscriber_number for each in (SPACE, CONVERTED)],
        [NUMBER, NUMBER],
        [NUMBER, "20111600000300"],
    ),
    "service-lost": (
        lambda rules: [
            len(rules.presentation.space(each).companies[1].services) for each in (SPACE, CONVERTED)
        ],
        [12, 12],
        [12, 11],
    ),
    "session-outlives-activation": (
        lambda rules: rules.session.ended_by_activation([SESSION]),
        [SESSION],
        [],
    ),
    "quitter-keeps-the-session": (
        lambda rules: rules.session.ended_by_leaving(),
        frozenset(Leaving),
        frozenset({Leaving.RESULT}),
    ),
    "session-never-ends": (
        lambda rules: rules.session.end(SESSION, POLICY.session_idle) < NOW + DAY,
        True,
        False,
    ),
    "session-bound-to-nothing": (lambda rules: rules.session.is_bound_to(SESSION, None), False, True),
    "service-under-wrong-heading": (
        lambda rules: rules.space.services_by_rubric(FIRST)[1],
        ("Déclarer", ["T.V.A.", "Impôt sur les sociétés", "Taxe sur les salaires", "C.V.A.E."]),
        (
            "Déclarer",
            ["Compte fiscal", "T.V.A.", "Impôt sur les sociétés", "Taxe sur les salaires", "C.V.A.E."],
        ),
    ),
    "first-file-always": (
        lambda rules: [rules.space.chosen_file(SPACE.companies, siren) for siren in ("987654324", "none")],
        [SECOND_FILE, None],
        [FIRST, None],
    ),
    "last-file-missing": (lambda rules: rules.space.files_of_page([1, 2, 3], 1, 2), [1, 2], [1]),
    "certificate-end-hidden": (
        lambda rules: page("space", subscriber=SUBSCRIBER)(rules)["subscriber"].certificate_end,
        NOW,
        None,
    ),
    "option-offered-to-all": (
        page("space", offers_option=False),
        {"offers_option": False},
        {"offers_option": True},
    ),
    "warning-skipped": (
        lambda rules: [
            rules.steps.reachable(CERTIFICATE, SESSION, step) for step in (Step.WARNING, Step.CREDENTIALS)
        ],
        [Step.WARNING, Step.WARNING],
        [Step.WARNING, Step.CREDENTIALS],
    ),
    "email-on-file-not-replaced": (
        lambda rules: rules.space.converted(SPACE, CHOSEN, NOW).email,
        EMAIL,
        "ancienne@courriel.example",
    ),
    "back-forgets-the-email": (
        lambda rules: [
            rules.credentials.proposed_email("a", None),
            rules.credentials.proposed_email("a", "b"),
        ],
        ["a", "b"],
        ["a", "a"],
    ),
    "email-mismatch-accepted": (check_email(EMAIL, "x"), (Refusal.EMAIL_MISMATCH,), ()),
    "password-mismatch-accepted": (
        check_password("Colibri2011", "Colibri2012"),
        (Refusal.PASSWORD_MISMATCH,),
        (),
    ),
    "email-of-101-accepted": (
        lambda rules: [check_email("a" * n + "@" + "b" * 50 + ".example")(rules) for n in (41, 42, 43)],
        [(), (Refusal.EMAIL_TOO_LONG,), (Refusal.EMAIL_TOO_LONG,)],
        [(), (), (Refusal.EMAIL_TOO_LONG,)],
    ),
    "malformed-email-accepted": (check_email("lila"), (Refusal.EMAIL_MALFORMED,), ()),
    "unique-only-among-pending": (
        judge_address(EmailClaim("another", USED), NOW + WINDOW),
        Refusal.EMAIL_TAKEN,
        None,
    ),
    "email-unique-only-with-case": (
        lambda rules: rules.credentials.claim_key("A@b") == rules.credentials.claim_key("a@b"),
        True,
        False,
    ),
    "shared-mailbox-refused": (judge_address(sharing=2), None, Refusal.EMAIL_SHARED),
    "password-of-7-accepted": (
        lambda rules: [check_password("a" * n)(rules) for n in (6, 7, 8)],
        [(Refusal.PASSWORD_TOO_SHORT,)] * 2 + [()],
        [(Refusal.PASSWORD_TOO_SHORT,), (), ()],
    ),
    "password-of-21-accepted": (
        lambda rules: [check_password("a" * n)(rules) for n in (20, 21, 22)],
        [()] + [(Refusal.PASSWORD_TOO_LONG,)] * 2,
        [(), (), (Refusal.PASSWORD_TOO_LONG,)],
    ),
    "any-character-in-password": (check_password("Été 2011 !"), (Refusal.PASSWORD_CHARACTERS,), ()),
    "both-kinds-always-needed": (check_password("Colibriii"), (), (Refusal.PASSWORD_NEEDS_BOTH,)),
    "empty-answer-accepted": (
        lambda rules: rules.credentials.check_answer(QUESTIONS[0], ""),
        (Refusal.ANSWER_MISSING,),
        (),
    ),
    "one-question-only": (
        lambda rules: page("question", questions=QUESTIONS)(rules)["questions"],
        QUESTIONS,
        QUESTIONS[:1],
    ),
    "address-not-judged-again": (
        lambda rules: rules.credentials.judge_address_again(
            AddressUse(EmailClaim("another", USED), NOW, 1), NOW, POLICY
        ),
        Refusal.EMAIL_TAKEN,
        None,
    ),
    "mail-sent-twice": (lambda rules: rules.letter.names("o"), ("o",), ("o", "o.2")),
    "page-says-24-hours": (page("pending", window=WINDOW), {"window": WINDOW}, {"window": DAY}),
    "code-of-11-characters": (lambda rules: len(drawn(rules)), 12, 11),
    "code-case-ignored": (
        lambda rules: [rules.code.judge(OPTION, each, PENDING) for each in (CODE.lower(), "other")],
        [Reason.CODE_WRONG, Reason.CODE_WRONG],
        [None, Reason.CODE_WRONG],
    ),
    "code-with-look-alikes": (lambda rules: (len(drawn(rules)), drawn(rules)[0]), (12, "A"), (12, "1")),
    "window-counted-from-option": (
        lambda rules: rules.option.window_end(SENT, WINDOW),
        NOW + HOUR + WINDOW,
        NOW + WINDOW,
    ),
    "code-expires-at-47-hours": (
        lambda rules: rules.option.window_end(OPTION, WINDOW),
        NOW + WINDOW,
        NOW + WINDOW - HOUR,
    ),
    "code-works-a-second-longer": (
        lambda rules: rules.option.window_end(OPTION, WINDOW),
        NOW + WINDOW,
        NOW + WINDOW + SECOND,
    ),
    "code-never-expires": (
        lambda rules: datetime(2100, 12, 31, tzinfo=UTC) > rules.option.window_end(OPTION, WINDOW),
        True,
        False,
    ),
    "lapsed-address-stays-blocked": (
        judge_address(EmailClaim("another", OPTION), NOW + WINDOW, now=NOW + 9 * WINDOW),
        None,
        Refusal.EMAIL_AWAITING_ACTIVATION,
    ),
    "second-code-for-one-address": (
        judge_address(EmailClaim("another", OPTION), NOW + WINDOW),
        Refusal.EMAIL_AWAITING_ACTIVATION,
        None,
    ),
    "another-address-refused": (
        lambda rules: [rules.option.may_opt(state, replacing=True) for state in SpaceState],
        [True, True, False],
        [True, False, False],
    ),
    "replaced-address-free-at-once": (
        judge_address(EmailClaim("another", REPLACED), NOW + WINDOW),
        Refusal.EMAIL_AWAITING_ACTIVATION,
        None,
    ),
    "earlier-code-lives": (
        lambda rules: [rules.option.left_behind(OPTION, None), rules.option.left_behind(OPTION, OTHER)],
        [(OPTION,), (OPTION, OTHER)],
        [(), (OTHER,)],
    ),
    "code-works-twice": (lambda rules: rules.code.judge(USED, CODE, PASSWORD), Reason.CODE_USED, None),
    "unknown-address-told": (
        lambda rules: rules.code.refusal(Reason.ADDRESS_UNKNOWN),
        Refusal.ACTIVATION_REFUSED,
        Refusal.EMAIL_MALFORMED,
    ),
    "wrong-tries-never-lock": (lambda rules: rules.tries.lockout_end([NOW] * 9, 5, HOUR), NOW + HOUR, None),
    "locked-after-four-tries": (
        lambda rules: [rules.tries.lockout_end([NOW] * n, 5, HOUR) for n in (3, 4, 5)],
        [None, None, NOW + HOUR],
        [None, NOW + HOUR, NOW + HOUR],
    ),
    "email-compared-with-case": (
        lambda rules: rules.credentials.same_email("A@b", "a@b", EmailMatch.CASEFOLD),
        True,
        False,
    ),
    "blanks-around-count": (lambda rules: rules.code.without_blanks(" a "), "a", " a "),
    "blocked-popup-activates": (lambda rules: rules.code.valider_activates(), False, True),
    "window-not-judged-again": (
        lambda rules: [rules.code.judge_again(*each) for each in ((OPTION, CERTIFICATE), (USED, PASSWORD))],
        [Reason.CODE_EXPIRED, Reason.CODE_USED],
        [None, Reason.CODE_USED],
    ),
    "window-opens-by-itself": (
        lambda rules: rules.policy.in_force(replace(POLICY, popup_mode=PopupMode.CLICK)).popup_mode,
        PopupMode.CLICK,
        PopupMode.AUTOMATIC,
    ),
    "registered-a-day-late": (
        lambda rules: rules.space.converted(SPACE, CHOSEN, NOW).registered_at,
        NOW,
        NOW + DAY,
    ),
    "recap-of-wrong-person": (lambda rules: recap(rules, "Nom"), "Rosemonde", "Exemple"),
    "recap-without-answer": (lambda rules: recap(rules, "Réponse de confiance"), "Été bleu", ""),
    "recap-missing-from-space": (lambda rules: rules.space.has_recap(CONVERTED), True, False),
    "result-for-everybody": (lambda rules: rules.result.is_open(None, NOW), False, True),
    "result-open-for-a-day": (
        lambda rules: rules.result.is_open(rules.result.end(NOW), NOW + HOUR),
        False,
        True,
    ),
    "result-open-after-quitter": (
        lambda rules: rules.session.ended_by_leaving(),
        frozenset(Leaving),
        frozenset({Leaving.SESSION}),
    ),
    "unknown-address-told-at-login": (
        lambda rules: rules.login.refusal(Reason.ADDRESS_UNKNOWN),
        Refusal.LOGIN_REFUSED,
        Refusal.EMAIL_MALFORMED,
    ),
    "any-answer-recovers": (
        lambda rules: [
            rules.identification.judge_recovery(CONVERTED, EMAIL, number, "x", EXACT)
            for number in (NUMBER, "another")
        ],
        [Reason.ANSWER_WRONG, Reason.NUMBER_WRONG],
        [None, Reason.NUMBER_WRONG],
    ),
    "answer-compared-exactly": (
        lambda rules: [
            rules.identification.judge_recovery(CONVERTED, EMAIL, NUMBER, each, EXACT)
            for each in ("ete BLEU", "Été bleu")
        ],
        [None, None],
        [Reason.ANSWER_WRONG, None],
    ),
    "helpdesk-another-number": (
        page("helpdesk", phone=PHONE),
        {"phone": "0 810 006 882"},
        {"phone": "0 810 006 883"},
    ),
    "helpdesk-open-at-weekends": (
        lambda rules: [rules.helpdesk.is_open(SATURDAY_MORNING + by) for by in (0 * DAY, DAY, HOUR * 20)],
        [False, False, False],
        [True, True, False],
    ),
    "outside-without-siren": (
        lambda rules: rules.identification.judge_outside(SPACE, SPACE.email, "x", EXACT),
        Reason.SIREN_WRONG,
        None,
    ),
    "several-companies-in-simplified-mode": (
        lambda rules: rules.application.check(APPLICATION),
        (Refusal.SIREN_NOT_SINGLE,),
        (),
    ),
    "new-space-with-first-company-only": (
        lambda rules: len(rules.application.founded(APPLICATION, NUMBER, NOW.date(), EMAIL).companies),
        2,
        1,
    ),
    "mail-says-24-hours": (lambda rules: "un délai de 24h" in letter(rules).text, False, True),
    "mail-has-a-link": (lambda rules: "https://" in letter(rules).text, False, True),
    "mail-path-of-today": (lambda rules: '"Création Espace Abonné"' in letter(rules).text, True, False),
    "mail-from-another-sender": (
        lambda rules: letter(rules).sender,
        "ne.pas.repondre@dgfip.finances.example",
        "assistance@impots.example",
    ),
    "refused-mail-given-up": (lambda rules: rules.letter.refused_for_good(451), False, True),
}
"""What is looked at, what it is by the rules, and what it is with the defect alone."""


def decisions(rules: Rules) -> dict[tuple[str, str], object]:
    """The methods of each group in these rules."""
    return {
        (field.name, name): getattr(type(getattr(rules, field.name)), name)
        for field in fields(rules)
        for name, method in vars(type(getattr(RULES, field.name))).items()
        if callable(method) and not name.startswith("__")
    }


def overridden(name: str) -> list[tuple[str, str]]:
    """The decisions that the defect replaces."""
    before, after = decisions(RULES), decisions(rules_of([name]))
    return [each for each in before if before[each] is not after[each]]


def test_there_are_at_least_45_defects_and_each_is_tested() -> None:
    assert len(DEFECTS) >= 45
    assert DEFECTS.keys() == OBSERVED.keys() == OVERRIDES.keys()


@cases("name", DEFECTS)
def test_a_defect_replaces_one_decision_and_leaves_all_others(name: str) -> None:
    assert len(overridden(name)) == 1


@cases("name", DEFECTS)
def test_a_defect_breaks_what_its_title_says(name: str) -> None:
    look, by_the_rules, with_the_defect = OBSERVED[name]
    assert look(RULES) == by_the_rules
    assert look(rules_of([name])) == with_the_defect
    assert by_the_rules != with_the_defect


@cases("name", DEFECTS)
def test_a_defect_works_together_with_defects_of_other_decisions(name: str) -> None:
    look, by_the_rules, with_the_defect = OBSERVED[name]
    mine = rules_of([name])
    (decision,) = overridden(name)
    apart = {
        other
        for other, (theirs, unbroken, _) in OBSERVED.items()
        if decision not in overridden(other) or decision[0] in {"policy", "presentation"}
        if look(rules_of([other])) == by_the_rules and theirs(mine) == unbroken
    }
    assert len(apart) > len(DEFECTS) / 2
    assert look(rules_of([name, *sorted(apart)])) == with_the_defect


def test_each_defect_breaks_an_existing_rule_in_the_order_of_the_groups_of_rules() -> None:
    places = {rule.id: place for place, rule in enumerate(load_rules())}
    assert [each.name for each in DEFECTS.values() if each.rule not in places] == []
    groups = [each.rule.partition("-")[0] for each in DEFECTS.values()]
    assert sum(before != after for before, after in pairwise(groups)) == len(set(groups)) - 1


def test_every_group_of_rules_has_a_defect() -> None:
    groups = {rule.id.partition("-")[0] for rule in load_rules()}
    assert {each.rule.partition("-")[0] for each in DEFECTS.values()} == groups


def test_names_are_written_alike_and_titles_and_reasons_are_sentences_of_their_own() -> None:
    for name, each in DEFECTS.items():
        assert name == each.name
        assert name == name.lower().replace(" ", "-").replace("_", "-")
        assert each.why_en.endswith(".")
        assert each.why_fr.endswith(".")
        assert not each.title_en.endswith(".")
        assert not each.title_fr.endswith(".")
    for field in ("title_en", "title_fr", "why_en", "why_fr"):
        assert len({getattr(each, field) for each in DEFECTS.values()}) == len(DEFECTS)


def test_no_defect_makes_the_rules_themselves() -> None:
    assert rules_of([]) is RULES


def test_defects_come_in_the_catalogue_s_order_each_once_however_they_are_named() -> None:
    names = list(DEFECTS)
    assert ordered([names[3], names[0], names[3]]) == (names[0], names[3])
    assert rules_of([names[3], names[0]]) is rules_of([names[0], names[3], names[0]])


def test_where_two_contradict_each_other_the_later_has_the_last_word() -> None:
    end = rules_of(["code-never-expires", "code-expires-at-47-hours"]).option.window_end(OPTION, WINDOW)
    assert end == rules_of(["code-never-expires"]).option.window_end(OPTION, WINDOW)


def test_two_defects_of_one_decision_combine() -> None:
    both = rules_of(["password-of-21-accepted", "password-mismatch-accepted"])
    assert both.credentials.check_password("a" * 21, "b", POLICY) == ()
    assert RULES.credentials.check_password("a" * 21, "b", POLICY) == (Refusal.PASSWORD_TOO_LONG,)


def test_an_unknown_defect_is_named() -> None:
    with pytest.raises(DefectUnknownError, match="no-such"):
        rules_of(["no-such", "code-never-expires"])


def test_the_rules_of_a_realm_cost_next_to_nothing_once_they_are_made() -> None:
    assert rules_of(["code-never-expires", "mail-has-a-link"]) is rules_of(
        ["mail-has-a-link", "code-never-expires"]
    )
