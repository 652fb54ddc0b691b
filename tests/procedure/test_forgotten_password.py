"""« Mot de passe oublié ? »: one sentence for every mistake, a new password, and the end of all sessions."""

import pytest
from town import (
    ANSWER,
    LILA,
    LILA_EMAIL,
    MINUTE,
    OTHER_EMAIL,
    PASSWORD,
    SECOND,
    THEO,
    OutOfOrder,
)

from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.domain.session import Way
from maquette.simulator.domain.steps import Step
from maquette.simulator.procedure.option_steps import StepRefused
from maquette.simulator.procedure.recovery import choose_new_password
from maquette.simulator.procedure.sessions import Entered, Visit, resume
from maquette.simulator.store.personas import find_persona
from maquette.simulator.store.tries import Lock, list_wrong_tries

NEW = "Colibri2012"
CLEMENCE, CLEMENCE_PASSWORD = "clemence.hautefeuille@courriel.example", "Reliure2011"
REFUSED = StepRefused((Refusal.RECOVERY_REFUSED,))


@pytest.fixture
async def lila(town):
    """The number of Lila, whose space is a password space."""
    await town.activate(await town.opt(LILA, LILA_EMAIL))
    return town.number(LILA)


@pytest.mark.rule("PWD-3", "PWD-4")
async def test_address_number_and_answer_lead_to_a_new_password(town, lila):
    before = town.space_of(LILA)
    entered = await town.show_oneself(LILA_EMAIL, lila, ANSWER.upper().replace(" ", ""))
    assert isinstance(entered, Entered)
    assert entered.space == before
    assert await town.change_password(entered.token, NEW) is None
    after = town.space_of(LILA)
    assert (after.registered_at, after.companies, after.email) == (
        before.registered_at, before.companies, before.email
    )  # fmt: skip
    assert isinstance(await town.login(LILA_EMAIL, NEW), Entered)
    assert await town.login(LILA_EMAIL) == Refused(Refusal.LOGIN_REFUSED, Reason.PASSWORD_WRONG)
    assert await town.broken() == {}


@pytest.mark.rule("PWD-4", "CRED-4")
async def test_a_new_password_leaves_the_key_of_an_address_in_capitals_as_it_was(town):
    await town.activate(await town.opt(LILA, LILA_EMAIL.upper()))
    number = town.number(LILA)
    entered = await town.show_oneself(LILA_EMAIL, number, ANSWER)
    assert await town.change_password(entered.token, NEW) is None
    with town.store.reading(town.realm) as transaction:
        key = transaction.value(
            "SELECT email_key FROM spaces WHERE realm = :realm AND subscriber_number = :number",
            number=number,
        )
    assert key == LILA_EMAIL


@pytest.mark.rule("PWD-4")
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"email": "personne@courriel.example"}, "address-unknown"),
        ({"email": "x" * 5000}, "address-unknown"),
        ({"subscriber_number": "20111500000412"}, "number-wrong"),
        ({"subscriber_number": "1" * 5000}, "number-wrong"),
        ({"answer": "autre chose"}, "answer-wrong"),
        ({"answer": "x" * 5000}, "answer-wrong"),
        ({"answer": PASSWORD}, "answer-wrong"),
    ],
)
async def test_every_wrong_part_gets_the_same_sentence_and_changes_nothing(town, lila, typed, reason):
    before = town.dump()
    right = {"email": LILA_EMAIL, "subscriber_number": lila, "answer": ANSWER}
    assert await town.show_oneself(**{**right, **typed}) == REFUSED
    assert town.last_reason() == reason
    assert town.dump() == before


@pytest.mark.rule("PWD-4", "ACC-9")
async def test_a_pending_space_and_a_certificate_space_have_no_password_to_reset(town):
    await town.opt(THEO, OTHER_EMAIL)
    assert await town.show_oneself(OTHER_EMAIL, town.number(THEO)) == REFUSED
    assert town.last_reason() == "space-pending"
    assert await town.show_oneself(LILA_EMAIL, town.number(LILA)) == REFUSED
    assert town.last_reason() == "address-unknown"
    asked = await town.ask_for_space("come@courriel.example")
    assert await town.show_oneself("come@courriel.example", asked.subscriber_number) == REFUSED
    assert town.last_reason() == "address-unknown"


@pytest.mark.rule("PWD-4")
async def test_empty_fields_are_reported_together_and_are_no_try(town, lila):
    assert await town.show_oneself("", "", "") == StepRefused(
        (Refusal.EMAIL_MISSING, Refusal.NUMBER_MISSING, Refusal.ANSWER_MISSING)
    )
    reasons = [line.data["reason"] for line in town.lines("refused")]
    assert reasons == ["email-missing", "number-missing", "answer-missing"]
    for _ in range(6):
        assert await town.show_oneself(LILA_EMAIL, lila, "") == StepRefused((Refusal.ANSWER_MISSING,))
    assert isinstance(await town.show_oneself(LILA_EMAIL, lila), Entered)


@pytest.mark.rule("PWD-4", "ACT-15")
@pytest.mark.parametrize(
    ("passed", "heard"), [(15 * MINUTE - SECOND, False), (15 * MINUTE, True), (15 * MINUTE + SECOND, True)]
)
async def test_five_wrong_tries_lock_the_address_for_15_minutes(town, lila, passed, heard):
    for _ in range(5):
        assert await town.show_oneself(LILA_EMAIL.upper(), lila, "faux") == REFUSED
    assert await town.show_oneself(LILA_EMAIL, lila) == REFUSED
    assert town.last_reason() == "locked-out"
    town.after(passed)
    assert isinstance(await town.show_oneself(LILA_EMAIL, lila), Entered) is heard


@pytest.mark.rule("PWD-4", "ACT-15")
async def test_an_unknown_address_is_locked_alike_and_locks_no_other(town, lila):
    for _ in range(6):
        await town.show_oneself("personne@courriel.example", lila)
    assert town.last_reason() == "locked-out"
    assert len(town.reading(list_wrong_tries, Lock.RECOVERY, "personne@courriel.example", 9)) == 5
    for _ in range(6):
        await town.show_oneself(LILA_EMAIL, lila, "faux")
    assert isinstance(await town.login(LILA_EMAIL), Entered)


@pytest.mark.rule("PWD-4")
async def test_a_right_try_is_no_wrong_try(town, lila):
    for _ in range(10):
        assert isinstance(await town.show_oneself(LILA_EMAIL, lila), Entered)


# The new password


@pytest.mark.rule("PWD-4", "CRED-2", "CRED-6", "CRED-7")
@pytest.mark.parametrize(
    ("password", "confirmation", "refusal"),
    [
        ("Court12", "Court12", Refusal.PASSWORD_TOO_SHORT),
        ("Long2" * 4 + "x", "Long2" * 4 + "x", Refusal.PASSWORD_TOO_LONG),
        ("Colibri 2012", "Colibri 2012", Refusal.PASSWORD_CHARACTERS),
        ("Colibri2012", "Colibri2013", Refusal.PASSWORD_MISMATCH),
        ("", "", Refusal.PASSWORD_TOO_SHORT),
    ],
)
async def test_the_new_password_is_typed_twice_under_the_rule_for_passwords(
    town, lila, password, confirmation, refusal
):
    entered = await town.show_oneself(LILA_EMAIL, lila)
    before = town.dump()
    outcome = await town.step(
        None, entered.token, choose_new_password, password=password, password_confirmation=confirmation
    )
    assert outcome == StepRefused((refusal,))
    assert town.dump() == before
    assert isinstance(await town.login(LILA_EMAIL), Entered)


@pytest.mark.rule("PWD-4", "SES-1")
async def test_a_new_password_ends_every_session_of_the_space_and_no_other(town, lila):
    his = await town.enter(THEO)
    inside = await town.login(LILA_EMAIL)
    entered, other = [await town.show_oneself(LILA_EMAIL, lila) for _ in range(2)]
    assert await town.change_password(entered.token, NEW) is None
    for token in (inside.token, entered.token, other.token):
        assert await town.run(resume, token, None) == Refused(Refusal.SESSION_ENDED)
    assert isinstance(await town.visit(THEO, his), Visit)
    (line,) = town.lines("password-changed")
    assert line.data == {"subscriber_number": lila, "sessions_ended": 3}


@pytest.mark.rule("PWD-3", "OUT-1")
async def test_the_identity_check_opens_no_space_and_leads_to_the_new_password_alone(town, lila):
    entered = await town.show_oneself(LILA_EMAIL, lila)
    there = OutOfOrder(Step.NEW_PASSWORD)
    assert await town.visit_space(entered.token) == there
    assert await town.warn(None, entered.token) == there
    assert await town.choose(None, entered.token, OTHER_EMAIL) == there
    visit = await town.run(resume, entered.token, None)
    assert visit.session.way is Way.RECOVERY


@pytest.mark.rule("PWD-4")
async def test_from_inside_a_space_no_password_is_changed(town, lila):
    inside = await town.login(LILA_EMAIL)
    assert await town.change_password(inside.token, NEW) == OutOfOrder(Step.SPACE)
    token = await town.enter(THEO)
    outcome = await town.step(THEO, token, choose_new_password, password=NEW, password_confirmation=NEW)
    assert outcome == OutOfOrder(Step.SPACE)
    outside = await town.identify(town.number(THEO), town.space_of(THEO).email, "")
    assert await town.change_password(outside.token, NEW) == OutOfOrder(Step.WARNING)


@pytest.mark.rule("PWD-4", "SES-2")
@pytest.mark.parametrize(
    ("passed", "goes_on"),
    [(30 * MINUTE - SECOND, True), (30 * MINUTE, True), (30 * MINUTE + SECOND, False)],
)
async def test_an_identified_person_has_30_minutes_to_choose_a_password(town, lila, passed, goes_on):
    entered = await town.show_oneself(LILA_EMAIL, lila)
    town.after(passed)
    changed = await town.change_password(entered.token, NEW)
    assert (changed is None) is goes_on
    assert isinstance(await town.login(LILA_EMAIL, NEW), Entered) is goes_on


@pytest.mark.rule("PWD-4", "CRED-8")
async def test_the_journal_has_neither_the_answer_nor_a_password_nor_a_secret_typed_as_address(town, lila):
    await town.show_oneself(PASSWORD, lila)
    entered = await town.show_oneself(LILA_EMAIL, lila)
    await town.change_password(entered.token, NEW)
    (line,) = town.lines("person-identified")
    assert line.data == {"subscriber_number": lila, "way": "recovery"}
    for secret in (PASSWORD, NEW, ANSWER):
        assert secret not in repr(town.lines())
    assert NEW not in repr(town.dump())


@pytest.mark.rule("PWD-4")
async def test_a_published_password_that_was_replaced_is_published_no_more(town):
    space = town.space_of("clemence")
    entered = await town.show_oneself(CLEMENCE, space.subscriber_number, space.credentials.answer)
    assert town.reading(find_persona, "clemence").password == CLEMENCE_PASSWORD
    assert await town.change_password(entered.token, NEW) is None
    assert town.reading(find_persona, "clemence").password is None
    assert isinstance(await town.login(CLEMENCE, NEW), Entered)
