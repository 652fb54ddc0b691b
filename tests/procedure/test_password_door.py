"""Entering by e-mail and password: the right pair, one sentence for all wrong ones, the lockout."""

import pytest
from town import LILA, LILA_EMAIL, MINUTE, OTHER_EMAIL, PASSWORD, SECOND, START, THEO, WINDOW

from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.procedure.sessions import Entered, Visit, resume

CLEMENCE, CLEMENCE_PASSWORD = "clemence.hautefeuille@courriel.example", "Reliure2011"


def refused(reason):
    return Refused(Refusal.LOGIN_REFUSED, reason)


@pytest.mark.rule("PWD-1", "ACC-12")
async def test_e_mail_and_password_open_the_same_space(town):
    before = town.space_of(LILA)
    await town.activate(await town.opt(LILA, OTHER_EMAIL))
    entered = await town.login(OTHER_EMAIL)
    visit = await town.run(resume, entered.token, None)
    assert isinstance(visit, Visit)
    assert visit.space.subscriber_number == before.subscriber_number
    assert visit.space.companies == before.companies
    assert town.lines("session-opened")[-1].data["access"] == "password"


@pytest.mark.rule("PWD-1")
async def test_a_space_that_was_born_converted_is_entered_by_its_persona_s_password(town):
    outcome = await town.login(CLEMENCE, CLEMENCE_PASSWORD)
    assert isinstance(outcome, Entered)
    assert outcome.space == town.space_of("clemence")


@pytest.mark.rule("PWD-2", "ACT-10")
async def test_every_wrong_pair_gets_the_same_sentence_and_the_journal_its_own_reason(town):
    town.policy(login_attempts=1000)
    converted = await town.opt(LILA, LILA_EMAIL)
    await town.activate(converted)
    pending = await town.opt(THEO, OTHER_EMAIL)
    for email, password, reason in (
        (LILA_EMAIL, PASSWORD.lower(), Reason.PASSWORD_WRONG),
        (LILA_EMAIL, PASSWORD + " ", Reason.PASSWORD_WRONG),
        (LILA_EMAIL, converted.code, Reason.PASSWORD_WRONG),
        (LILA_EMAIL, CLEMENCE_PASSWORD, Reason.PASSWORD_WRONG),
        ("nobody@courriel.example", PASSWORD, Reason.ADDRESS_UNKNOWN),
        (OTHER_EMAIL, PASSWORD, Reason.SPACE_PENDING),
        (OTHER_EMAIL, pending.code, Reason.SPACE_PENDING),
    ):
        assert await town.login(email, password) == refused(reason)
        assert town.last_reason() == reason.value


@pytest.mark.rule("PWD-2")
async def test_the_e_mail_on_file_of_a_certificate_space_opens_nothing(town):
    assert await town.login(LILA_EMAIL) == refused(Reason.ADDRESS_UNKNOWN)


@pytest.mark.rule("ACC-9")
async def test_the_rules_say_whether_the_credentials_of_a_pending_option_open_a_space(town_with):
    town = town_with(login={"opening_credentials": lambda space, option: option and option.credentials})
    option = await town.opt(LILA, OTHER_EMAIL)
    entered = await town.login(OTHER_EMAIL)
    assert isinstance(entered, Entered)
    assert entered.space.subscriber_number == option.subscriber_number
    assert await town.login(CLEMENCE, CLEMENCE_PASSWORD) == refused(Reason.SPACE_PENDING)


@pytest.mark.rule("CRED-1", "PWD-2")
async def test_the_earlier_e_mail_and_a_replaced_one_open_nothing_after_activation(town):
    await town.opt(LILA, "premiere@courriel.example")
    await town.activate(await town.opt(LILA, OTHER_EMAIL))
    assert await town.login("premiere@courriel.example") == refused(Reason.ADDRESS_UNKNOWN)
    assert await town.login(LILA_EMAIL) == refused(Reason.ADDRESS_UNKNOWN)
    assert isinstance(await town.login(OTHER_EMAIL), Entered)


@pytest.mark.rule("ACT-16", "CRED-4")
@pytest.mark.parametrize(
    ("match", "email", "enters"),
    [
        ("casefold", CLEMENCE.upper(), True),
        ("exact", CLEMENCE, True),
        ("exact", CLEMENCE.upper(), False),
    ],
)
async def test_the_policy_says_whether_case_counts_in_the_address(town, match, email, enters):
    town.policy(email_match=match)
    outcome = await town.login(email, CLEMENCE_PASSWORD)
    assert isinstance(outcome, Entered) if enters else outcome == refused(Reason.ADDRESS_UNKNOWN)


@pytest.mark.rule("PWD-2")
@pytest.mark.parametrize(("wrong", "locked"), [(4, False), (5, True), (6, True)])
async def test_after_five_wrong_tries_the_right_password_too_is_refused(town, wrong, locked):
    for _ in range(wrong):
        await town.login(CLEMENCE, "wrong")
    outcome = await town.login(CLEMENCE, CLEMENCE_PASSWORD)
    assert outcome == refused(Reason.LOCKED_OUT) if locked else isinstance(outcome, Entered)


@pytest.mark.rule("PWD-2")
@pytest.mark.parametrize(
    ("passed", "locked"), [(15 * MINUTE - SECOND, True), (15 * MINUTE, False), (15 * MINUTE + SECOND, False)]
)
async def test_the_lockout_is_over_after_fifteen_minutes(town, passed, locked):
    for _ in range(5):
        await town.login(CLEMENCE, "wrong")
    town.after(passed)
    outcome = await town.login(CLEMENCE, CLEMENCE_PASSWORD)
    assert outcome == refused(Reason.LOCKED_OUT) if locked else isinstance(outcome, Entered)


@pytest.mark.rule("PWD-2")
@pytest.mark.parametrize("email", [CLEMENCE, CLEMENCE.upper(), "nobody@courriel.example", "é" * 5000])
async def test_a_typed_address_is_locked_whether_or_not_it_exists(town, email):
    reasons = [(await town.login(email, "wrong")).reason for _ in range(6)]
    assert reasons[-1] is Reason.LOCKED_OUT
    assert Reason.LOCKED_OUT not in reasons[:-1]


@pytest.mark.rule("PWD-2")
@pytest.mark.parametrize(
    ("email", "password", "refusal"),
    [
        ("", "", Refusal.EMAIL_MISSING),
        ("", CLEMENCE_PASSWORD, Refusal.EMAIL_MISSING),
        (CLEMENCE, "", Refusal.PASSWORD_MISSING),
        ("nobody@courriel.example", "", Refusal.PASSWORD_MISSING),
    ],
)
async def test_a_field_left_empty_is_no_try(town, email, password, refusal):
    for _ in range(6):
        assert await town.login(email, password) == Refused(refusal)
        assert town.last_reason() == refusal.code
    assert isinstance(await town.login(CLEMENCE, CLEMENCE_PASSWORD), Entered)


@pytest.mark.rule("PWD-2")
async def test_the_rules_hear_the_real_reason_of_each_refusal(town_with):
    heard = []
    town = town_with(login={"refusal": lambda reason: heard.append(reason) or Refusal.LOGIN_REFUSED})
    for _ in range(6):
        await town.login(CLEMENCE, "wrong")
    assert heard == [Reason.PASSWORD_WRONG] * 5 + [Reason.LOCKED_OUT]


@pytest.mark.rule("PWD-2")
async def test_the_policy_sets_attempts_and_lockout(town):
    town.policy(login_attempts=1, login_lockout="PT10S")
    await town.login(CLEMENCE, "wrong")
    assert await town.login(CLEMENCE, CLEMENCE_PASSWORD) == refused(Reason.LOCKED_OUT)
    town.after(10 * SECOND)
    assert isinstance(await town.login(CLEMENCE, CLEMENCE_PASSWORD), Entered)


@pytest.mark.rule("PWD-2")
async def test_a_refused_login_opens_no_session(town):
    before = town.dump()
    for _ in range(7):
        await town.login(CLEMENCE, "wrong")
    assert town.dump() == before


@pytest.mark.rule("ACC-11")
async def test_a_password_space_stays_one_however_much_time_goes_by(town):
    await town.activate(await town.opt(LILA, LILA_EMAIL))
    for _ in range(4):
        town.after(10 * WINDOW)
        assert isinstance(await town.login(LILA_EMAIL), Entered)
    town.at(START)
    assert isinstance(await town.login(LILA_EMAIL), Entered)
