"""The order of the screens: where each step leads, by the way in, the state of the space and the draft."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.session import Draft, Session, Way
from maquette.simulator.domain.space_application import Application, CreationMode
from maquette.simulator.domain.steps import Step

SEEN = datetime(2011, 6, 9, 7, 0, tzinfo=UTC)
NOTHING, WARNED = Draft(), Draft(warned=True)
CHOSEN = replace(WARNED, email="lila@courriel.example")
TYPED = Application(CreationMode.EXPERT, *["typed"] * 9)
APPLIED = Draft(application=TYPED)
APPLIED_CHOSEN = replace(APPLIED, email="lila@courriel.example")
WANTED = (Step.SPACE, Step.APPLICATION, Step.WARNING, Step.CREDENTIALS, Step.QUESTION, Step.PENDING)

CERTIFICATE, PENDING, PASSWORD = SpaceState.CERTIFICATE, SpaceState.PENDING, SpaceState.PASSWORD
S, A, W, C, Q, P = WANTED


@pytest.mark.rule("OPT-1", "CRED-11", "OUT-1", "NEW-1", "PWD-3")
@pytest.mark.parametrize(
    ("way", "state", "draft", "there"),
    [  # there: for each step of WANTED in turn
        (Way.CERTIFICATE, CERTIFICATE, NOTHING, (S, S, W, W, W, S)),
        (Way.CERTIFICATE, CERTIFICATE, WARNED, (S, S, W, C, C, S)),
        (Way.CERTIFICATE, CERTIFICATE, CHOSEN, (S, S, W, C, Q, S)),
        (Way.CERTIFICATE, PENDING, NOTHING, (S, S, W, P, P, P)),
        (Way.CERTIFICATE, PENDING, CHOSEN, (S, S, W, C, Q, P)),
        (Way.PASSWORD, PASSWORD, CHOSEN, (S, S, S, S, S, S)),
        (Way.OUTSIDE, CERTIFICATE, NOTHING, (W, W, W, W, W, W)),
        (Way.OUTSIDE, CERTIFICATE, CHOSEN, (W, W, W, C, Q, W)),
        (Way.OUTSIDE, PENDING, NOTHING, (P, P, W, P, P, P)),
        (Way.OUTSIDE, PASSWORD, CHOSEN, (P, P, P, P, P, P)),
        (Way.CREATION, CERTIFICATE, NOTHING, (A, A, A, A, A, A)),
        (Way.CREATION, CERTIFICATE, APPLIED, (C, A, C, C, C, C)),
        (Way.CREATION, CERTIFICATE, APPLIED_CHOSEN, (C, A, C, C, Q, C)),
        (Way.CREATION, PENDING, APPLIED_CHOSEN, (P, P, P, P, P, P)),
        (Way.RECOVERY, PASSWORD, NOTHING, (Step.NEW_PASSWORD,) * 6),
    ],
)
def test_each_wanted_step_leads_to_itself_or_to_where_the_person_is(way, state, draft, there):
    session = Session("id", way, None, None, None, SEEN, draft)
    assert tuple(RULES.steps.reachable(state, session, wanted) for wanted in WANTED) == there


def test_a_new_password_is_chosen_on_no_other_way():
    session = Session("id", Way.CERTIFICATE, None, None, None, SEEN, WARNED)
    assert RULES.steps.reachable(CERTIFICATE, session, Step.NEW_PASSWORD) is Step.SPACE
