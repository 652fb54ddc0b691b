"""A certificate is issued at its first request, and is the same for every later request."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
from town import START

from maquette.simulator.command_line.certificates import Certificates, PersonaUnknownError
from maquette.simulator.domain.certificate import CertificateCase, CertificateRecord
from maquette.simulator.domain.rules import RULES
from maquette.simulator.pki.authority import Authority
from maquette.simulator.realm.certificates import get_or_issue_certificate
from maquette.simulator.realm.lifecycle import add_subscribers, make_realm
from maquette.simulator.store.database import Store, Transaction
from maquette.simulator.store.personas import find_certificate_record, find_persona, list_personas

NUMBERS = count(1)


@pytest.fixture
def realm(store: Store) -> str:
    """A realm without any issued certificate."""
    name = f"issuing-{next(NUMBERS)}"
    make_realm(store, RULES, name, clock=START)
    return name


class OvertakenStore(Store):
    """A store in which another process issues Lila's certificate just after a read found none."""

    def __init__(self, store: Store, authority: Authority) -> None:
        self._others, self._authority = store, authority

    @contextmanager
    def reading(self, realm: str) -> Iterator[Transaction]:
        with self._others.reading(realm) as transaction:
            yield transaction
        get_or_issue_certificate(self._others, self._authority, realm, "lila")

    @contextmanager
    def writing(self, realm: str) -> Iterator[Transaction]:
        with self._others.writing(realm) as transaction:
            yield transaction


def test_no_certificate_exists_before_its_first_request(store: Store, realm: str) -> None:
    with store.reading(realm) as transaction:
        assert {persona.fingerprint for persona in list_personas(transaction)} == {None}


def test_the_realm_knows_what_was_issued(store: Store, authority: Authority, realm: str) -> None:
    """The space and revocation of each persona's certificate."""
    with store.reading(realm) as transaction:
        people = list_personas(transaction)
    for persona in people:
        get_or_issue_certificate(store, authority, realm, persona.id)
        with store.reading(realm) as transaction:
            issued = find_persona(transaction, persona.id)
            assert issued is not None
            assert issued.fingerprint is not None
            assert find_certificate_record(transaction, issued.fingerprint) == CertificateRecord(
                persona.subscriber_number, revoked=persona.case is CertificateCase.REVOKED
            )


def test_a_second_request_gets_the_same_certificate(store: Store, authority: Authority, realm: str) -> None:
    first = get_or_issue_certificate(store, authority, realm, "lila")
    again = get_or_issue_certificate(store, authority, realm, "lila")
    assert first is not None
    assert again is not None
    assert again[1].certificate_pem == first[1].certificate_pem
    assert again[1].key_pem == first[1].key_pem


def test_two_processes_that_issue_at_once_return_one_certificate(
    store: Store, authority: Authority, realm: str
) -> None:
    overtaken = get_or_issue_certificate(OvertakenStore(store, authority), authority, realm, "lila")
    other = get_or_issue_certificate(store, authority, realm, "lila")
    assert overtaken is not None
    assert other is not None
    assert overtaken[1].key_pem == other[1].key_pem


async def test_of_a_crowd_the_command_line_lists_the_first_and_issues_nothing(
    store: Store, authority: Authority, realm: str
) -> None:
    await add_subscribers(store, RULES, realm, 60, 1)
    held = Certificates(authority, Path("root.pem"), store, realm)
    rows = held.describe_personas()
    assert rows[0][:4] == ("lila", "valid", "2011-05-10", "2016-11-27")
    assert (len(rows), rows[-1]) == (51, ("…", "", "", "", "and 27 more"))
    with pytest.raises(PersonaUnknownError, match=r"there are: lila, .*, abonne-000033 and 27 more"):
        held.export("nobody", Path("nowhere"))
    with store.reading(realm) as transaction:
        assert {persona.fingerprint for persona in list_personas(transaction)} == {None}


def test_nobody_gets_a_certificate_for_an_unknown_persona(
    store: Store, authority: Authority, realm: str
) -> None:
    assert get_or_issue_certificate(store, authority, realm, "nobody") is None
    assert get_or_issue_certificate(store, authority, "nowhere", "lila") is None
