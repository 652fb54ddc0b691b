"""The steps to the option in order, the draft, and the acceptance, complete or not at all."""

import pytest
from town import (
    ANSWER,
    FIRM,
    FIRM_EMAIL,
    LILA,
    LILA_EMAIL,
    OTHER_EMAIL,
    PASSWORD,
    SECOND,
    THEO,
    WINDOW,
    OutOfOrder,
    in_session,
)

from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.refusals import Refusal
from maquette.simulator.domain.session import Draft
from maquette.simulator.domain.steps import Step
from maquette.simulator.procedure.option_steps import (
    StepRefused,
    accept_option,
    choose_credentials,
    confirm_warning,
)
from maquette.simulator.procedure.passwords import password_is
from maquette.simulator.store.spaces import find_claim


def test_the_steps_are_in_the_order_of_the_fiche():
    fiches = [step for step in Step if step not in (Step.APPLICATION, Step.NEW_PASSWORD)]
    assert [step.value for step in fiches] == ["space", "irrevocable", "credentials", "question", "pending"]


# Nothing changes before the question is answered


@pytest.mark.rule("OPT-1")
async def test_the_warning_and_the_credentials_change_nothing_but_the_draft(town):
    await town.enter(LILA)
    before = town.dump()
    await town.until_question(LILA, LILA_EMAIL)
    after = town.dump()
    assert {name for name in after if after[name] != before[name]} == {"sessions"}
    assert (await town.visit(LILA, await town.enter(LILA))).state is SpaceState.CERTIFICATE


@pytest.mark.rule("CRED-6", "CRED-8")
async def test_the_draft_holds_the_password_as_a_hash_only(town):
    token = await town.until_question(LILA, LILA_EMAIL)
    draft = (await town.visit(LILA, token)).session.draft
    assert draft.email == LILA_EMAIL
    assert password_is(PASSWORD, draft.password_hash)
    assert not password_is(PASSWORD + "x", draft.password_hash)
    assert PASSWORD not in repr(town.dump())


@pytest.mark.rule("CRED-8")
async def test_the_same_password_has_another_hash_each_time_and_the_policy_sets_its_cost(town):
    low = (await town.opt(LILA, LILA_EMAIL)).credentials.password_hash
    town.policy(password_hash_cost="high")
    high = (await town.opt(THEO, OTHER_EMAIL)).credentials.password_hash
    assert low != high
    assert "m=8,t=1,p=1" in low
    assert "m=65536,t=3" in high
    assert password_is(PASSWORD, low)
    assert password_is(PASSWORD, high)


@pytest.mark.rule("CRED-11")
async def test_going_back_and_choosing_again_replaces_the_draft(town):
    token = await town.until_question(LILA, LILA_EMAIL)
    assert await town.choose(LILA, token, OTHER_EMAIL, "Autre2011") is None
    option = await town.answer(LILA, token)
    assert option.credentials.email == OTHER_EMAIL
    assert password_is("Autre2011", option.credentials.password_hash)


@pytest.mark.rule("CRED-11")
async def test_a_refused_choice_keeps_the_earlier_draft(town):
    token = await town.until_question(LILA, LILA_EMAIL)
    before = town.dump()
    assert await town.choose(LILA, token, OTHER_EMAIL, "court") == StepRefused((Refusal.PASSWORD_TOO_SHORT,))
    assert town.dump() == before


# Out of order


@pytest.mark.rule("OPT-1")
async def test_a_request_that_skips_the_warning_is_redirected_to_it(town):
    token = await town.enter(LILA)
    before = town.dump()
    assert await town.choose(LILA, token, LILA_EMAIL) == OutOfOrder(Step.WARNING)
    assert await town.answer(LILA, token) == OutOfOrder(Step.WARNING)
    assert town.dump() == before
    assert [(line.data["wanted"], line.data["there"]) for line in town.lines("out-of-order")] == [
        ("credentials", "irrevocable"),
        ("question", "irrevocable"),
    ]


@pytest.mark.rule("CRED-9")
async def test_a_request_that_skips_the_credentials_is_redirected_to_them(town):
    token = await town.enter(LILA)
    await town.warn(LILA, token)
    before = town.dump()
    assert await town.answer(LILA, token) == OutOfOrder(Step.CREDENTIALS)
    assert town.dump() == before


@pytest.mark.rule("ACT-7", "CRED-11")
async def test_a_double_click_on_valider_makes_one_option(town):
    token = await town.until_question(LILA, LILA_EMAIL)
    assert isinstance(await town.answer(LILA, token), Option)
    before = town.dump()
    assert await town.answer(LILA, token) == OutOfOrder(Step.PENDING)
    assert await town.choose(LILA, token, OTHER_EMAIL) == OutOfOrder(Step.PENDING)
    assert town.dump() == before


@pytest.mark.rule("ACC-11")
@pytest.mark.parametrize("use_case", [confirm_warning, choose_credentials, accept_option])
async def test_nobody_opts_in_a_space_that_is_converted(town, use_case):
    named = {
        confirm_warning: {},
        choose_credentials: dict.fromkeys(("email", "email_confirmation"), OTHER_EMAIL)
        | dict.fromkeys(("password", "password_confirmation"), PASSWORD),
        accept_option: {"question": QUESTIONS[0], "answer": ANSWER},
    }[use_case]
    await town.activate(await town.opt(LILA, LILA_EMAIL))
    token = (await town.login(LILA_EMAIL)).token
    before = town.dump()
    assert await town.run(in_session, token, None, use_case, **named) == OutOfOrder(Step.SPACE)
    assert town.dump() == before


STEPS = {
    "certificate": {
        None: [Step.SPACE, Step.WARNING, Step.WARNING, Step.WARNING, Step.SPACE],
        "warned": [Step.SPACE, Step.WARNING, Step.CREDENTIALS, Step.CREDENTIALS, Step.SPACE],
        "chosen": [Step.SPACE, Step.WARNING, Step.CREDENTIALS, Step.QUESTION, Step.SPACE],
    },
    "pending": {
        None: [Step.SPACE, Step.WARNING, Step.PENDING, Step.PENDING, Step.PENDING],
        "warned": [Step.SPACE, Step.WARNING, Step.CREDENTIALS, Step.CREDENTIALS, Step.PENDING],
        "chosen": [Step.SPACE, Step.WARNING, Step.CREDENTIALS, Step.QUESTION, Step.PENDING],
    },
}
"""Where a person is led who wants each step in its order: by the state and by how far the draft is."""


@pytest.mark.rule("OPT-1", "CRED-11", "ACT-8")
@pytest.mark.parametrize("state", STEPS)
@pytest.mark.parametrize("draft", [None, "warned", "chosen"])
async def test_each_step_leads_where_the_person_may_be(town, state, draft):
    if state == "pending":
        await town.opt(LILA, LILA_EMAIL)
    token = await town.enter(LILA)
    if draft is not None:
        await town.warn(LILA, token)
    if draft == "chosen":
        await town.choose(LILA, token, OTHER_EMAIL)
    visit = await town.visit(LILA, token)
    assert visit.state.value == state
    inside = [Step.SPACE, Step.WARNING, Step.CREDENTIALS, Step.QUESTION, Step.PENDING]
    led = [town.rules.steps.reachable(visit.state, visit.session, step) for step in inside]
    assert led == STEPS[state][draft]


# What is refused


@pytest.mark.rule("CRED-2", "CRED-3", "CRED-6")
@pytest.mark.parametrize(
    ("typed", "refusals"),
    [
        ({"email": ""}, (Refusal.EMAIL_MISSING,)),
        ({"email": "lila"}, (Refusal.EMAIL_MALFORMED,)),
        ({"email_confirmation": OTHER_EMAIL}, (Refusal.EMAIL_MISMATCH,)),
        ({"password": "court1"}, (Refusal.PASSWORD_TOO_SHORT,)),
        ({"password_confirmation": "Fiche2012"}, (Refusal.PASSWORD_MISMATCH,)),
        ({"email": "lila", "password": "é"}, (Refusal.EMAIL_MALFORMED, Refusal.PASSWORD_CHARACTERS)),
        ({"email": "clemence.hautefeuille@courriel.example"}, (Refusal.EMAIL_MISMATCH,)),
    ],
)
async def test_all_mistakes_in_the_credentials_are_reported_at_once(town, typed, refusals):
    token = await town.enter(LILA)
    await town.warn(LILA, token)
    before = town.dump()
    good = {
        "email": LILA_EMAIL,
        "email_confirmation": LILA_EMAIL,
        "password": PASSWORD,
        "password_confirmation": PASSWORD,
    }
    outcome = await town.step(LILA, token, choose_credentials, **{**good, **typed})
    assert outcome == StepRefused(refusals)
    assert town.dump() == before
    assert [line.data["refusal"] for line in town.lines("refused")] == [each.code for each in refusals]


@pytest.mark.rule("CRED-3", "CRED-7")
async def test_the_policy_s_switches_reach_the_form(town):
    town.policy(email_ascii_only=False, password_requires_both=True)
    token = await town.enter(LILA)
    await town.warn(LILA, token)
    refused = await town.choose(LILA, token, "zoé@courriel.example", "LettresSeules")
    assert refused == StepRefused((Refusal.PASSWORD_NEEDS_BOTH,))
    assert await town.choose(LILA, token, "zoé@courriel.example") is None


@pytest.mark.rule("CRED-4")
@pytest.mark.parametrize(
    "email", ["clemence.hautefeuille@courriel.example", "CLEMENCE.Hautefeuille@Courriel.Example"]
)
async def test_the_address_of_a_password_space_is_taken_without_regard_to_case(town, email):
    token = await town.enter(LILA)
    await town.warn(LILA, token)
    assert await town.choose(LILA, token, email) == StepRefused((Refusal.EMAIL_TAKEN,))


@pytest.mark.rule("CRED-9")
@pytest.mark.parametrize(
    ("question", "answer", "refusal"),
    [
        ("Quel est votre code secret ?", ANSWER, Refusal.QUESTION_UNKNOWN),
        (QUESTIONS[0], "", Refusal.ANSWER_MISSING),
        (QUESTIONS[0], "x" * 101, Refusal.ANSWER_TOO_LONG),
        (QUESTIONS[0], "Lili\0", Refusal.ANSWER_CHARACTERS),
    ],
)
async def test_without_a_question_and_its_answer_there_is_no_option(town, question, answer, refusal):
    token = await town.until_question(LILA, LILA_EMAIL)
    before = town.dump()
    outcome = await town.step(LILA, token, accept_option, question=question, answer=answer)
    assert outcome == StepRefused((refusal,))
    assert town.dump() == before
    assert isinstance(await town.answer(LILA, token), Option)


@pytest.mark.rule("CRED-12")
async def test_an_address_taken_between_two_steps_is_refused_at_the_last(town):
    hers, his = await town.until_question(LILA, OTHER_EMAIL), await town.until_question(THEO, OTHER_EMAIL)
    assert isinstance(await town.answer(THEO, his), Option)
    before = town.dump()
    taken = Refusal.EMAIL_AWAITING_ACTIVATION
    assert await town.answer(LILA, hers) == StepRefused((taken,))
    assert await town.answer(LILA, hers, "?") == StepRefused((Refusal.QUESTION_UNKNOWN, taken))
    assert town.dump() == before


# The acceptance


@pytest.mark.rule("ACT-1", "MAIL-6")
async def test_the_answer_stores_option_claim_and_letter_together(town):
    token = await town.until_question(LILA, LILA_EMAIL)
    assert town.letters() == []
    option = await town.answer(LILA, token)
    (letter,) = town.letters()
    assert (letter.option_id, letter.due_at, letter.attempts) == (option.id, town.now, 0)
    claim = town.reading(find_claim, LILA_EMAIL)
    assert (claim.subscriber_number, claim.option) == (town.number(LILA), option)
    assert town.option(option) == option
    assert (option.queued_at, option.sent_at) == (town.now, None)
    visit = await town.visit(LILA, token)
    assert (visit.state, visit.option, visit.deadline) == (SpaceState.PENDING, option, town.now + WINDOW)


@pytest.mark.rule("ACT-1")
async def test_an_accepted_option_wakes_the_sender_once_and_a_refused_one_never(town):
    await town.opt(LILA, LILA_EMAIL)
    assert len(town.woken) == 1
    token = await town.enter(THEO)
    await town.warn(THEO, token)
    await town.choose(THEO, token, LILA_EMAIL)
    assert len(town.woken) == 1


@pytest.mark.rule("ACC-9", "ACC-12")
async def test_the_space_itself_is_as_before_while_the_option_is_pending(town):
    before = town.space_of(LILA)
    await town.opt(LILA, OTHER_EMAIL)
    assert town.space_of(LILA) == before


@pytest.mark.rule("CRED-1")
async def test_another_address_may_be_chosen_and_is_on_file_only_after_activation(town):
    option = await town.opt(LILA, OTHER_EMAIL)
    assert town.space_of(LILA).email == LILA_EMAIL
    await town.activate(option)
    assert town.space_of(LILA).email == OTHER_EMAIL


@pytest.mark.rule("ACT-2", "ACT-3")
async def test_the_code_is_the_one_that_the_rules_draw(town_with):
    town = town_with(code={"draw": lambda choose: "5Xnmyx5kZbX8"})
    option = await town.opt(LILA, LILA_EMAIL)
    assert option.code == "5Xnmyx5kZbX8"


@pytest.mark.rule("ACT-2")
async def test_two_options_have_two_codes(town):
    codes = {(await town.opt(LILA, LILA_EMAIL)).code, (await town.opt(THEO, OTHER_EMAIL)).code}
    assert len(codes) == 2
    assert {len(code) for code in codes} == {12}


@pytest.mark.rule("OPT-1")
async def test_the_warning_is_asked_again_for_the_next_option(town):
    token = await town.until_question(LILA, LILA_EMAIL)
    await town.answer(LILA, token)
    assert (await town.visit(LILA, token)).session.draft == Draft()


async def test_the_journal_tells_the_whole_way_in_order(town):
    option = await town.opt(LILA, LILA_EMAIL)
    await town.activate(option)
    assert town.kinds() == [
        "certificate-judged",
        "session-opened",
        "warning-taken",
        "credentials-chosen",
        "option-accepted",
        "mail-queued",
        "code-accepted",
        "window-fetched",
        "space-activated",
    ]
    assert {line.correlation for line in town.lines()} == {"test"}
    assert {line.at for line in town.lines()} == {town.now}
    states = [line.data["state"] for line in town.lines() if "state" in line.data]
    assert states == [
        {"from": "certificate", "to": "pending"},
        {"from": "pending", "to": "password"},
    ]


async def test_each_line_of_the_way_says_of_whom_it_tells(town):
    option = await town.opt(LILA, LILA_EMAIL)
    await town.activate(option)
    who, address, which = (
        {"subscriber_number": town.number(LILA)},
        {"email": LILA_EMAIL},
        {"option": option.id},
    )
    told = {"subscriber_number", "email", "to", "option"}
    assert {line.kind: {key: line.data[key] for key in told & line.data.keys()} for line in town.lines()} == {
        "certificate-judged": {},
        "session-opened": who,
        "warning-taken": who,
        "credentials-chosen": who | address,
        "option-accepted": who | address | which,
        "mail-queued": {"to": LILA_EMAIL} | which,
        "code-accepted": who | address | which,
        "window-fetched": who | which,
        "space-activated": who | which,
    }


# A mailbox that several spaces share


@pytest.mark.rule("CRED-5")
async def test_the_first_of_a_firm_who_opts_takes_the_shared_mailbox(town):
    first, *others = FIRM
    option = await town.opt(first, FIRM_EMAIL)
    for other in others:
        token = await town.enter(other)
        await town.warn(other, token)
        refused = await town.choose(other, token, FIRM_EMAIL)
        assert refused == StepRefused((Refusal.EMAIL_AWAITING_ACTIVATION,))
    await town.activate(option)
    for other in others:
        token = await town.enter(other)
        await town.warn(other, token)
        assert await town.choose(other, token, FIRM_EMAIL) == StepRefused((Refusal.EMAIL_TAKEN,))
        assert await town.choose(other, token, f"{other}@courriel.example") is None


@pytest.mark.rule("ACT-6", "CRED-5")
async def test_a_shared_mailbox_is_free_again_for_the_others_when_the_first_lets_it_lapse(town):
    first, second, _ = FIRM
    await town.opt(first, FIRM_EMAIL)
    town.after(WINDOW + SECOND)
    await town.activate(await town.opt(second, FIRM_EMAIL))
    assert town.space_of(second).email == FIRM_EMAIL


@pytest.mark.rule("CRED-5")
async def test_where_sharing_is_refused_nobody_may_opt_with_a_shared_mailbox(town):
    town.policy(email_shared="refuse")
    for persona in (*FIRM, LILA):
        token = await town.enter(persona)
        await town.warn(persona, token)
        for email in (FIRM_EMAIL, FIRM_EMAIL.upper()):
            assert await town.choose(persona, token, email) == StepRefused((Refusal.EMAIL_SHARED,))


@pytest.mark.rule("CRED-5")
async def test_where_sharing_is_refused_the_last_of_the_firm_may_keep_the_mailbox(town):
    town.policy(email_shared="refuse")
    *others, last = FIRM
    for other in others:
        await town.activate(await town.opt(other, f"{other}@courriel.example"))
    assert isinstance(await town.opt(last, FIRM_EMAIL), Option)


@pytest.mark.rule("CRED-5")
async def test_an_address_that_only_its_holder_has_on_file_is_not_shared(town):
    town.policy(email_shared="refuse")
    assert isinstance(await town.opt(LILA, LILA_EMAIL), Option)


@pytest.mark.rule("CRED-5")
async def test_sharing_refused_between_two_steps_is_refused_at_the_last(town):
    first, _, _ = FIRM
    token = await town.until_question(first, FIRM_EMAIL)
    town.policy(email_shared="refuse")
    assert await town.answer(first, token) == StepRefused((Refusal.EMAIL_SHARED,))
