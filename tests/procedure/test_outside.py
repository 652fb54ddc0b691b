"""HORS espace: identification with one sentence for every mistake, then the option outside the space."""

from dataclasses import replace

import pytest
from town import (
    LILA,
    LILA_EMAIL,
    LILA_SIREN,
    MINUTE,
    OTHER_EMAIL,
    PASSWORD,
    SECOND,
    THEO,
    WINDOW,
    OutOfOrder,
)

from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.domain.session import Way
from maquette.simulator.domain.steps import Step
from maquette.simulator.procedure.option_steps import StepRefused
from maquette.simulator.procedure.sessions import Entered, Visit, resume
from maquette.simulator.store.tries import Lock, list_wrong_tries

SIRENS = {"francois": "140986951", "herve": "143181394", "oceane": "141486829", "celeste": "144682861"}
REFUSED = StepRefused((Refusal.OUTSIDE_REFUSED,))
UNKNOWN = "20990010000001"


@pytest.mark.rule("OUT-1", "OUT-2", "ACC-12", "ACC-13")
@pytest.mark.parametrize("persona", SIRENS)
async def test_a_person_without_a_valid_certificate_opts_from_outside(town, persona):
    before = town.space_of(persona)
    assert isinstance(await town.present(persona), Refused)
    option = await town.opt_from_outside(persona, OTHER_EMAIL, SIRENS[persona])
    assert option.subscriber_number == before.subscriber_number
    space = await town.activate(option)
    assert space == replace(
        before, email=OTHER_EMAIL, credentials=option.credentials, registered_at=space.registered_at
    )
    assert isinstance(await town.login(OTHER_EMAIL), Entered)
    assert await town.broken() == {}


@pytest.mark.rule("OUT-2")
async def test_a_space_without_company_is_found_without_a_siren(town):
    assert isinstance(await town.identify(town.number(THEO), town.space_of(THEO).email, ""), Entered)


@pytest.mark.rule("OUT-2")
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"subscriber_number": UNKNOWN}, "number-unknown"),
        ({"subscriber_number": "x" * 5000}, "number-unknown"),
        ({"email": OTHER_EMAIL}, "address-wrong"),
        ({"email": "not an address"}, "address-wrong"),
        ({"siren": "732829320"}, "siren-wrong"),
        ({"siren": ""}, "siren-wrong"),
    ],
)
async def test_every_wrong_part_gets_the_same_sentence_and_changes_nothing(town, typed, reason):
    right = {"subscriber_number": town.number(LILA), "email": LILA_EMAIL, "siren": LILA_SIREN}
    before = town.dump()
    assert await town.identify(**{**right, **typed}) == REFUSED
    assert town.last_reason() == reason
    known = None if "subscriber_number" in typed else town.number(LILA)
    assert town.lines("refused")[-1].data["subscriber_number"] == known
    assert town.dump() == before


@pytest.mark.rule("OUT-2", "ACC-11")
async def test_a_converted_space_is_refused_in_the_same_sentence(town):
    await town.activate(await town.opt(LILA, LILA_EMAIL))
    assert await town.identify(town.number(LILA)) == REFUSED
    assert town.last_reason() == "already-converted"


@pytest.mark.rule("OUT-2")
async def test_empty_fields_are_reported_together_and_are_no_try(town):
    assert await town.identify("", "") == StepRefused((Refusal.NUMBER_MISSING, Refusal.EMAIL_MISSING))
    reasons = [line.data["reason"] for line in town.lines("refused")]
    assert reasons == ["number-missing", "email-missing"]
    for _ in range(6):
        assert await town.identify(town.number(LILA), "") == StepRefused((Refusal.EMAIL_MISSING,))
    assert isinstance(await town.identify(town.number(LILA)), Entered)


@pytest.mark.rule("OUT-2", "ACT-15")
@pytest.mark.parametrize(
    ("passed", "heard"), [(15 * MINUTE - SECOND, False), (15 * MINUTE, True), (15 * MINUTE + SECOND, True)]
)
async def test_five_wrong_tries_lock_the_number_for_15_minutes(town, passed, heard):
    for _ in range(5):
        assert await town.identify(town.number(LILA), siren="732829320") == REFUSED
    assert await town.identify(town.number(LILA)) == REFUSED
    assert town.last_reason() == "locked-out"
    town.after(passed)
    assert isinstance(await town.identify(town.number(LILA)), Entered) is heard


@pytest.mark.rule("OUT-2", "ACT-15")
async def test_the_lock_belongs_to_the_typed_number_whether_it_exists_or_not(town):
    for _ in range(4):
        await town.identify(town.number(LILA), siren="732829320")
    assert isinstance(await town.identify(town.number(LILA)), Entered)
    for _ in range(6):
        assert await town.identify(UNKNOWN) == REFUSED
    assert [line.data["reason"] for line in town.lines("refused")][-2:] == ["number-unknown", "locked-out"]
    assert len(town.reading(list_wrong_tries, Lock.OUTSIDE, UNKNOWN, 9)) == 5
    assert isinstance(await town.identify(town.number(THEO), town.space_of(THEO).email, ""), Entered)


@pytest.mark.rule("OUT-2")
async def test_a_right_try_is_no_wrong_try(town):
    for _ in range(10):
        assert isinstance(await town.identify(town.number(LILA)), Entered)


@pytest.mark.rule("OUT-2", "ACT-15")
async def test_the_policy_says_how_many_tries_there_are_and_for_how_long(town):
    town.policy(activation_attempts=2, activation_lockout="PT1M")
    for _ in range(2):
        await town.identify(town.number(LILA), siren="")
    assert await town.identify(town.number(LILA)) == REFUSED
    town.after(MINUTE)
    assert isinstance(await town.identify(town.number(LILA)), Entered)


# The space stays closed


@pytest.mark.rule("OUT-1", "OUT-2")
async def test_no_page_of_the_space_is_reachable_before_and_after_the_question(town):
    entered = await town.identify(town.number(LILA))
    led = []
    for step in ("identified", "warned", "chosen", "accepted"):
        if step == "warned":
            assert await town.warn(None, entered.token) is None
        elif step == "chosen":
            assert await town.choose(None, entered.token, OTHER_EMAIL) is None
        elif step == "accepted":
            await town.answer(None, entered.token)
        led.append(await town.visit_space(entered.token))
    assert led == [OutOfOrder(step) for step in (Step.WARNING, Step.WARNING, Step.WARNING, Step.PENDING)]
    assert town.lines("session-opened") == []
    assert town.lines("out-of-order")[-1].data == {
        "subscriber_number": town.number(LILA), "wanted": "space", "there": "pending"
    }  # fmt: skip


@pytest.mark.rule("OUT-2", "ACC-9")
async def test_until_activation_the_certificate_and_only_it_opens_the_space(town):
    option = await town.opt_from_outside(LILA, LILA_EMAIL)
    assert isinstance(await town.present(LILA), Entered)
    assert await town.login(LILA_EMAIL) == Refused(Refusal.LOGIN_REFUSED, Reason.SPACE_PENDING)
    await town.activate(option)
    assert isinstance(await town.present(LILA), Refused)


@pytest.mark.rule("OUT-2", "OPT-1")
async def test_the_credentials_come_after_the_warning_here_too(town):
    entered = await town.identify(town.number(LILA))
    assert await town.choose(None, entered.token, OTHER_EMAIL) == OutOfOrder(Step.WARNING)


@pytest.mark.rule("OUT-2", "ACT-8")
async def test_an_option_from_outside_replaces_a_pending_one_if_the_policy_allows(town):
    first = await town.opt(LILA, LILA_EMAIL)
    second = await town.opt_from_outside(LILA, OTHER_EMAIL)
    assert town.option(first).replaced_at == town.now
    town.policy(option_replace=False)
    entered = await town.identify(town.number(LILA))
    assert entered.space == town.space_of(LILA)
    assert await town.warn(None, entered.token) == StepRefused((Refusal.OPTION_PENDING,))
    assert town.option(second).replaced_at is None


@pytest.mark.rule("OUT-2", "ACT-6", "ACC-13")
async def test_after_a_lapse_the_procedure_starts_again_from_outside(town):
    option = await town.opt_from_outside("francois", OTHER_EMAIL, SIRENS["francois"])
    town.after(WINDOW + SECOND)
    assert isinstance(await town.type_code(OTHER_EMAIL, option.code), Refused)
    again = await town.opt_from_outside("francois", OTHER_EMAIL, SIRENS["francois"])
    assert (await town.activate(again)).subscriber_number == option.subscriber_number
    assert await town.broken() == {}


# Its session


@pytest.mark.rule("SES-2", "OUT-2")
@pytest.mark.parametrize(
    ("passed", "goes_on"),
    [(30 * MINUTE - SECOND, True), (30 * MINUTE, True), (30 * MINUTE + SECOND, False)],
)
async def test_the_way_from_outside_ends_after_30_minutes_of_idleness(town, passed, goes_on):
    entered = await town.identify(town.number(LILA))
    town.after(passed)
    assert isinstance(await town.run(resume, entered.token, None), Visit) is goes_on


@pytest.mark.rule("SES-1", "SES-3", "OUT-2")
async def test_its_session_has_no_certificate_replaces_another_session_and_ends_with_the_activation(
    town,
):
    inside = await town.enter(THEO)
    entered = await town.identify(town.number(LILA), earlier=inside)
    assert await town.run(resume, inside, town.facts(THEO).fingerprint) == Refused(Refusal.SESSION_ENDED)
    assert await town.visit(LILA, entered.token) == Refused(Refusal.SESSION_OF_ANOTHER_CERTIFICATE)
    visit = await town.run(resume, entered.token, None)
    assert (visit.session.way, visit.state) == (Way.OUTSIDE, SpaceState.CERTIFICATE)
    assert visit.session.certificate_end is None
    await town.activate(await town.opt(LILA, LILA_EMAIL))
    assert await town.run(resume, entered.token, None) == Refused(Refusal.SESSION_ENDED)


@pytest.mark.rule("OUT-1", "SES-1")
async def test_a_session_from_outside_that_outlived_the_activation_still_opens_nothing(town_with):
    town = town_with(session={"ended_by_activation": lambda sessions: []})
    entered = await town.identify(town.number(LILA))
    await town.activate(await town.opt(LILA, LILA_EMAIL))
    led = await town.visit_space(entered.token)
    assert led == OutOfOrder(Step.PENDING)
    visit = await town.run(resume, entered.token, None)
    assert visit.state is SpaceState.PASSWORD


@pytest.mark.rule("OUT-2")
async def test_the_journal_names_the_person_and_holds_neither_siren_nor_password(town):
    await town.opt_from_outside(LILA, OTHER_EMAIL)
    (line,) = town.lines("person-identified")
    assert line.data == {"subscriber_number": town.number(LILA), "way": "outside"}
    assert LILA_SIREN not in repr(town.lines())
    assert PASSWORD not in repr(town.lines())
