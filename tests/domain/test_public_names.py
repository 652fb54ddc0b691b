"""The names of states, steps, reasons and journal lines, which other programs wait for, do not change."""

import re

import pytest

from maquette.simulator.domain.certificate import CertificateCase
from maquette.simulator.domain.clock import ClockMode
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.domain.option import SpaceState
from maquette.simulator.domain.policy import EmailMatch, GateRefusal, HashCost, PopupMode, SharedEmail
from maquette.simulator.domain.refusals import Reason
from maquette.simulator.domain.session import Way
from maquette.simulator.domain.space import AccessMode
from maquette.simulator.domain.space_application import CreationMode
from maquette.simulator.domain.steps import Step

NAMES = {
    AccessMode: "certificate password",
    CertificateCase: (
        "valid ending-soon expired not-yet-valid revoked unknown-issuer server-certificate "
        "without-space converted"
    ),
    ClockMode: "frozen running",
    CreationMode: "simplifie expert",
    EmailMatch: "casefold exact",
    Folder: "inbox spam",
    GateRefusal: "page abort",
    HashCost: "low high",
    PopupMode: "automatic click",
    SharedEmail: "first refuse",
    SpaceState: "certificate pending password",
    Step: "space application irrevocable credentials question pending new_password",
    Way: "certificate password outside creation recovery",
}


@pytest.mark.parametrize("names", NAMES, ids=lambda names: names.__name__)
def test_the_names_are_the_public_ones(names):
    assert [each.value for each in names] == NAMES[names].split()


@pytest.mark.parametrize("each", [*Kind, *Reason])
def test_a_kind_and_a_reason_are_named_as_in_the_code_with_hyphens(each):
    assert each.value == each.name.lower().replace("_", "-")


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_is_the_text_of_its_name_and_has_a_meaning_and_names_for_its_data(kind):
    assert f"{kind}" == kind.value
    assert re.fullmatch(r"[A-Z].*\.", kind.meaning)
    assert all(re.fullmatch(r"[a-z_]+|…", name) for name in kind.data)
    assert isinstance(kind.data, tuple)
