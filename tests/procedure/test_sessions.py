"""Sessions: bound to their certificate, over when idle, left, or when the space is converted."""

from dataclasses import replace

import pytest
from town import APPLICATION, HOUR, LILA, LILA_EMAIL, MINUTE, OTHER_EMAIL, PASSWORD, SECOND, THEO

from maquette.simulator.domain.option import Option
from maquette.simulator.domain.refusals import Refusal, Refused
from maquette.simulator.domain.session import Draft, Leaving
from maquette.simulator.procedure.activation import get_registration
from maquette.simulator.procedure.sessions import Visit, leave, resume, session_id
from maquette.simulator.store.sessions import find_session, save_session

ENDED, FORGOTTEN = Refused(Refusal.SESSION_ENDED), Refused(Refusal.RECAP_OF_ANOTHER)


@pytest.mark.rule("SES-1")
async def test_quitter_ends_the_session(town):
    token = await town.enter(LILA)
    await town.leave(token)
    assert await town.visit(LILA, token) == ENDED
    assert town.lines("session-ended")[-1].data["why"] == "left"


async def test_a_browser_that_has_no_session_is_told_of_none(town):
    assert await town.run(resume, None, None) is None
    assert town.lines() == []


@pytest.mark.rule("SES-1")
async def test_leaving_twice_or_without_a_session_succeeds(town):
    token = await town.enter(LILA)
    for _ in range(2):
        await town.leave(token)
    assert await town.run(leave, "nobody's", "browser") is True
    assert town.kinds().count("session-ended") == 1


@pytest.mark.rule("SES-1", "REG-5")
@pytest.mark.parametrize("ended", [frozenset(), {Leaving.SESSION}, {Leaving.RESULT}, frozenset(Leaving)])
async def test_leaving_ends_what_the_rules_say(town_with, ended):
    town = town_with(session={"ended_by_leaving": lambda: ended})
    option = await town.opt(LILA, LILA_EMAIL)
    await town.activate(option)
    token = (await town.login(LILA_EMAIL)).token
    assert await town.run(leave, token, "browser") is (Leaving.SESSION in ended)
    gone = await town.run(resume, token, None) == ENDED
    forgotten = await town.run(get_registration, option_id=option.id, visitor="browser") == FORGOTTEN
    assert (gone, forgotten) == (Leaving.SESSION in ended, Leaving.RESULT in ended)


@pytest.mark.rule("SES-1")
async def test_leaving_ends_no_other_session(town):
    mine, again, his = await town.enter(LILA), await town.enter(LILA), await town.enter(THEO)
    await town.leave(mine)
    assert isinstance(await town.visit(LILA, again), Visit)
    assert isinstance(await town.visit(THEO, his), Visit)


@pytest.mark.rule("SES-1")
async def test_activation_ends_every_session_of_the_space_and_no_other(town):
    option = await town.opt(LILA, LILA_EMAIL)
    mine, his = [await town.enter(LILA) for _ in range(3)], await town.enter(THEO)
    await town.activate(option)
    assert [await town.visit(LILA, token) for token in mine] == [ENDED] * 3
    assert isinstance(await town.visit(THEO, his), Visit)
    assert town.lines("space-activated")[-1].data["sessions_ended"] == 4


@pytest.mark.rule("SES-1")
async def test_activation_drops_the_drafts(town):
    option = await town.opt(LILA, LILA_EMAIL)
    token = await town.until_question(LILA, OTHER_EMAIL)
    await town.activate(option)
    assert await town.answer(LILA, token) == ENDED
    assert town.reading(find_session, session_id(token)) is None


@pytest.mark.rule("SES-2")
@pytest.mark.parametrize(
    ("passed", "goes_on"),
    [(30 * MINUTE - SECOND, True), (30 * MINUTE, True), (30 * MINUTE + SECOND, False)],
)
async def test_a_session_ends_after_30_idle_minutes(town, passed, goes_on):
    token = await town.enter(LILA)
    town.after(passed)
    outcome = await town.visit(LILA, token)
    assert isinstance(outcome, Visit) is goes_on
    assert goes_on or outcome == ENDED


@pytest.mark.rule("SES-2")
async def test_each_visit_gives_the_session_another_30_minutes(town):
    token = await town.enter(LILA)
    for _ in range(5):
        town.after(30 * MINUTE)
        assert isinstance(await town.visit(LILA, token), Visit)
    town.after(30 * MINUTE + SECOND)
    assert await town.visit(LILA, token) == ENDED


@pytest.mark.rule("SES-2")
async def test_the_policy_sets_how_long_a_session_may_be_idle(town):
    town.policy(session_idle="PT1M")
    token = await town.enter(LILA)
    town.after(MINUTE + SECOND)
    assert await town.visit(LILA, token) == ENDED


@pytest.mark.rule("SES-2")
async def test_an_idle_session_is_over_for_good_and_the_person_may_enter_again(town):
    token = await town.enter(LILA)
    town.after(HOUR)
    assert await town.visit(LILA, token) == ENDED
    assert town.lines("session-ended")[-1].data["why"] == "idle"
    town.at(town.now - HOUR)
    assert await town.visit(LILA, token) == ENDED
    assert isinstance(await town.visit(LILA, await town.enter(LILA)), Visit)


@pytest.mark.rule("SES-3")
async def test_a_session_goes_on_only_with_its_own_certificate(town):
    token = await town.enter(LILA)
    before = town.dump()
    for fingerprint in (town.facts(THEO).fingerprint, None, ""):
        outcome = await town.run(resume, token, fingerprint)
        assert outcome == Refused(Refusal.SESSION_OF_ANOTHER_CERTIFICATE)
    assert town.dump() == before
    assert isinstance(await town.visit(LILA, token), Visit)


@pytest.mark.rule("SES-3")
async def test_a_stranger_s_certificate_does_not_keep_a_session_alive(town):
    token = await town.enter(LILA)
    town.after(20 * MINUTE)
    await town.visit(THEO, token)
    town.after(10 * MINUTE + SECOND)
    assert await town.visit(LILA, token) == ENDED


@pytest.mark.rule("SES-3")
async def test_a_session_opened_by_password_goes_on_without_a_certificate_alone(town):
    await town.activate(await town.opt(LILA, LILA_EMAIL))
    entered = await town.login(LILA_EMAIL, PASSWORD)
    for persona in (LILA, THEO):
        outcome = await town.visit(persona, entered.token)
        assert outcome == Refused(Refusal.SESSION_OF_ANOTHER_CERTIFICATE)
    visit = await town.run(resume, entered.token, None)
    assert isinstance(visit, Visit)
    assert visit.session.fingerprint is visit.session.certificate_end is None


@pytest.mark.rule("ACC-3", "ACC-13", "SES-3")
@pytest.mark.parametrize(("from_end", "goes_on"), [(-SECOND, True), (0 * SECOND, True), (SECOND, False)])
async def test_a_session_does_not_outlive_its_certificate(town, from_end, goes_on):
    end = town.facts("gaelle").not_after
    town.at(end - 10 * MINUTE)
    token = await town.until_question("gaelle", OTHER_EMAIL)
    town.at(end + from_end)
    outcome = await town.answer("gaelle", token)
    assert outcome == ENDED if not goes_on else isinstance(outcome, Option)


async def test_a_session_shows_the_end_of_its_certificate(town):
    visit = await town.visit(LILA, await town.enter(LILA))
    assert visit.session.certificate_end == town.facts(LILA).not_after
    assert visit.session.draft == Draft()


async def test_the_store_holds_no_session_token(town):
    token = await town.enter(LILA)
    assert token not in repr(town.dump())
    assert await town.run(resume, session_id(token), town.facts(LILA).fingerprint) == ENDED


async def test_two_sessions_of_a_space_have_drafts_of_their_own(town):
    one, other = await town.enter(LILA), await town.enter(LILA)
    await town.warn(LILA, one)
    assert (await town.visit(LILA, one)).session.draft.warned
    assert not (await town.visit(LILA, other)).session.draft.warned


async def test_a_session_of_a_space_that_is_not_there_is_an_error(town):
    token = await town.enter(LILA)
    with town.store.writing(town.realm) as transaction:
        transaction.change("DELETE FROM spaces WHERE realm = :realm")
        session = find_session(transaction, session_id(token))
        requested = replace(session.draft, application=APPLICATION)
        save_session(transaction, replace(session, draft=requested))
    with pytest.raises(AssertionError, match="a session without a space"):
        await town.visit(LILA, token)
