"""Entering by certificate: the space that opens, and the journal's reason for each refusal."""

import pytest
from town import HOUR, LILA, LILA_EMAIL, PASSWORD, SECOND, THEO, WINDOW

from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.procedure.access import enter_by_certificate, enter_by_password
from maquette.simulator.procedure.sessions import Entered, session_id
from maquette.simulator.store.personas import find_persona
from maquette.simulator.store.sessions import find_session


@pytest.mark.rule("ACC-3", "ACC-4")
@pytest.mark.parametrize(
    ("persona", "refusal"),
    [
        ("gaelle", None),  # ending soon
        ("francois", Refusal.CERTIFICATE_EXPIRED),
        ("celeste", Refusal.CERTIFICATE_NOT_YET_VALID),
        ("herve", Refusal.CERTIFICATE_REVOKED),
        ("oceane", Refusal.CERTIFICATE_UNKNOWN_ISSUER),
        ("leon", Refusal.CERTIFICATE_WRONG_USAGE),
        ("zoe", Refusal.CERTIFICATE_WITHOUT_SPACE),
        ("clemence", Refusal.SPACE_CONVERTED),
    ],
)
async def test_each_certificate_case_gets_its_own_answer_on_the_page_and_in_the_journal(
    town, persona, refusal
):
    outcome = await town.present(persona)
    judged, *others = town.lines()
    assert judged.kind == "certificate-judged"
    facts = town.facts(persona)
    assert (judged.data["subject"], judged.data["fingerprint"]) == (facts.subject, facts.fingerprint)
    if refusal is None:
        assert isinstance(outcome, Entered)
        assert judged.data["verdict"] == "accepted"
        assert [line.kind for line in others] == ["session-opened"]
    else:
        assert outcome == Refused(refusal)
        assert judged.data["verdict"] == refusal.code
        assert [(line.kind, line.data["refusal"], line.data["rule"]) for line in others] == [
            ("refused", refusal.code, refusal.rule)
        ]
        assert others[0].data["subscriber_number"] == town.reading(find_persona, persona).subscriber_number


@pytest.mark.rule("ACC-4")
async def test_without_a_certificate_nobody_enters(town):
    assert await town.present(None) == Refused(Refusal.CERTIFICATE_MISSING)
    assert town.last_reason() == "certificate-missing"


@pytest.mark.rule("ACC-3")
async def test_a_certificate_opens_its_own_space(town):
    outcome = await town.present(LILA)
    assert outcome.space == town.space_of(LILA)
    assert outcome.space.subscriber_number == "20111710000303"


@pytest.mark.rule("ACC-8")
async def test_the_other_certificate_of_the_same_store_leads_to_the_other_space(town):
    shop = await town.present("noemie")
    estate = await town.present("noemie-sci")
    assert shop.space.companies[0].name == "EURL LA BOÎTE À LAINE"
    assert estate.space.companies[0].name == "SCI LES EMBRUNS"


@pytest.mark.rule("ACC-8")
async def test_a_certificate_of_another_realm_opens_nothing_here(town, town_with):
    outcome = await town.run(enter_by_certificate, town_with().facts(LILA), earlier=None)
    assert outcome == Refused(Refusal.CERTIFICATE_WITHOUT_SPACE)


@pytest.mark.rule("ACC-3")
@pytest.mark.parametrize(("from_end", "lets_in"), [(-SECOND, True), (0 * SECOND, True), (SECOND, False)])
async def test_a_certificate_lets_in_up_to_its_last_second_by_the_realm_s_clock(town, from_end, lets_in):
    town.at(town.facts("gaelle").not_after + from_end)
    outcome = await town.present("gaelle")
    assert isinstance(outcome, Entered) is lets_in


@pytest.mark.rule("ACC-3")
async def test_a_certificate_that_is_not_yet_valid_lets_in_once_its_time_has_come(town):
    town.at(town.facts("celeste").not_before)
    assert isinstance(await town.present("celeste"), Entered)


@pytest.mark.rule("ACC-9")
@pytest.mark.parametrize("passed", [0 * HOUR, WINDOW, WINDOW + SECOND])
async def test_while_the_option_is_pending_and_after_it_lapsed_the_certificate_opens_the_space(town, passed):
    await town.opt(LILA, LILA_EMAIL)
    town.after(passed)
    assert isinstance(await town.present(LILA), Entered)


@pytest.mark.rule("ACC-9")
async def test_while_the_option_is_pending_the_password_opens_nothing(town):
    await town.opt(LILA, LILA_EMAIL)
    assert await town.login(LILA_EMAIL) == Refused(Refusal.LOGIN_REFUSED, Reason.SPACE_PENDING)


@pytest.mark.rule("ACC-1", "ACC-10", "ACC-11")
async def test_after_activation_the_certificate_opens_nothing_ever_again(town):
    await town.activate(await town.opt(LILA, LILA_EMAIL))
    for _ in range(3):
        outcome = await town.present(LILA)
        assert outcome == Refused(Refusal.SPACE_CONVERTED)
        town.after(WINDOW + SECOND)


async def test_no_step_of_one_person_lets_another_person_in(town):
    await town.activate(await town.opt(LILA, LILA_EMAIL))
    assert isinstance(await town.present(THEO), Entered)


@pytest.mark.rule("ACC-8", "SES-3")
async def test_the_session_that_a_browser_had_ends_when_it_enters_anew(town):
    hers, elsewhere = await town.enter("noemie"), await town.enter("noemie")
    entered = await town.run(enter_by_certificate, town.facts("noemie-sci"), earlier=hers)
    assert town.reading(find_session, session_id(hers)) is None
    assert town.reading(find_session, session_id(elsewhere)) is not None
    await town.activate(await town.opt(LILA, LILA_EMAIL))
    await town.run(enter_by_password, email=LILA_EMAIL, password=PASSWORD, earlier=entered.token)
    assert town.reading(find_session, session_id(entered.token)) is None


@pytest.mark.rule("ACC-8")
async def test_the_rules_hear_which_session_the_browser_had(town_with):
    heard = []
    town = town_with(certificate={"space_opened": lambda own, before: heard.append(before) or own})
    hers = await town.enter("noemie")
    session = town.reading(find_session, session_id(hers))
    for earlier in ("no token", hers):
        await town.run(enter_by_certificate, town.facts("noemie-sci"), earlier=earlier)
    assert heard == [None, None, session]


@pytest.mark.rule("ACC-12")
async def test_the_journal_names_the_space_that_was_entered_and_how(town):
    await town.activate(await town.opt(LILA, LILA_EMAIL))
    await town.login(LILA_EMAIL)
    await town.enter(THEO)
    by_password, by_certificate = [line.data for line in town.lines("session-opened")][-2:]
    assert by_password == {"subscriber_number": town.number(LILA), "access": "password"}
    assert by_certificate == {"subscriber_number": town.number(THEO), "access": "certificate"}


@pytest.mark.rule("ACC-4", "PWD-2")
async def test_a_refusal_at_the_door_leaves_the_session_that_the_browser_had(town):
    token = await town.enter(LILA)
    before = town.dump()
    await town.run(enter_by_certificate, town.facts("clemence"), earlier=token)
    await town.run(enter_by_password, email=LILA_EMAIL, password="wrong", earlier=token)
    assert town.dump() == before
