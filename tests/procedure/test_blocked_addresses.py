"""One option at a time for an address: a second option, another address, and lapses."""

import asyncio

import pytest
from town import HOUR, LILA, LILA_EMAIL, MINUTE, OTHER_EMAIL, PASSWORD, SECOND, START, THEO, WINDOW

from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.procedure.activation import CodeAccepted
from maquette.simulator.procedure.option_steps import StepRefused
from maquette.simulator.procedure.sessions import resume

THIRD_EMAIL = "troisieme@courriel.example"
AWAITING = StepRefused((Refusal.EMAIL_AWAITING_ACTIVATION,))
NO_OTHER = StepRefused((Refusal.OPTION_PENDING,))


async def ask(town, persona, email):
    """Enter and choose the address; return the outcome and the session's token."""
    token = await town.enter(persona)
    assert await town.warn(persona, token) is None
    return await town.choose(persona, token, email), token


# Within the 48 hours


@pytest.mark.rule("ACT-7")
@pytest.mark.parametrize("persona", [LILA, THEO])
@pytest.mark.parametrize("email", [LILA_EMAIL, LILA_EMAIL.upper()])
@pytest.mark.parametrize(
    ("passed", "refused"),
    [(0 * SECOND, True), (WINDOW - SECOND, True), (WINDOW, True), (WINDOW + SECOND, False)],
)
async def test_for_48_hours_nobody_gets_a_second_code_with_the_same_address(
    town, persona, email, passed, refused
):
    await town.opt(LILA, LILA_EMAIL)
    town.after(passed)
    outcome, _ = await ask(town, persona, email)
    assert outcome == (AWAITING if refused else None)


@pytest.mark.rule("ACT-4", "ACT-7")
async def test_the_address_is_blocked_for_48_hours_from_the_sending(town):
    option = await town.opt(LILA, LILA_EMAIL)
    town.letter_taken(option, START + 5 * HOUR)
    town.at(START + 5 * HOUR + WINDOW)
    assert (await ask(town, THEO, LILA_EMAIL))[0] == AWAITING
    town.after(SECOND)
    assert (await ask(town, THEO, LILA_EMAIL))[0] is None


@pytest.mark.rule("ACT-7")
async def test_the_policy_sets_for_how_long_an_address_is_blocked(town):
    town.policy(activation_window="PT1H")
    await town.opt(LILA, LILA_EMAIL)
    town.after(HOUR)
    assert (await ask(town, THEO, LILA_EMAIL))[0] == AWAITING
    town.after(SECOND)
    assert (await ask(town, THEO, LILA_EMAIL))[0] is None


# The same space with another address


@pytest.mark.rule("ACT-8")
async def test_the_earlier_code_dies_when_the_new_option_is_accepted_and_not_before(town):
    first = await town.opt(LILA, LILA_EMAIL)
    town.after(HOUR)
    token = await town.until_question(LILA, OTHER_EMAIL)
    assert isinstance(await town.type_code(LILA_EMAIL, first.code), CodeAccepted)
    second = await town.answer(LILA, token)
    assert await town.type_code(LILA_EMAIL, first.code) == Refused(
        Refusal.ACTIVATION_REFUSED, Reason.CODE_REPLACED
    )
    assert town.option(first).replaced_at == START + HOUR
    await town.activate(second)
    assert town.space_of(LILA).email == OTHER_EMAIL


@pytest.mark.rule("ACT-8", "POP-3")
async def test_a_ticket_of_the_earlier_code_dies_with_it(town):
    first = await town.opt(LILA, LILA_EMAIL)
    accepted = await town.type_code(LILA_EMAIL, first.code)
    await town.opt(LILA, OTHER_EMAIL)
    before = town.dump()
    outcome = await town.open_window(accepted.option_id)
    assert outcome == Refused(Refusal.ACTIVATION_REFUSED, Reason.CODE_REPLACED)
    assert town.dump() == before


@pytest.mark.rule("ACT-8")
@pytest.mark.parametrize("persona", [LILA, THEO])
@pytest.mark.parametrize(
    ("passed", "refused"), [(WINDOW - SECOND, True), (WINDOW, True), (WINDOW + SECOND, False)]
)
async def test_a_replaced_address_stays_blocked_for_the_rest_of_its_own_48_hours(
    town, persona, passed, refused
):
    await town.opt(LILA, LILA_EMAIL)
    town.after(10 * HOUR)
    await town.opt(LILA, OTHER_EMAIL)
    town.at(START + passed)
    assert (await ask(town, persona, LILA_EMAIL))[0] == (AWAITING if refused else None)
    assert (await ask(town, persona, OTHER_EMAIL))[0] == AWAITING


@pytest.mark.rule("ACT-8")
async def test_back_to_the_first_address_once_its_own_48_hours_are_over(town):
    first = await town.opt(LILA, LILA_EMAIL)
    town.after(10 * HOUR)
    second = await town.opt(LILA, OTHER_EMAIL)
    town.at(START + WINDOW + SECOND)
    third = await town.opt(LILA, LILA_EMAIL)
    assert (await town.type_code(LILA_EMAIL, first.code)).reason is Reason.CODE_WRONG
    assert (await town.type_code(OTHER_EMAIL, second.code)).reason is Reason.CODE_REPLACED
    await town.activate(third)
    assert town.space_of(LILA).email == LILA_EMAIL


@pytest.mark.rule("ACT-7", "ACT-8")
async def test_an_address_blocked_by_one_person_cannot_replace_the_address_of_another(town):
    await town.opt(THEO, OTHER_EMAIL)
    await town.opt(LILA, LILA_EMAIL)
    assert (await ask(town, LILA, OTHER_EMAIL))[0] == AWAITING


@pytest.mark.rule("ACT-8")
async def test_an_address_given_up_by_one_person_goes_to_another_without_harm_to_the_first(town):
    await town.opt(LILA, OTHER_EMAIL)
    town.after(10 * HOUR)
    hers = await town.opt(LILA, LILA_EMAIL)
    town.at(START + WINDOW + SECOND)
    his = await town.opt(THEO, OTHER_EMAIL)
    await town.activate(hers, "hers")
    await town.activate(his, "his")
    assert [town.space_of(persona).email for persona in (LILA, THEO)] == [LILA_EMAIL, OTHER_EMAIL]


@pytest.mark.rule("ACT-8")
async def test_a_space_may_replace_its_option_again_and_again(town):
    options = [await town.opt(LILA, f"lila{number}@courriel.example") for number in range(5)]
    for option in options[:-1]:
        refused = await town.type_code(option.credentials.email, option.code)
        assert refused.reason is Reason.CODE_REPLACED
    await town.activate(options[-1])


@pytest.mark.rule("ACT-8")
async def test_a_replaced_letter_that_leaves_late_does_not_bring_its_code_back(town):
    first = await town.opt(LILA, LILA_EMAIL)
    await town.opt(LILA, OTHER_EMAIL)
    town.letter_taken(first, town.now)
    assert (await town.type_code(LILA_EMAIL, first.code)).reason is Reason.CODE_REPLACED


@pytest.mark.rule("ACT-8")
async def test_where_replacing_is_off_a_pending_space_cannot_opt_again(town):
    town.policy(option_replace=False)
    option = await town.opt(LILA, LILA_EMAIL)
    token = await town.enter(LILA)
    before = town.dump()
    assert await town.warn(LILA, token) == NO_OTHER
    assert town.dump() == before
    town.after(WINDOW + SECOND)
    assert (await town.type_code(LILA_EMAIL, option.code)).reason is Reason.CODE_EXPIRED
    assert isinstance(await town.opt(LILA, LILA_EMAIL), Option)


@pytest.mark.rule("ACT-8")
async def test_where_replacing_is_off_a_draft_begun_before_the_option_is_refused_at_its_end(town):
    town.policy(option_replace=False)
    token = await town.until_question(LILA, OTHER_EMAIL)
    option = await town.opt(LILA, LILA_EMAIL)
    before = town.dump()
    assert await town.answer(LILA, token) == NO_OTHER
    assert town.dump() == before
    await town.activate(option)


@pytest.mark.rule("OPT-1")
async def test_nobody_opts_where_the_policy_accepts_no_option(town_with):
    town = town_with(option={"may_opt": lambda state, replacing: False})
    token = await town.enter(LILA)
    assert await town.warn(LILA, token) == NO_OTHER


@pytest.mark.rule("CRED-4")
async def test_two_drafts_of_one_space_end_in_one_pending_option(town):
    one, other = await town.until_question(LILA, LILA_EMAIL), await town.until_question(LILA, OTHER_EMAIL)
    first, second = await town.answer(LILA, one), await town.answer(LILA, other)
    assert town.option(first).replaced_at == town.now
    visit = await town.visit(LILA, one)
    assert (visit.state, visit.option) == (SpaceState.PENDING, second)


# At the same instant


@pytest.mark.rule("CRED-12")
async def test_of_two_simultaneous_answers_with_one_address_one_is_accepted(town):
    hers, his = await town.until_question(LILA, OTHER_EMAIL), await town.until_question(THEO, OTHER_EMAIL)
    outcomes = await asyncio.gather(town.answer(LILA, hers), town.answer(THEO, his))
    accepted = [outcome for outcome in outcomes if isinstance(outcome, Option)]
    assert len(accepted) == 1
    assert [outcome for outcome in outcomes if not isinstance(outcome, Option)] == [AWAITING]


# After the 48 hours


@pytest.mark.rule("ACT-6")
async def test_a_lapsed_option_is_void_and_the_whole_procedure_starts_over(town):
    option = await town.opt(LILA, LILA_EMAIL)
    token = await town.until_question(LILA, OTHER_EMAIL)
    town.after(WINDOW + SECOND)
    assert isinstance(await town.visit(LILA, token), Refused)
    visit = await town.visit(LILA, await town.enter(LILA))
    assert visit.state is SpaceState.CERTIFICATE
    assert not visit.session.draft.warned
    assert (await town.type_code(LILA_EMAIL, option.code)).reason is Reason.CODE_EXPIRED
    again = await town.opt(LILA, LILA_EMAIL, "Nouveau2011")
    assert again.code != option.code
    assert (await town.type_code(LILA_EMAIL, option.code)).reason is Reason.CODE_WRONG
    await town.activate(again)
    assert isinstance(await town.login(LILA_EMAIL, PASSWORD), Refused)
    assert not isinstance(await town.login(LILA_EMAIL, "Nouveau2011"), Refused)


@pytest.mark.rule("ACT-6")
async def test_a_lapse_is_noted_when_it_is_first_seen_and_once(town):
    option = await town.opt(LILA, LILA_EMAIL)
    town.after(WINDOW)
    await town.visit(LILA, await town.enter(LILA))
    assert town.lines("option-lapsed") == []
    town.after(SECOND)
    for _ in range(2):
        token = await town.enter(LILA)
        await town.visit(LILA, token)
        await town.visit(LILA, token)
    (line,) = town.lines("option-lapsed")
    assert line.data == {
        "subscriber_number": town.number(LILA),
        "option": option.id,
        "state": {"from": "pending", "to": "certificate"},
    }


@pytest.mark.rule("ACT-6", "ACT-8")
@pytest.mark.parametrize(("passed", "lapses"), [(WINDOW, 0), (WINDOW + SECOND, 1)])
async def test_an_option_that_is_replaced_in_its_last_second_has_not_lapsed(town, passed, lapses):
    await town.opt(LILA, LILA_EMAIL)
    town.after(passed)
    await town.opt(LILA, OTHER_EMAIL)
    assert len(town.lines("option-lapsed")) == lapses


@pytest.mark.rule("ACT-6")
async def test_each_lapse_is_noted_and_neither_a_replaced_nor_a_used_option_lapses(town):
    first = await town.opt(LILA, LILA_EMAIL)
    await town.opt(LILA, OTHER_EMAIL)
    town.after(WINDOW + SECOND)
    await town.visit(LILA, await town.enter(LILA))
    third = await town.opt(LILA, THIRD_EMAIL)
    town.after(WINDOW + SECOND)
    await town.visit(LILA, await town.enter(LILA))
    used = await town.opt(LILA, LILA_EMAIL)
    await town.activate(used)
    town.after(WINDOW + SECOND)
    entered = await town.login(LILA_EMAIL)
    await town.run(resume, entered.token, None)
    noted = [line.data["option"] for line in town.lines("option-lapsed")]
    assert len(noted) == 2
    assert noted[1] == third.id
    assert first.id not in noted
    assert used.id not in noted


@pytest.mark.rule("ACC-13")
async def test_a_certificate_that_expires_while_the_option_is_pending_does_not_stop_activation(town):
    end = town.facts("gaelle").not_after
    town.at(end - HOUR)
    option = await town.opt("gaelle", OTHER_EMAIL)
    town.at(end + HOUR)
    await town.activate(option)
    assert not isinstance(await town.login(OTHER_EMAIL), Refused)


@pytest.mark.rule("ACC-13")
async def test_when_both_certificate_and_option_are_over_nothing_opens_the_space(town):
    end = town.facts("gaelle").not_after
    town.at(end - HOUR)
    await town.opt("gaelle", OTHER_EMAIL)
    town.at(end - HOUR + WINDOW + SECOND)
    outcome = await town.present("gaelle")
    assert outcome == Refused(Refusal.CERTIFICATE_EXPIRED)
    assert isinstance(await town.login(OTHER_EMAIL), Refused)


# One address never serves two password spaces, whatever happens to the 48 hours afterwards


async def lapse_and_pass_on(town):
    """Lila's option lapses; Théo opts with her address and activates. Returns the id of Lila's option."""
    hers = await town.opt(LILA, OTHER_EMAIL)
    ticket = await town.type_code(OTHER_EMAIL, hers.code)
    town.at(START + WINDOW + MINUTE)
    await town.activate(await town.opt(THEO, OTHER_EMAIL), "his")
    return hers, ticket.option_id


@pytest.mark.rule("CRED-4", "ACT-6")
async def test_a_letter_known_to_be_taken_only_after_the_lapse_does_not_share_the_address(town):
    hers, ticket = await lapse_and_pass_on(town)
    town.letter_taken(hers, START + WINDOW)  # the attempt whose outcome was unknown
    assert isinstance(await town.open_window(ticket, "hers"), Refused)


@pytest.mark.rule("CRED-4", "ACT-6")
async def test_a_window_made_longer_after_the_lapse_does_not_share_the_address(town):
    _, ticket = await lapse_and_pass_on(town)
    town.policy(activation_window="PT96H")
    assert isinstance(await town.open_window(ticket, "hers"), Refused)


@pytest.mark.rule("CRED-4", "ACT-6")
async def test_a_clock_set_back_after_the_lapse_does_not_share_the_address(town):
    _, ticket = await lapse_and_pass_on(town)
    town.at(START + HOUR)
    assert isinstance(await town.open_window(ticket, "hers"), Refused)


@pytest.mark.rule("ACT-6")
async def test_a_code_that_was_dead_stays_dead_beside_the_option_that_followed_it(town):
    first = await town.opt(LILA, LILA_EMAIL)
    town.at(START + WINDOW + MINUTE)
    await town.opt(LILA, OTHER_EMAIL)
    town.letter_taken(first, START + WINDOW)
    assert isinstance(await town.type_code(LILA_EMAIL, first.code), Refused)
