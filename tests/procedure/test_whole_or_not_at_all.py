"""A use case stores all of its work or none, and writes no secret in the journal."""

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
    in_session,
)

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.clock import Clock, ClockMode
from maquette.simulator.domain.credentials import QUESTIONS
from maquette.simulator.domain.refusals import Reason, Refusal, Refused
from maquette.simulator.procedure import access, activation, helpdesk, option_steps, sessions, wrong_tries
from maquette.simulator.procedure.context import NoSessionError, RealmUnknownError
from maquette.simulator.store.helpdesk import list_helpdesk_messages
from maquette.simulator.store.sessions import find_session

NEW_CREDENTIALS = {
    "email": OTHER_EMAIL,
    "email_confirmation": OTHER_EMAIL,
    "password": PASSWORD,
    "password_confirmation": PASSWORD,
}


class CrashError(Exception):
    """Raised by a test in the middle of a use case."""


def crashing(use_case, kind):
    """The use case, followed by a crash after all its work and the journal line of that kind."""

    def run(context, *arguments, **named):
        use_case(context, *arguments, **named)
        assert kind in [noted for noted, _ in context.notes]
        raise CrashError

    return run


async def prepared(town):
    """The sessions, drafts, option and ticket that the use cases need."""
    option = await town.opt(LILA, LILA_EMAIL)
    fingerprint = town.facts(THEO).fingerprint
    fresh = await town.enter(THEO)
    warned = await town.enter(THEO)
    await town.warn(THEO, warned)
    chosen = await town.until_question(THEO, OTHER_EMAIL)
    return {
        "enter": (access.enter_by_certificate, (town.facts(THEO),), {"earlier": None}, "session-opened"),
        "leave": (sessions.leave, (fresh, "browser"), {}, "session-ended"),
        "warn": (in_session, (fresh, fingerprint, option_steps.confirm_warning), {}, "warning-taken"),
        "choose": (
            in_session,
            (warned, fingerprint, option_steps.choose_credentials),
            NEW_CREDENTIALS,
            "credentials-chosen",
        ),
        "accept": (
            in_session,
            (chosen, fingerprint, option_steps.accept_option),
            {"question": QUESTIONS[0], "answer": ANSWER},
            "mail-queued",
        ),
        "activate": (
            activation.activate,
            (),
            {"option_id": option.id, "visitor": "browser"},
            "space-activated",
        ),
        "message": (
            helpdesk.leave_message,
            (),
            {"name": "Lila", "email": LILA_EMAIL, "message": "Bonjour"},
            "helpdesk-message",
        ),
    }


USE_CASES = ("enter", "leave", "warn", "choose", "accept", "activate", "message")


@pytest.mark.rule("MAIL-6")
@pytest.mark.parametrize("name", USE_CASES)
async def test_a_use_case_that_crashes_undoes_everything_and_writes_no_line(town, name):
    use_case, arguments, named, kind = (await prepared(town))[name]
    before, lines, woken = town.dump(), town.lines(), len(town.woken)
    with pytest.raises(CrashError):
        await town.run(crashing(use_case, kind), *arguments, **named)
    assert (town.dump(), town.lines(), len(town.woken)) == (before, lines, woken)


@pytest.mark.parametrize("name", USE_CASES)
async def test_after_a_crash_the_same_step_succeeds(town, name):
    use_case, arguments, named, kind = (await prepared(town))[name]
    with pytest.raises(CrashError):
        await town.run(crashing(use_case, kind), *arguments, **named)
    before = town.dump()
    await town.run(use_case, *arguments, **named)
    assert town.kinds()[-1] == kind
    assert town.dump() != before


@pytest.mark.rule("ACT-15", "PWD-2")
async def test_a_wrong_try_that_crashes_is_not_counted(town):
    def wrong_try(context):
        activation.judge_typed_code(context, email=LILA_EMAIL, code="wrong", visitor="browser")
        raise CrashError

    option = await town.opt(LILA, LILA_EMAIL)
    for _ in range(5):
        with pytest.raises(CrashError):
            await town.run(wrong_try)
    assert not isinstance(await town.type_code(LILA_EMAIL, option.code), Refused)


@pytest.mark.rule("SES-2", "SES-3", "ACC-4", "ACT-7", "ACT-9", "ACT-14", "PWD-2", "REG-5", "CRED-9")
async def test_no_refused_step_changes_a_row(town):
    used = await town.opt("gaelle", "gaelle@courriel.example")
    await town.activate(used)
    expired = await town.opt("ulrike", "ulrike@courriel.example")
    town.after(WINDOW + SECOND)
    await town.visit("ulrike", await town.enter("ulrike"))  # the lapse is noted: a state of affairs
    pending = await town.opt(LILA, LILA_EMAIL)
    fresh, chosen = await town.enter(THEO), await town.until_question(THEO, OTHER_EMAIL)
    steps = {
        "an expired certificate": lambda: town.present("francois"),
        "no certificate": lambda: town.present(None),
        "a converted space": lambda: town.present("clemence"),
        "a wrong password": lambda: town.login("clemence.hautefeuille@courriel.example", "wrong"),
        "a pending space's password": lambda: town.login(LILA_EMAIL),
        "nobody's session": lambda: town.visit(THEO, "nobody's"),
        "another's session": lambda: town.visit(LILA, fresh),
        "the warning skipped": lambda: town.choose(THEO, fresh, OTHER_EMAIL),
        "a taken address": lambda: town.choose(THEO, chosen, "clemence.hautefeuille@courriel.example"),
        "an awaiting address": lambda: town.choose(THEO, chosen, LILA_EMAIL),
        "a short password": lambda: town.choose(THEO, chosen, OTHER_EMAIL, "court"),
        "no such question": lambda: town.answer(THEO, chosen, "?"),
        "a wrong code": lambda: town.type_code(LILA_EMAIL, "wrong"),
        "a code of another": lambda: town.type_code("nobody@courriel.example", pending.code),
        "a used code": lambda: town.type_code("gaelle@courriel.example", used.code),
        "an expired code": lambda: town.type_code("ulrike@courriel.example", expired.code),
        "a used ticket": lambda: town.open_window(used.id, "other"),
        "an expired ticket": lambda: town.open_window(expired.id),
        "another's result": lambda: town.run(activation.get_registration, option_id=used.id, visitor="other"),
        "no message": lambda: town.run(helpdesk.leave_message, name="", email="", message=""),
    }
    before = town.dump()
    for name, step in steps.items():
        assert type(await step()).__name__ in {"Refused", "StepRefused", "OutOfOrder"}, name
        assert town.dump() == before, name


@pytest.mark.rule("CRED-8", "ACT-14")
async def test_no_journal_line_holds_a_password_an_answer_or_a_code(town):
    option = await town.opt(LILA, LILA_EMAIL)
    await town.type_code(LILA_EMAIL, option.code[::-1])
    await town.type_code(LILA_EMAIL, option.code)
    other = await town.opt(THEO, OTHER_EMAIL)
    await town.opt(THEO, "encore@courriel.example")
    await town.type_code(OTHER_EMAIL, other.code)
    token = await town.enter(THEO)
    await town.warn(THEO, token)
    await town.choose(THEO, token, OTHER_EMAIL, "Tropcourt!")
    await town.activate(option)
    await town.login(LILA_EMAIL, PASSWORD[::-1])
    await town.login(LILA_EMAIL)
    await town.run(activation.get_recap_space, option_id=option.id, visitor="browser")
    town.after(HOUR)
    await town.type_code(LILA_EMAIL, option.code)
    written = repr(town.lines())
    assert LILA_EMAIL in written
    for secret in (
        PASSWORD,
        PASSWORD[::-1],
        "Tropcourt!",
        ANSWER,
        option.code,
        option.code[::-1],
        other.code,
        option.credentials.password_hash,
    ):
        assert secret not in written


@pytest.mark.rule("CRED-8", "ACT-10", "ACT-14")
async def test_a_secret_typed_into_the_address_s_field_is_not_written_down_either(town):
    option = await town.opt(LILA, LILA_EMAIL)
    await town.type_code(option.code, LILA_EMAIL)
    await town.login(PASSWORD, LILA_EMAIL)
    written = repr(town.lines())
    assert option.code not in written
    assert PASSWORD not in written


@pytest.mark.rule("CRED-8")
async def test_a_password_is_nowhere_in_the_database(town):
    await town.activate(await town.opt(LILA, LILA_EMAIL))
    await town.until_question(THEO, OTHER_EMAIL)
    assert PASSWORD not in repr(town.dump())


async def test_lines_are_written_in_their_order_with_both_clocks(town):
    token = await town.enter(LILA)
    town.after(MINUTE)
    await town.leave(token)
    lines = town.lines()
    assert [line.kind for line in lines] == ["certificate-judged", "session-opened", "session-ended"]
    assert [line.id for line in lines] == sorted(line.id for line in lines)
    assert lines[2].at - lines[0].at == MINUTE
    assert all(line.realm == town.realm for line in lines)
    assert lines[0].real_at <= lines[2].real_at


async def test_a_use_case_in_a_missing_realm_is_refused_and_leaves_nothing(town):
    town.realm = "nowhere"
    with pytest.raises(RealmUnknownError, match="nowhere"):
        await town.leave("token")
    with pytest.raises(RealmUnknownError, match="nowhere"):
        town.procedure.realm("nowhere")
    assert town.lines() == []


async def test_a_transaction_has_the_realm_s_instant_and_policy_and_writes_what_is_noted(town):
    town.policy(popup_mode="click")
    with town.procedure.transaction(town.realm, "a request", writes=False) as context:
        context.note("recap-made")
        seen = context.now, context.policy.popup_mode.value, context.realm.name
    assert seen == (town.now, "click", town.realm)
    assert [(line.kind, line.correlation) for line in town.lines()] == [("recap-made", "a request")]


async def test_a_transaction_writes_unless_it_is_said_to_read_only(town, monkeypatch):
    opened = []
    for way in ("reading", "writing"):
        real = getattr(town.store, way)
        monkeypatch.setattr(
            town.store, way, lambda realm, way=way, real=real: opened.append(way) or real(realm)
        )
    for named in ({}, {"writes": True}, {"writes": False}):
        with town.procedure.transaction(town.realm, "a request", **named):
            pass
    assert opened == ["writing", "writing", "reading"]


async def test_a_redirected_request_keeps_its_rows_and_journal_lines(town):
    token = await town.enter(LILA)
    town.after(MINUTE * 31)
    before = len(town.lines())
    with (
        pytest.raises(NoSessionError),
        town.procedure.transaction(town.realm, "a request") as context,
    ):
        sessions.resume(context, token, town.facts(LILA).fingerprint)
    assert [line.kind for line in town.lines()[before:]] == ["session-ended", "refused"]
    with town.store.reading(town.realm) as transaction:
        assert find_session(transaction, sessions.session_id(token)) is None


async def test_a_line_outside_a_use_case_goes_to_the_realm_s_or_the_installation_s_journal(town):
    record = town.procedure.realm(town.realm)
    assert (record.name, record.clock.shown) == (town.realm, town.now)
    with pytest.raises(RealmUnknownError):
        town.procedure.realm("nowhere")
    town.procedure.note(record, "a request", "request", status=413)
    town.procedure.note(None, "a handshake", "handshake-failed")
    (line,) = town.lines()
    assert (line.kind, line.at, line.correlation, line.data) == (
        "request",
        town.now,
        "a request",
        {"status": 413},
    )
    own = town.journal.read(of_realm=None)[-1]
    assert (own.kind, own.realm, own.at, own.correlation) == ("handshake-failed", None, None, "a handshake")


async def test_a_line_outside_a_use_case_has_the_instant_of_the_realm_s_running_clock(town):
    running = Clock(ClockMode.RUNNING, START, real_now())
    town.procedure.note(replace(town.procedure.realm(town.realm), clock=running), "a request", "request")
    assert START <= town.lines()[-1].at < START + MINUTE


async def test_twenty_wrong_class_codes_lock_a_network_address_for_a_minute(town):
    at = town.now

    async def join(right, who="192.0.2.1"):
        return await town.run(wrong_tries.judge_class_code, right=right, caller=who, at=at)

    for _ in range(19):
        assert await join(right=False) == Refused(Refusal.CLASS_CODE_WRONG)
    assert await join(right=True) is None
    assert await join(right=False) == Refused(Refusal.CLASS_CODE_WRONG)
    locked = Refused(Refusal.CLASS_CODE_WRONG, Reason.LOCKED_OUT)
    for passed, outcome in ((0 * SECOND, locked), (MINUTE - SECOND, locked), (SECOND, None)):
        at += passed
        assert await join(right=True) == outcome
        assert await join(right=True, who="192.0.2.2") is None
    noted = [(line.data["who"], line.data["reason"]) for line in town.lines("refused")]
    assert noted == [("192.0.2.1", "class-code-wrong")] * 20 + [("192.0.2.1", "locked-out")] * 2


async def test_a_frozen_realm_has_the_same_instant_at_each_step(town):
    assert await town.run(lambda context: context.realm.clock.mode) is ClockMode.FROZEN
    assert {await town.run(lambda context: context.now) for _ in range(3)} == {town.now}


# The helpdesk's form


@pytest.mark.rule("HELP-2")
@pytest.mark.parametrize("length", [1999, 2000])
async def test_a_message_is_kept_with_its_instant(town, length):
    message = ("Bonjour,\r\nje suis bloquée.\n" + "x" * length)[:length]
    outcome = await town.run(helpdesk.leave_message, name="Lila", email=LILA_EMAIL, message=message)
    assert outcome is None
    (kept,) = town.reading(list_helpdesk_messages)
    del kept["id"]
    assert kept == {"at": town.now, "name": "Lila", "email": LILA_EMAIL, "message": message}
    assert town.lines()[0].data == {"characters": length}


@pytest.mark.rule("HELP-2")
@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"message": ""}, Refusal.MESSAGE_MISSING),
        ({"message": " \r\n\t"}, Refusal.MESSAGE_MISSING),
        ({"message": "x" * 2001}, Refusal.MESSAGE_TOO_LONG),
        ({"name": "x" * 101}, Refusal.SENDER_TOO_LONG),
        ({"email": "x" * 101}, Refusal.SENDER_TOO_LONG),
        ({"message": "Bonjour\x1b[2J"}, Refusal.MESSAGE_CHARACTERS),
        ({"name": "Li\nla"}, Refusal.MESSAGE_CHARACTERS),
        ({"email": "lila@courriel.example\r\nBcc: x"}, Refusal.MESSAGE_CHARACTERS),
    ],
)
async def test_a_message_that_cannot_be_kept_is_refused(town, changed, refusal):
    good = {"name": "Lila", "email": LILA_EMAIL, "message": "Bonjour"}
    before = town.dump()
    assert await town.run(helpdesk.leave_message, **{**good, **changed}) == Refused(refusal)
    assert town.dump() == before
    assert town.last_reason() == refusal.code


@pytest.mark.rule("HELP-2")
async def test_name_and_address_may_be_left_out_of_a_message(town):
    assert await town.run(helpdesk.leave_message, name="", email="", message="Bonjour") is None


@pytest.mark.rule("HELP-2")
@pytest.mark.parametrize("length", [99, 100])
async def test_name_and_address_have_100_characters_at_most(town, length):
    sender = "x" * length
    assert await town.run(helpdesk.leave_message, name=sender, email=sender, message="Bonjour") is None
