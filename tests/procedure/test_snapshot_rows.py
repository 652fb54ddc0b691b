"""The rows of a realm in its snapshot: all come back in a copy and in the restored realm."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tables import rows_of
from town import LILA_EMAIL, SECOND, START, WINDOW, Town

from maquette.simulator.domain.delivery import DeliveryRule, Folder
from maquette.simulator.mail.delivery_rules import as_arriving_mail
from maquette.simulator.mail.letter_reader import read_heading
from maquette.simulator.realm.lifecycle import new_realm_name
from maquette.simulator.realm.snapshots.capture import take, written
from maquette.simulator.realm.snapshots.document import CertificateEntry, SnapshotDocument
from maquette.simulator.realm.snapshots.restore import (
    fork_realm,
    make_realm_from,
    read_document,
    restore_realm,
)
from maquette.simulator.store import (
    delivery_queue,
    helpdesk,
    mailbox,
    options,
    outbox,
    personas,
    realms,
    tries,
)
from maquette.simulator.store.delivery_queue import DeliveryOutcome
from maquette.simulator.store.schema import REALM_TABLES
from maquette.simulator.store.tries import Lock

LATER = START + SECOND
LEFT_OUT = {"certificates", "sessions", "results", "journal", "snapshots"}
NEW_IDS = {"mailbox": {"id"}, "mail_recipients": {"mail"}, "undelivered": {"mail_before"}}
"""The columns that name mails, which have other ids in a copy."""


def rows(town: Town, without: dict[str, set[str]] | None = None) -> dict[str, list[Any]]:
    """The rows of a snapshot's tables, without the realm's name, and what each realm has anew."""
    new = {"realm", "clock_real", "created_at", "fingerprint"}
    with town.store.reading(town.realm) as transaction:
        return {
            table: sorted(
                rows_of(
                    transaction,
                    table,
                    new | (set() if table in {"mailbox", "options", "personas"} else {"id"}) | numbers,
                ),
                key=repr,
            )
            for table in REALM_TABLES
            if table not in LEFT_OUT
            for numbers in [(without or {}).get(table, set())]
        }


def mails_before(town: Town) -> list[int]:
    """How many mails came before each mail that never arrives."""
    with town.store.reading(town.realm) as transaction:
        ids = mailbox.list_mail_ids(transaction)
        return [
            sum(each <= lost.mail_before for each in ids)
            for lost in delivery_queue.list_undelivered(transaction, 0)
        ]


def mail_in(folder: Folder) -> mailbox.ArrivingMail:
    raw = f"Subject: Été\r\nFrom: f@b.example\r\nMessage-ID: <{folder.value}@a.example>\r\n\r\n".encode(
        "latin-1"
    )
    to = LILA_EMAIL, "B@b.example"
    return as_arriving_mail(raw, read_heading(raw), sender="s@b.example", recipients=to, folder=folder)


@pytest.fixture
async def filled(town: Town) -> Town:
    """A realm with rows of every kind, no two of them alike."""
    lapsed = await town.opt("sylvain", "cabinet@courriel.example")
    town.after(WINDOW + SECOND)
    option = await town.opt("lila", LILA_EMAIL)
    now = town.now
    with town.store.writing("elsewhere") as transaction:  # so that ids differ between realms
        mailbox.add_mail(transaction, mail_in(Folder.INBOX), START)
    with town.store.writing(town.realm) as transaction:
        options.note_lapse(transaction, lapsed.id)
        (waiting,) = (each for each in outbox.list_letters(transaction) if each.option_id == option.id)
        outbox.save_letter(transaction, replace(waiting, attempts=2, attempt_at=now, due_at=now + WINDOW))
        for lock in Lock:
            tries.add_wrong_try(transaction, lock, f"of {lock.value}", START)
        delivery_queue.put_rules(
            transaction,
            [
                DeliveryRule(to=LILA_EMAIL, delay=WINDOW, spam=True),
                DeliveryRule(refuse_times=2, duplicate=True),
            ],
        )
        delivery_queue.note_caught(transaction, "<2@a.example>")
        delivery_queue.put_refusals(transaction, {"a": 1, "b": 2})
        for number, folder in enumerate(Folder):
            delivery_queue.add_undelivered(transaction, LATER, list(DeliveryOutcome)[number], [f"{number}@b"])
            mail = mail_in(folder)
            mailbox.add_mail(transaction, mail, LATER + number * SECOND)
            delivery_queue.add_in_transit(
                transaction, mail, taken_at=LATER, arrives_at=now + WINDOW, correlation="c0ffee"
            )
        mailbox.mark_mails(transaction, None, read=True, folder=Folder.SPAM)
        for name in ("z", "a"):
            helpdesk.add_helpdesk_message(transaction, name=name, email=LILA_EMAIL, message="m", at=LATER)
        tries.add_wrong_try(transaction, Lock.LOGIN, "z", LATER)
    return town


def taken(town: Town) -> tuple[SnapshotDocument, list[int]]:
    now = town.now
    with town.store.reading(town.realm) as transaction:
        document, ids = take(transaction, realms.get_realm(transaction), now)
    return read_document(written(document)), ids


def without_class(found: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """A class's wrong codes are tried in real time, and are in no snapshot."""
    return {**found, "wrong_tries": [row for row in found["wrong_tries"] if Lock.CLASS.value not in row]}


async def test_a_copy_has_every_row_of_its_realm(filled: Town) -> None:
    document, _ = taken(filled)
    made = make_realm_from(filled.store, filled.rules, new_realm_name(), document)
    (forked,) = fork_realm(filled.store, filled.rules, document, 1)
    for copy in (replace(filled, realm=made.name), replace(filled, realm=forked.name)):
        assert rows(copy, NEW_IDS) == without_class(rows(filled, NEW_IDS))
        assert mails_before(copy) == mails_before(filled) == [0, 1]


async def test_a_restored_realm_has_every_row_that_it_had_with_the_ids_of_its_mails(filled: Town) -> None:
    document, ids = taken(filled)
    before = without_class(rows(filled))
    with filled.store.writing(filled.realm) as transaction:
        mailbox.delete_mail(transaction, None)
        delivery_queue.put_rules(transaction, [])
    restore_realm(filled.store, filled.rules, filled.realm, document, ids)
    assert rows(filled) == before


@pytest.mark.parametrize("years", [0, 1, -1])
def test_certificates_move_with_the_clock_of_a_copy(town: Town, years: int) -> None:
    by = timedelta(days=365 * years)
    document, _ = taken(town)
    copy = replace(town, realm=new_realm_name())
    make_realm_from(town.store, town.rules, copy.realm, document, clock=START + by)
    for before, after in zip(
        town.reading(personas.list_personas), copy.reading(personas.list_personas), strict=True
    ):
        assert after.certificate_not_before == before.certificate_not_before + by
        assert after.certificate_not_after == before.certificate_not_after + by


@pytest.mark.parametrize(
    ("year", "last"), [(2099, "2109-06-09T07:00:00+00:00"), (2100, "2110-06-09T07:00:00+00:00")]
)
def test_a_certificate_ends_ten_years_beyond_the_clock_at_the_latest(
    town: Town, year: int, last: str
) -> None:
    document, _ = taken(town)
    (persona,) = document.personas[:1]
    certificate = CertificateEntry(valid_from=START, valid_until=START.replace(year=2021))
    far = document.model_copy(
        update={"personas": (persona.model_copy(update={"certificate": certificate, "store_with": ()}),)}
    )
    copy = replace(town, realm=new_realm_name())
    make_realm_from(town.store, town.rules, copy.realm, far, clock=START.replace(year=year))
    (moved,) = copy.reading(personas.list_personas)
    assert abs(moved.certificate_not_after - datetime.fromisoformat(last)) < timedelta(days=4)


@pytest.mark.parametrize(("year", "accepted"), [(1989, False), (1990, True), (2110, True), (2111, False)])
def test_a_certificate_of_a_document_lies_within_ten_years_of_the_clock_s_range(
    year: int,
    accepted: bool,  # noqa: FBT001 - a column of the table
) -> None:
    instant = datetime(year, 6, 9, tzinfo=UTC)
    if accepted:
        assert CertificateEntry(valid_from=instant, valid_until=instant).valid_from == instant
    else:
        with pytest.raises(ValueError, match="not between 1990 and 2110"):
            CertificateEntry(valid_from=instant, valid_until=instant)
