"""Activation: the check of address and code, and the new window's request, which checks them again."""

from dataclasses import replace

import pytest
from town import (
    ANSWER,
    HOUR,
    LILA,
    LILA_EMAIL,
    MINUTE,
    OTHER_EMAIL,
    PASSWORD,
    SECOND,
    START,
    THEO,
    WINDOW,
)

from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.domain.space import AccessMode, Space
from maquette.simulator.procedure.activation import (
    CodeAccepted,
    Registration,
    get_recap_space,
    get_registration,
    note_window_blocked,
)
from maquette.simulator.store.sessions import put_result

CODE = "5Xnmyx5kZbX8"


def refused(reason):
    return Refused(Refusal.ACTIVATION_REFUSED, reason)


@pytest.fixture
async def option(town):
    return await town.opt(LILA, LILA_EMAIL)


# The code


@pytest.mark.rule("ACT-5")
@pytest.mark.parametrize(
    ("passed", "reason"),
    [(WINDOW - SECOND, None), (WINDOW, None), (WINDOW + SECOND, Reason.CODE_EXPIRED)],
)
async def test_a_code_works_at_48_hours_and_is_refused_one_second_later(town, option, passed, reason):
    town.after(passed)
    outcome = await town.type_code(LILA_EMAIL, option.code)
    assert outcome == (CodeAccepted(option.id) if reason is None else refused(reason))


@pytest.mark.rule("ACT-4")
@pytest.mark.parametrize(
    ("passed", "reason"),
    [(WINDOW - SECOND, None), (WINDOW, None), (WINDOW + SECOND, Reason.CODE_EXPIRED)],
)
async def test_the_48_hours_count_from_the_sending(town, option, passed, reason):
    town.letter_taken(option, START + 7 * HOUR)
    town.at(START + 7 * HOUR + passed)
    outcome = await town.type_code(LILA_EMAIL, option.code)
    assert outcome == (CodeAccepted(option.id) if reason is None else refused(reason))


@pytest.mark.rule("ACT-4", "ACT-6")
async def test_the_policy_sets_the_window(town, option):
    town.policy(activation_window="PT1H")
    town.after(HOUR)
    assert await town.type_code(LILA_EMAIL, option.code) == CodeAccepted(option.id)
    town.after(SECOND)
    assert await town.type_code(LILA_EMAIL, option.code) == refused(Reason.CODE_EXPIRED)


@pytest.mark.rule("ACT-2", "ACT-10", "ACT-14")
async def test_every_wrong_pair_gets_the_same_sentence_and_the_journal_its_own_reason(town, option):
    town.policy(activation_attempts=1000)
    for email, code, reason in (
        (LILA_EMAIL, option.code.swapcase(), Reason.CODE_WRONG),
        (LILA_EMAIL, option.code[:-1], Reason.CODE_WRONG),
        (LILA_EMAIL, PASSWORD, Reason.CODE_WRONG),
        ("nobody@courriel.example", option.code, Reason.ADDRESS_UNKNOWN),
        ("clemence.hautefeuille@courriel.example", option.code, Reason.ADDRESS_UNKNOWN),
    ):
        assert await town.type_code(email, code) == refused(reason)
        assert town.last_reason() == reason.value


@pytest.mark.rule("ACT-16")
@pytest.mark.parametrize(
    ("match", "email", "accepted"),
    [
        ("casefold", LILA_EMAIL.upper(), True),
        ("exact", LILA_EMAIL, True),
        ("exact", LILA_EMAIL.upper(), False),
    ],
)
async def test_the_policy_says_whether_case_counts_in_the_address(town, option, match, email, accepted):
    town.policy(email_match=match)
    outcome = await town.type_code(email, option.code)
    assert outcome == (CodeAccepted(option.id) if accepted else refused(Reason.ADDRESS_UNKNOWN))


@pytest.mark.rule("ACT-12")
async def test_activation_needs_neither_certificate_nor_session(town, option):
    town.after(HOUR)  # every session is over
    assert (await town.activate(option)).access_mode is AccessMode.PASSWORD


@pytest.mark.rule("POP-1", "POP-2", "POP-3")
async def test_a_right_code_changes_nothing_until_the_window_comes(town, option):
    before = town.dump()
    for _ in range(3):
        assert await town.type_code(LILA_EMAIL, option.code) == CodeAccepted(option.id)
    assert town.dump() == before
    await town.enter(LILA)
    assert (await town.login(LILA_EMAIL)).reason is Reason.SPACE_PENDING


@pytest.mark.rule("POP-1", "POP-3")
async def test_the_rules_say_whether_the_code_activates_without_the_window(town_with):
    town = town_with(code={"valider_activates": lambda: True})
    option = await town.opt(LILA, OTHER_EMAIL)
    assert await town.type_code(OTHER_EMAIL, option.code) == CodeAccepted(option.id)
    assert town.space_of(LILA).credentials == option.credentials
    seen = await town.run(get_registration, option_id=option.id, visitor="browser")
    assert seen == Registration(town.space_of(LILA), created=False)


@pytest.mark.rule("POP-6")
async def test_the_journal_distinguishes_a_missing_window_from_a_wrong_code(town, option):
    await town.type_code(LILA_EMAIL, option.code)
    await town.run(note_window_blocked, option_id=option.id)
    await town.type_code(LILA_EMAIL, CODE)
    assert town.kinds()[-3:] == ["code-accepted", "window-blocked", "refused"]
    assert town.lines("window-blocked")[0].data == {"option": option.id}


@pytest.mark.rule("POP-3", "POP-6")
async def test_the_journal_names_the_option_whose_window_came(town, option):
    await town.activate(option)
    about = {"option": option.id, "subscriber_number": town.number(LILA)}
    assert town.lines("window-fetched")[0].data == about
    assert about.items() <= town.lines("space-activated")[0].data.items()


# The window


@pytest.mark.rule("ACC-12", "CRED-1", "POP-3")
async def test_the_window_activates_access_and_e_mail_change_and_nothing_else(town):
    option = await town.opt(LILA, OTHER_EMAIL)
    before = town.space_of(LILA)
    town.after(HOUR)
    space = await town.activate(option)
    assert space == town.space_of(LILA)
    assert space == replace(
        before, email=OTHER_EMAIL, credentials=option.credentials, registered_at=START + HOUR
    )
    assert (space.subscriber_number, space.companies) == (before.subscriber_number, before.companies)
    assert (space.credentials.question, space.credentials.answer) == (QUESTIONS[0], ANSWER)


@pytest.mark.rule("POP-3", "ACT-5")
@pytest.mark.parametrize(
    ("passed", "reason"),
    [(WINDOW - SECOND, None), (WINDOW, None), (WINDOW + SECOND, Reason.CODE_EXPIRED)],
)
async def test_the_window_checks_the_48_hours_again(town, option, passed, reason):
    accepted = await town.type_code(LILA_EMAIL, option.code)
    town.after(passed)
    before = town.dump()
    outcome = await town.open_window(accepted.option_id)
    if reason is None:
        assert isinstance(outcome, Space)
    else:
        assert outcome == refused(reason)
        assert town.lines("refused")[-1].data["subscriber_number"] == option.subscriber_number
        assert town.dump() == before


@pytest.mark.rule("POP-3", "ACT-15")
@pytest.mark.parametrize("chosen", [LILA_EMAIL, LILA_EMAIL.upper()])
async def test_the_window_is_refused_while_the_address_is_locked(town, chosen):
    option = await town.opt(LILA, chosen)
    accepted = await town.type_code(chosen, option.code)
    for _ in range(5):
        await town.type_code(chosen, CODE)
    before = town.dump()
    assert await town.open_window(accepted.option_id) == refused(Reason.LOCKED_OUT)
    assert town.dump() == before
    town.after(15 * MINUTE)
    assert isinstance(await town.open_window(accepted.option_id), Space)


@pytest.mark.rule("ACT-9")
async def test_a_code_is_used_once(town, option):
    await town.activate(option)
    assert await town.type_code(LILA_EMAIL, option.code, "another browser") == refused(Reason.CODE_USED)
    town.after(WINDOW + SECOND)
    for browser in ("browser", "another browser"):
        assert await town.type_code(LILA_EMAIL, option.code, browser) == refused(Reason.CODE_USED)
    assert town.kinds().count("space-activated") == 1


@pytest.mark.rule("ACT-9", "POP-5")
@pytest.mark.parametrize(
    ("passed", "reason"),
    [(30 * MINUTE - SECOND, None), (30 * MINUTE, None), (30 * MINUTE + SECOND, Reason.CODE_USED)],
)
async def test_the_browser_that_activated_may_type_its_code_again_to_see_its_result(
    town, option, passed, reason
):
    space = await town.activate(option)
    town.after(passed)
    before = town.dump()
    outcome = await town.type_code(LILA_EMAIL, option.code)
    assert outcome == (CodeAccepted(option.id) if reason is None else refused(reason))
    if reason is None:
        assert await town.open_window(option.id) == space
    assert town.dump() == before


@pytest.mark.rule("ACT-9", "POP-5")
async def test_a_wrong_code_shows_no_result_to_the_browser_that_activated(town, option):
    await town.activate(option)
    assert await town.type_code(LILA_EMAIL, CODE) == refused(Reason.CODE_WRONG)


@pytest.mark.rule("ACT-9", "POP-5")
async def test_two_browsers_with_a_ticket_each_activate_once_between_them(town, option):
    accepted = await town.type_code(LILA_EMAIL, option.code)
    assert isinstance(await town.open_window(accepted.option_id, "one"), Space)
    before = town.dump()
    assert await town.open_window(accepted.option_id, "other") == refused(Reason.CODE_USED)
    assert town.dump() == before
    assert town.kinds().count("space-activated") == 1


@pytest.mark.rule("POP-5")
async def test_reloading_the_window_neither_activates_twice_nor_fails(town, option):
    space = await town.activate(option)
    town.after(10 * MINUTE)
    before = town.dump()
    for _ in range(2):
        assert await town.open_window(option.id) == space
    assert town.dump() == before
    assert town.kinds().count("space-activated") == 1


@pytest.mark.rule("POP-5", "REG-5")
@pytest.mark.parametrize(
    ("passed", "shown"),
    [(30 * MINUTE - SECOND, True), (30 * MINUTE, True), (30 * MINUTE + SECOND, False)],
)
async def test_this_browser_sees_the_result_for_30_minutes(town, option, passed, shown):
    space = await town.activate(option)
    town.after(passed)
    for see, seen in ((get_registration, Registration(space, created=False)), (get_recap_space, space)):
        outcome = await town.run(see, option_id=option.id, visitor="browser")
        assert outcome == (seen if shown else Refused(Refusal.RECAP_OF_ANOTHER))
    reloaded = await town.open_window(option.id)
    assert reloaded == (space if shown else refused(Reason.CODE_USED))


@pytest.mark.rule("REG-5")
async def test_no_other_browser_sees_the_result(town, option):
    await town.activate(option)
    for visitor in ("other", "", "browser ", "BROWSER"):
        for see in (get_registration, get_recap_space):
            outcome = await town.run(see, option_id=option.id, visitor=visitor)
            assert outcome == Refused(Refusal.RECAP_OF_ANOTHER)
    assert [line.data["reason"] for line in town.lines("refused")] == ["recap-of-another"] * 8
    assert "recap-made" not in town.kinds()


@pytest.mark.rule("REG-5", "SES-1")
async def test_after_quitter_this_browser_sees_no_result_any_more_and_others_still_theirs(town, option):
    his = await town.opt(THEO, OTHER_EMAIL)
    await town.activate(option, "one browser")
    await town.activate(his, "another browser")
    await town.leave((await town.login(LILA_EMAIL)).token, "one browser")
    seen = await town.run(get_recap_space, option_id=option.id, visitor="one browser")
    assert seen == Refused(Refusal.RECAP_OF_ANOTHER)
    assert await town.open_window(option.id, "one browser") == refused(Reason.CODE_USED)
    assert isinstance(await town.run(get_recap_space, option_id=his.id, visitor="another browser"), Space)


@pytest.mark.rule("REG-2", "REG-5")
async def test_a_recap_that_is_made_is_in_the_journal(town, option):
    await town.activate(option)
    await town.run(get_recap_space, option_id=option.id, visitor="browser")
    assert town.lines("recap-made")[0].data == {"subscriber_number": town.number(LILA)}


@pytest.mark.rule("POP-5")
async def test_reloading_does_not_fail_when_this_browser_has_activated_another_space_since(town, option):
    his = await town.opt(THEO, OTHER_EMAIL)
    space = await town.activate(option)
    await town.activate(his)
    assert await town.open_window(option.id) == space
    seen = [await town.run(get_registration, option_id=each.id, visitor="browser") for each in (option, his)]
    assert [each.space.subscriber_number for each in seen] == [town.number(LILA), town.number(THEO)]


@pytest.mark.rule("REG-5")
async def test_a_guessed_or_pending_option_shows_nothing(town, option):
    with town.store.writing(town.realm) as transaction:
        put_result(transaction, "browser", option.id, START + HOUR)
    for guessed in (option.id, "unknown", ""):
        outcome = await town.run(get_registration, option_id=guessed, visitor="browser")
        assert outcome == Refused(Refusal.RECAP_OF_ANOTHER)


@pytest.mark.rule("CRED-1", "ACC-12")
async def test_two_activations_in_one_browser_convert_each_its_own_space(town, option):
    his = await town.opt(THEO, OTHER_EMAIL)
    hers = await town.activate(option)
    assert (await town.activate(his)).subscriber_number == town.number(THEO)
    assert town.space_of(LILA) == hers


@pytest.mark.rule("POP-3")
async def test_a_ticket_of_a_deleted_option_opens_nothing(town):
    before = town.dump()
    assert await town.open_window("unknown") == refused(Reason.TICKET_FORGED)
    assert town.dump() == before


@pytest.mark.rule("ACT-14", "ACT-15")
@pytest.mark.parametrize(
    ("email", "code", "refusal"),
    [
        ("", "", Refusal.EMAIL_MISSING),
        ("", CODE, Refusal.EMAIL_MISSING),
        (LILA_EMAIL, "", Refusal.CODE_MISSING),
        ("nobody@courriel.example", "", Refusal.CODE_MISSING),
    ],
)
async def test_a_field_left_empty_is_no_try(town, option, email, code, refusal):
    for _ in range(6):
        assert await town.type_code(email, code) == Refused(refusal)
        assert town.last_reason() == refusal.code
    assert await town.type_code(LILA_EMAIL, option.code) == CodeAccepted(option.id)


@pytest.mark.rule("ACT-6")
async def test_a_lapse_is_noted_once_when_its_code_is_typed(town, option):
    town.after(WINDOW + SECOND)
    for _ in range(2):
        await town.type_code(LILA_EMAIL, option.code)
    await town.visit(LILA, await town.enter(LILA))
    assert len(town.lines("option-lapsed")) == 1


# Too many wrong tries


@pytest.mark.rule("ACT-15")
@pytest.mark.parametrize(("wrong", "locked"), [(4, False), (5, True), (6, True)])
async def test_after_five_wrong_tries_the_right_code_too_is_refused(town, option, wrong, locked):
    for _ in range(wrong):
        await town.type_code(LILA_EMAIL, CODE)
    outcome = await town.type_code(LILA_EMAIL, option.code)
    assert outcome == (refused(Reason.LOCKED_OUT) if locked else CodeAccepted(option.id))


@pytest.mark.rule("ACT-15")
@pytest.mark.parametrize(
    ("passed", "locked"), [(15 * MINUTE - SECOND, True), (15 * MINUTE, False), (15 * MINUTE + SECOND, False)]
)
async def test_the_lockout_is_over_after_fifteen_minutes(town, option, passed, locked):
    for _ in range(5):
        await town.type_code(LILA_EMAIL, CODE)
    town.after(passed)
    outcome = await town.type_code(LILA_EMAIL, option.code)
    assert outcome == (refused(Reason.LOCKED_OUT) if locked else CodeAccepted(option.id))


@pytest.mark.rule("ACT-14", "ACT-15")
@pytest.mark.parametrize("email", [LILA_EMAIL, "nobody@courriel.example", "é" * 5000, "no address at all"])
async def test_a_typed_address_is_locked_whether_or_not_it_exists(town, option, email):
    reasons = [(await town.type_code(email, CODE)).reason for _ in range(6)]
    assert reasons[-1] is Reason.LOCKED_OUT
    assert Reason.LOCKED_OUT not in reasons[:-1]
    assert town.last_reason() == "locked-out"


@pytest.mark.rule("ACT-14")
async def test_the_rules_hear_the_real_reason_of_each_refusal(town_with):
    heard = []
    town = town_with(code={"refusal": lambda reason: heard.append(reason) or Refusal.ACTIVATION_REFUSED})
    option = await town.opt(LILA, LILA_EMAIL)
    for _ in range(5):
        await town.type_code(LILA_EMAIL, CODE)
    await town.type_code(LILA_EMAIL, option.code)
    await town.open_window(option.id)
    assert heard == [Reason.CODE_WRONG] * 5 + [Reason.LOCKED_OUT] * 2


@pytest.mark.rule("ACT-15", "ACT-16")
async def test_an_address_is_locked_in_whatever_case_it_was_typed(town, option):
    for email in (LILA_EMAIL, LILA_EMAIL.upper(), LILA_EMAIL.title(), LILA_EMAIL, LILA_EMAIL.swapcase()):
        await town.type_code(email, CODE)
    assert await town.type_code(LILA_EMAIL, option.code) == refused(Reason.LOCKED_OUT)


@pytest.mark.rule("ACT-15")
async def test_a_locked_address_locks_no_other(town, option):
    for _ in range(6):
        await town.type_code("nobody@courriel.example", CODE)
    assert await town.type_code(LILA_EMAIL, option.code) == CodeAccepted(option.id)


@pytest.mark.rule("ACT-15")
async def test_tries_during_the_lockout_do_not_make_it_longer(town, option):
    for _ in range(5):
        await town.type_code(LILA_EMAIL, CODE)
    for _ in range(14):
        town.after(MINUTE)
        assert await town.type_code(LILA_EMAIL, CODE) == refused(Reason.LOCKED_OUT)
    town.after(MINUTE)
    assert await town.type_code(LILA_EMAIL, option.code) == CodeAccepted(option.id)


@pytest.mark.rule("ACT-15")
async def test_after_a_lockout_there_are_five_tries_again(town, option):
    for _ in range(5):
        await town.type_code(LILA_EMAIL, CODE)
    town.after(15 * MINUTE)
    for _ in range(4):
        assert await town.type_code(LILA_EMAIL, CODE) == refused(Reason.CODE_WRONG)
    assert await town.type_code(LILA_EMAIL, option.code) == CodeAccepted(option.id)


@pytest.mark.rule("ACT-15")
async def test_a_right_code_is_no_wrong_try(town, option):
    for _ in range(10):
        assert await town.type_code(LILA_EMAIL, option.code) == CodeAccepted(option.id)


@pytest.mark.rule("ACT-15")
async def test_the_policy_sets_attempts_and_lockout(town, option):
    town.policy(activation_attempts=2, activation_lockout="PT1M")
    for _ in range(2):
        await town.type_code(LILA_EMAIL, CODE)
    assert await town.type_code(LILA_EMAIL, option.code) == refused(Reason.LOCKED_OUT)
    town.after(MINUTE)
    assert await town.type_code(LILA_EMAIL, option.code) == CodeAccepted(option.id)


@pytest.mark.rule("ACT-15", "PWD-2")
async def test_wrong_tries_at_one_door_do_not_lock_the_other(town, option):
    for _ in range(6):
        await town.login(LILA_EMAIL, "wrong")
    await town.activate(option)
    for _ in range(6):
        await town.type_code(LILA_EMAIL, CODE)
    town.after(15 * MINUTE)
    assert not isinstance(await town.login(LILA_EMAIL), Refused)
