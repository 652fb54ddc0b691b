"""The end of a session, and the certificate that it is bound to."""

from datetime import UTC, datetime, timedelta

import pytest

from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.session import Draft, Leaving, Session, Way

SEEN = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
SECOND, IDLE = timedelta(seconds=1), timedelta(minutes=30)


def session(fingerprint):
    way = Way.CERTIFICATE if fingerprint else Way.PASSWORD
    return Session("id", way, "20111710000303", fingerprint, None, SEEN, Draft())


@pytest.mark.rule("SES-2")
@pytest.mark.parametrize(
    ("passed", "over"), [(0 * SECOND, False), (IDLE - SECOND, False), (IDLE, False), (IDLE + SECOND, True)]
)
def test_a_session_lasts_30_minutes_and_is_over_one_second_later(passed, over):
    assert (SEEN + passed > RULES.session.end(session(None), IDLE)) is over


@pytest.mark.rule("ACC-3", "SES-3")
@pytest.mark.parametrize(("from_end", "over"), [(-SECOND, False), (0 * SECOND, False), (SECOND, True)])
def test_a_session_is_over_when_its_certificate_is(from_end, over):
    end = SEEN + 10 * SECOND
    opened = Session("id", Way.CERTIFICATE, "20111710000303", "aa", end, SEEN, Draft())
    assert (end + from_end > RULES.session.end(opened, IDLE)) is over


@pytest.mark.rule("SES-3")
@pytest.mark.parametrize(
    ("opened_with", "presented", "bound"),
    [("aa", "aa", True), ("aa", "bb", False), ("aa", None, False), (None, None, True), (None, "aa", False)],
)
def test_a_session_opened_by_a_certificate_answers_to_it_alone(opened_with, presented, bound):
    assert RULES.session.is_bound_to(session(opened_with), presented) is bound


def test_a_session_begins_with_an_empty_draft():
    assert Draft() == Draft(warned=False, email=None, password_hash=None)


@pytest.mark.rule("HOME-4", "HOME-5")
@pytest.mark.parametrize(("fingerprint", "offers"), [("aa", True), (None, False)])
def test_only_a_session_by_certificate_offers_the_option(fingerprint, offers):
    assert session(fingerprint).offers_option is offers


@pytest.mark.rule("SES-1", "REG-5")
def test_leaving_ends_the_session_and_the_access_to_the_result():
    assert RULES.session.ended_by_leaving() == {Leaving.SESSION, Leaving.RESULT}


@pytest.mark.rule("SES-1")
def test_an_activation_ends_all_sessions_of_the_space():
    open_ones = [session("aa"), session("bb"), session(None)]
    assert RULES.session.ended_by_activation(open_ones) == open_ones
