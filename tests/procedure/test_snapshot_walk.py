"""The walk of test_walk.py, continued in copies of its realm: a snapshot holds all that the model remembers.

Only sessions, and a browser's right to see a result again, are in no snapshot.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import precondition, rule, run_state_machine_as_test
from sizes import sized
from test_walk import BOUNDED, FIRST_FAILURE, Code, Walk
from town import OTHER_EMAIL, SECOND, WINDOW, Town

from maquette.simulator.realm.lifecycle import new_realm_name
from maquette.simulator.realm.snapshots.capture import take, written
from maquette.simulator.realm.snapshots.checks import check
from maquette.simulator.realm.snapshots.document import SnapshotDocument
from maquette.simulator.realm.snapshots.restore import make_realm_from, read_document, restore_realm
from maquette.simulator.store.realms import get_realm
from maquette.simulator.store.schema import REALM_TABLES

IN_NO_SNAPSHOT = ("sessions", "results", "realms", "certificates", "personas")


KEPT = {
    "realms", "personas", "spaces", "options", "email_claims", "wrong_tries", "outbox", "mailbox",
    "mail_recipients", "delivery_rules", "caught", "turned_away", "in_transit", "undelivered",
    "helpdesk_messages",
}  # fmt: skip
LEFT_OUT = {"certificates", "sessions", "results", "journal", "snapshots"}


def test_every_table_of_a_realm_is_in_its_snapshots_or_left_out_on_purpose() -> None:
    assert set(REALM_TABLES) == KEPT | LEFT_OUT


def snapshot_of(town: Town) -> SnapshotDocument:
    now = town.now
    with town.store.reading(town.realm) as transaction:
        document, _ = take(transaction, get_realm(transaction), now)
    return read_document(written(document))


def named(document: SnapshotDocument, name: str) -> SnapshotDocument:
    return document.model_copy(update={"realm": document.realm.model_copy(update={"name": name})})


def state(town: Town) -> dict[str, Any]:
    """The rows that the procedure keeps, without the realm's name."""
    return {
        table: [tuple(value for value in row if value != town.realm) for row in rows]
        for table, rows in town.dump(*IN_NO_SNAPSHOT).items()
    }


@dataclass
class Memory:
    """A snapshot, and the state of the model at its instant."""

    realm: str
    document: SnapshotDocument
    state: dict[str, Any]
    now: int
    codes: dict[Code, dict[str, Any]]
    converted: dict[str, tuple[str, str]]
    wrong: dict[tuple[str, str], list[int]]


class WalkThroughCopies(Walk):
    """The same people and rules, in a realm that is copied or restored between steps."""

    def kept(self, document: SnapshotDocument) -> SnapshotDocument:
        """The part of the document from which a copy is made."""
        return document

    def everybody_has_left(self) -> None:
        for visit in self.all_visits:
            visit.over = True
        self.results.clear()
        self.before = self.dump()

    @rule()
    def they_go_on_in_a_realm_made_from_a_snapshot(self) -> None:
        document = snapshot_of(self.town)
        check(document, self.town.rules.credentials.claim_key)
        copy = replace(self.town, realm=new_realm_name(), known_facts={})
        make_realm_from(copy.store, copy.rules, copy.realm, self.kept(document))
        assert snapshot_of(copy) == named(document, copy.realm)
        assert state(copy) == state(self.town)
        self.town = copy
        self.everybody_has_left()

    memory: "Memory | None" = None

    @rule()
    def a_snapshot_is_kept(self) -> None:
        self.memory = Memory(
            realm=self.town.realm,
            document=snapshot_of(self.town),
            state=state(self.town),
            now=self.now,
            codes={code: vars(code).copy() for code in self.all_codes},
            converted=dict(self.converted),
            wrong={key: list(tries) for key, tries in self.wrong.items()},
        )

    @precondition(lambda self: self.memory is not None and self.memory.realm == self.town.realm)
    @rule()
    def the_realm_is_restored(self) -> None:
        town, memory = self.town, self.memory
        assert memory is not None
        restore_realm(town.store, town.rules, town.realm, memory.document, [])
        assert snapshot_of(town) == memory.document
        assert state(town) == memory.state
        self.now = memory.now
        for code in self.all_codes:
            vars(code).update(memory.codes.get(code, {"replaced": True}))
        self.all_codes = list(memory.codes)
        self.converted = dict(memory.converted)
        self.wrong = {key: list(tries) for key, tries in memory.wrong.items()}
        self.everybody_has_left()

    def hand_over(self, code: Code) -> None:
        if code in self.all_codes:
            super().hand_over(code)

    def hear_of(self, code: Code) -> None:
        if code in self.all_codes:
            super().hear_of(code)


class WalkThroughForgetfulCopies(WalkThroughCopies):
    """Snapshots without wrong tries: a lockout would be missing in a copy."""

    def kept(self, document: SnapshotDocument) -> SnapshotDocument:
        return document.model_copy(update={"wrong_tries": ()})


def walk(machine: type[Walk], build: Callable[[], Town], bounds: settings) -> None:
    run_state_machine_as_test(type("Walked", (machine,), {"build": staticmethod(build)}), settings=bounds)


@pytest.mark.timeout(400)  # a failure takes its time to shrink
def test_people_go_on_in_a_copy_of_their_realm_as_if_nothing_had_happened(town_with):
    walk(WalkThroughCopies, town_with, settings(BOUNDED, max_examples=sized(5, 20)))


def test_the_walk_notices_rows_missing_from_a_snapshot(town_with):
    with pytest.raises(AssertionError):
        walk(WalkThroughForgetfulCopies, town_with, FIRST_FAILURE)


@pytest.mark.rule("ACT-6", "CRED-4")
async def test_a_copy_keeps_the_last_holder_of_each_address(town):
    await town.opt("lila", OTHER_EMAIL)
    town.after(WINDOW + SECOND)
    option = await town.opt("sylvain", OTHER_EMAIL)
    copy = replace(town, realm=new_realm_name(), known_facts={})
    make_realm_from(copy.store, copy.rules, copy.realm, snapshot_of(town))
    assert state(copy) == state(town)
    assert (await copy.activate(option)).subscriber_number == town.number("sylvain")
