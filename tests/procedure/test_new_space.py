"""A new space in both modes: the option without a space, then the new space with its number."""

import re
from dataclasses import replace

import pytest
from test_snapshot_walk import snapshot_of, state
from town import (
    ANSWER,
    APPLICATION,
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
    OutOfOrder,
    in_session,
)

from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.domain.session import Draft, Way
from maquette.simulator.domain.space import Space, held_files
from maquette.simulator.domain.space_application import CreationMode
from maquette.simulator.domain.steps import Step
from maquette.simulator.portal.recap import recap_pdf
from maquette.simulator.procedure.activation import Registration, get_recap_space, get_registration
from maquette.simulator.procedure.creation import find_application
from maquette.simulator.procedure.option_steps import StepRefused, accept_option
from maquette.simulator.procedure.sessions import Entered, Visit, leave, resume
from maquette.simulator.realm.lifecycle import new_realm_name
from maquette.simulator.realm.snapshots.checks import DisagreementError, check
from maquette.simulator.realm.snapshots.restore import make_realm_from
from maquette.simulator.store.spaces import find_claim, find_space, list_all_spaces

EMAIL = "come.aubepin@courriel.example"
SIRENS = {CreationMode.SIMPLIFIED: "732829320", CreationMode.EXPERT: "732829320\n123456782"}


@pytest.mark.rule("NEW-1", "NEW-2")
@pytest.mark.parametrize("mode", CreationMode)
async def test_a_space_is_asked_for_and_activated_in_both_modes(town, mode):
    others = town.reading(list_all_spaces)
    option = await town.ask_for_space(EMAIL, mode=mode, sirens=SIRENS[mode])
    space = await town.activate(option)
    assert space.holder.last_name == APPLICATION.last_name
    assert [company.siren for company in space.companies] == SIRENS[mode].split()
    assert held_files(space) == ()
    assert (space.email, space.credentials) == (EMAIL, option.credentials)
    assert space.registered_at == town.now
    assert town.space(space.subscriber_number) == space
    assert [each for each in town.reading(list_all_spaces) if each != space] == others
    entered = await town.login(EMAIL)
    assert isinstance(entered, Entered)
    assert entered.space == space
    assert await town.broken() == {}


@pytest.mark.rule("NEW-2")
async def test_the_number_is_new_and_of_the_day_on_which_the_question_was_answered(town):
    others = {space.subscriber_number for space in town.reading(list_all_spaces)}
    token = await town.apply()
    town.at(START + 14 * HOUR + 30 * MINUTE)  # 23:30 in Paris
    option = await town.go_on(await town.apply(earlier=token), EMAIL)
    town.after(HOUR)
    space = await town.activate(option)
    assert re.fullmatch(r"2011160[0-9]{7}", space.subscriber_number)
    assert space.created_on.isoformat() == "2011-06-09"
    assert space.subscriber_number not in others
    late = await town.activate(await town.ask_for_space(OTHER_EMAIL))
    assert late.subscriber_number.startswith("2011161")
    assert await town.broken() == {}


@pytest.mark.rule("NEW-2", "ACC-12")
async def test_no_number_is_given_twice_not_even_one_of_a_request_that_lapsed(town_with):
    asked = []

    def draw(day, draw, taken):
        asked.append([taken(number) for number in ("20111710000303", "20111600000007", "20111600000008")])
        return f"2011160000000{6 + len(asked)}"

    town = town_with(application={"draw_number": draw})
    await town.ask_for_space(EMAIL)
    town.after(WINDOW + HOUR)
    await town.activate(await town.ask_for_space(OTHER_EMAIL))
    await town.ask_for_space(EMAIL)
    assert asked == [[True, False, False], [True, True, False], [True, True, True]]


@pytest.mark.rule("NEW-2", "REG-1", "REG-2")
async def test_the_result_says_that_the_space_was_created_and_its_recap_can_be_drawn(town):
    option = await town.ask_for_space(EMAIL)
    space = await town.activate(option)
    seen = await town.run(get_registration, option_id=option.id, visitor="browser")
    assert seen == Registration(space, created=True)
    drawn = await town.run(get_recap_space, option_id=option.id, visitor="browser")
    assert recap_pdf(drawn, town.rules).startswith(b"%PDF")


# Until then there is no space


@pytest.mark.rule("NEW-2", "POP-3")
async def test_before_its_activation_there_is_no_space(town):
    before = town.reading(list_all_spaces)
    option = await town.ask_for_space(EMAIL)
    await town.type_code(EMAIL, option.code)
    assert town.reading(list_all_spaces) == before
    assert town.reading(find_space, option.subscriber_number) is None
    assert await town.login(EMAIL) == Refused(Refusal.LOGIN_REFUSED, Reason.ADDRESS_UNKNOWN)
    assert await town.broken() == {}


@pytest.mark.rule("NEW-2", "ACT-5", "ACT-6")
@pytest.mark.parametrize(
    ("passed", "works"), [(WINDOW - SECOND, True), (WINDOW, True), (WINDOW + SECOND, False)]
)
async def test_a_new_space_is_activated_within_48_hours_or_never_exists(town, passed, works):
    before = town.reading(list_all_spaces)
    option = await town.ask_for_space(EMAIL)
    town.after(passed)
    outcome = await town.type_code(EMAIL, option.code)
    assert isinstance(outcome, Refused) is not works
    if not works:
        assert town.lines("option-lapsed")[-1].data["state"] == {"from": "pending", "to": None}
        assert town.reading(list_all_spaces) == before
        again = await town.activate(await town.ask_for_space(EMAIL))
        assert again.subscriber_number != option.subscriber_number
        assert isinstance(await town.open_window(option.id), Refused)
    assert await town.broken() == {}


@pytest.mark.rule("NEW-2", "ACT-9", "POP-5")
async def test_the_code_creates_one_space_and_its_window_may_be_reloaded(town):
    option = await town.ask_for_space(EMAIL)
    space = await town.activate(option)
    before = town.dump()
    assert await town.open_window(option.id) == space
    assert await town.open_window(option.id, "another") == Refused(
        Refusal.ACTIVATION_REFUSED, Reason.CODE_USED
    )
    assert town.dump() == before


# Addresses follow the same rules


@pytest.mark.rule("NEW-2", "CRED-4", "ACT-7")
async def test_an_address_that_belongs_to_a_space_or_awaits_activation_is_refused(town):
    await town.activate(await town.opt(LILA, LILA_EMAIL))
    await town.ask_for_space(EMAIL)
    token = await town.apply()
    assert await town.choose(None, token, LILA_EMAIL.upper()) == StepRefused((Refusal.EMAIL_TAKEN,))
    awaiting = StepRefused((Refusal.EMAIL_AWAITING_ACTIVATION,))
    assert await town.choose(None, token, EMAIL) == awaiting
    inside = await town.enter(THEO)
    await town.warn(THEO, inside)
    assert await town.choose(THEO, inside, EMAIL) == awaiting
    town.after(WINDOW + SECOND)
    inside = await town.enter(THEO)
    await town.warn(THEO, inside)
    assert await town.choose(THEO, inside, EMAIL) is None


@pytest.mark.rule("NEW-2", "CRED-12")
async def test_of_two_requests_with_one_address_the_first_answered_is_accepted(town):
    tokens = [await town.apply() for _ in range(2)]
    for token in tokens:
        assert await town.choose(None, token, EMAIL) is None
    first, second = [await town.answer(None, token) for token in tokens]
    assert isinstance(first, Option)
    assert second == StepRefused((Refusal.EMAIL_AWAITING_ACTIVATION,))
    assert town.reading(find_claim, EMAIL).subscriber_number == first.subscriber_number


# The way there


@pytest.mark.rule("NEW-1", "NEW-2")
@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ({"sirens": "123456789"}, Refusal.SIREN_INVALID),
        ({"sirens": ""}, Refusal.SIREN_MISSING),
        ({"mode": CreationMode.SIMPLIFIED, "sirens": SIRENS[CreationMode.EXPERT]}, Refusal.SIREN_NOT_SINGLE),
        ({"last_name": ""}, Refusal.LAST_NAME_MISSING),
    ],
)
async def test_a_wrong_form_is_refused_and_changes_nothing(town, typed, refusal):
    before = town.dump()
    assert await town.apply(**typed) == StepRefused((refusal,))
    assert town.dump() == before
    assert town.last_reason() == refusal.code


@pytest.mark.rule("NEW-2", "CRED-11")
async def test_going_back_keeps_the_typed_fields_and_never_shows_the_password(town):
    token = await town.apply()
    await town.choose(None, token, EMAIL)
    assert await town.run(find_application, token) == APPLICATION
    again = await town.apply(earlier=token, town="Lyon")
    visit = await town.run(resume, again, None)
    assert (visit.session.draft.email, visit.space.holder.town) == (EMAIL, "Lyon")
    assert await town.run(resume, token, None) == Refused(Refusal.SESSION_ENDED)
    assert PASSWORD not in repr(town.dump())


@pytest.mark.rule("NEW-2")
async def test_a_second_request_after_the_option_starts_empty(town):
    token = await town.apply()
    option = await town.go_on(token, EMAIL)
    visit = await town.run(resume, await town.apply(earlier=token), None)
    assert (visit.session.subscriber_number, visit.session.draft.email) == (None, None)
    assert (visit.option, visit.state) == (None, SpaceState.CERTIFICATE)
    assert (visit.space.subscriber_number, visit.space.email) == ("", "")
    assert town.option(option).replaced_at is None


@pytest.mark.rule("NEW-2")
async def test_fields_typed_inside_a_space_are_no_request_for_a_new_space(town):
    assert await town.run(find_application, await town.until_question(LILA, LILA_EMAIL)) is None
    assert await town.run(find_application, "no token") is None
    assert await town.run(find_application, None) is None
    token = await town.apply()
    town.after(30 * MINUTE)
    assert await town.run(find_application, token) == APPLICATION
    town.after(SECOND)
    assert await town.run(find_application, token) is None


@pytest.mark.rule("NEW-2", "CRED-11")
async def test_what_was_chosen_inside_a_space_is_not_kept_for_a_new_one(town):
    inside = await town.until_question(LILA, OTHER_EMAIL)
    visit = await town.run(resume, await town.apply(earlier=inside), None)
    assert visit.session.draft == Draft(application=APPLICATION)


@pytest.mark.rule("NEW-2", "OUT-1")
async def test_no_page_of_a_space_is_reachable_on_the_way(town):
    token = await town.apply()
    led = []
    for step in ("applied", "chosen", "accepted"):
        if step == "chosen":
            await town.choose(None, token, EMAIL)
        elif step == "accepted":
            await town.answer(None, token)
        led.append(await town.visit_space(token))
    assert led == [OutOfOrder(step) for step in (Step.CREDENTIALS, Step.CREDENTIALS, Step.PENDING)]
    assert await town.answer(None, token) == OutOfOrder(Step.PENDING)
    assert len(town.lines("option-accepted")) == 1


@pytest.mark.rule("NEW-2")
async def test_the_question_comes_after_the_credentials_and_there_is_no_warning(town):
    token = await town.apply()
    assert await town.answer(None, token) == OutOfOrder(Step.CREDENTIALS)
    assert await town.warn(None, token) == OutOfOrder(Step.CREDENTIALS)


@pytest.mark.rule("NEW-2", "ACT-6")
async def test_a_session_that_outlives_the_window_starts_again_at_the_application(town):
    town.policy(activation_window="PT1M")
    token = await town.apply()
    await town.go_on(token, EMAIL)
    town.after(MINUTE + SECOND)
    assert await town.choose(None, token, OTHER_EMAIL) == OutOfOrder(Step.APPLICATION)
    assert len(town.lines("option-lapsed")) == 1


@pytest.mark.rule("SES-1", "SES-2", "NEW-2")
async def test_its_session_ends_by_idleness_by_leaving_and_by_the_activation(town):
    idle, left, open_one = [await town.apply() for _ in range(3)]
    town.after(30 * MINUTE)
    assert isinstance(await town.run(resume, open_one, None), Visit)
    assert await town.run(leave, left, "browser")
    town.after(SECOND)
    for token in (idle, left):
        assert await town.run(resume, token, None) == Refused(Refusal.SESSION_ENDED)
    option = await town.go_on(open_one, EMAIL)
    visit = await town.run(resume, open_one, None)
    assert (visit.session.way, visit.state, visit.option) == (Way.CREATION, SpaceState.PENDING, option)
    await town.activate(option)
    assert await town.run(resume, open_one, None) == Refused(Refusal.SESSION_ENDED)


@pytest.mark.rule("NEW-2", "CRED-8")
async def test_the_journal_records_the_request_without_its_secrets(town):
    option = await town.ask_for_space(EMAIL, sirens=SIRENS[CreationMode.EXPERT])
    await town.activate(option)
    assert town.lines("creation-begun")[0].data == {"mode": "expert", "companies": 2}
    assert town.lines("option-accepted")[0].data["state"] == {"from": None, "to": "pending"}
    assert town.lines("space-activated")[0].data["state"] == {"from": "pending", "to": "password"}
    for secret in (PASSWORD, ANSWER, option.code):
        assert secret not in repr(town.lines())


@pytest.mark.rule("NEW-2", "MAIL-6")
async def test_a_request_that_fails_midway_leaves_nothing(town):
    token = await town.apply()
    await town.choose(None, token, EMAIL)
    before = town.dump()
    outcome = await town.undone(in_session, token, None, _answer)
    assert isinstance(outcome, Option)
    assert town.dump() == before
    assert isinstance(await town.activate(await town.answer(None, token)), Space)


def _answer(context, visit):
    return accept_option(context, visit, question=QUESTIONS[0], answer=ANSWER)


@pytest.mark.rule("NEW-2", "ACT-9")
async def test_a_code_that_works_twice_creates_the_space_once(town_with):
    town = town_with(code={"judge": lambda option, typed, state: None})
    option = await town.ask_for_space(EMAIL)
    created = await town.activate(option)
    again = await town.activate(option, visitor="another browser")
    assert again.subscriber_number == created.subscriber_number


# In snapshots


@pytest.mark.rule("NEW-2")
@pytest.mark.parametrize("activated", [False, True])
async def test_a_snapshot_holds_a_space_that_is_still_to_be_created_and_one_that_was(town, activated):
    option = await town.ask_for_space(EMAIL)
    if activated:
        space = await town.activate(option)
        entered = await town.show_oneself(EMAIL, space.subscriber_number)
        await town.change_password(entered.token, "Colibri2012")
    document = snapshot_of(town)
    check(document, town.rules.credentials.claim_key)
    there = replace(town, realm=new_realm_name(), known_facts={})
    make_realm_from(there.store, there.rules, there.realm, document)
    assert state(there) == state(town)
    if activated:
        assert there.space(option.subscriber_number) == town.space(option.subscriber_number)
        assert isinstance(await there.login(EMAIL, "Colibri2012"), Entered)
    else:
        assert (await there.activate(option)).subscriber_number == option.subscriber_number
        assert town.reading(find_space, option.subscriber_number) is None
    assert await there.broken() == {}


@pytest.mark.rule("NEW-2")
@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda story: {"used_at": story.queued_at}, "the space is there if the option is used"),
        (lambda story: {"founds": None}, "no such space"),
    ],
)
async def test_a_document_with_half_a_new_space_is_refused(town, change, told):
    await town.ask_for_space(EMAIL)
    document = snapshot_of(town)
    (story,) = document.options
    broken = document.model_copy(update={"options": (story.model_copy(update=change(story)),)})
    with pytest.raises(DisagreementError, match=told):
        check(broken, town.rules.credentials.claim_key)
