"""Why an awaited mail is not in the inbox: what may still come goes first, then the last that did not."""

from datetime import timedelta

import pytest

from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.domain.option import Option
from maquette.simulator.domain.space import Credentials
from maquette.simulator.mail.why_no_mail import Missing, MissingMail, why_no_mail
from maquette.simulator.store.database import Store, Transaction
from maquette.simulator.store.delivery_queue import DeliveryOutcome, add_in_transit, add_undelivered
from maquette.simulator.store.mailbox import ArrivingMail, add_mail
from maquette.simulator.store.options import add_option
from maquette.simulator.store.outbox import OutgoingLetter, add_letter

NOW = parse_instant("2011-06-09T09:00:00+02:00")
LATER = NOW + timedelta(hours=1)
LILA, THEO = "lila@courriel.example", "theo@courriel.example"


def mail(to: str, folder: Folder) -> ArrivingMail:
    return ArrivingMail(None, "", (to,), "", "", folder, b"raw")


def letter(transaction: Transaction, to: str, attempts: int = 0) -> None:
    option = Option(f"o-{to}", to, Credentials(to, "hash", "question", "answer"), to, NOW)
    add_option(transaction, option)
    add_letter(transaction, OutgoingLetter(transaction.realm, option.id, "", LATER, attempts))


EVENTS = {
    "spam": lambda t: add_mail(t, mail(LILA, Folder.SPAM), NOW),
    "later spam": lambda t: add_mail(t, mail(LILA, Folder.SPAM), LATER),
    "lost": lambda t: add_undelivered(t, NOW, DeliveryOutcome.LOST, [LILA.upper()]),
    "later bounce": lambda t: add_undelivered(t, LATER, DeliveryOutcome.BOUNCED, [THEO, LILA]),
    "lost for another": lambda t: add_undelivered(t, LATER, DeliveryOutcome.LOST, [THEO]),
    "late": lambda t: add_in_transit(
        t, mail(LILA, Folder.INBOX), taken_at=NOW, arrives_at=LATER, correlation=None
    ),
    "late for another": lambda t: add_in_transit(
        t, mail(THEO, Folder.INBOX), taken_at=NOW, arrives_at=LATER, correlation=None
    ),
    "late spam": lambda t: add_in_transit(
        t, mail(LILA, Folder.SPAM), taken_at=NOW, arrives_at=LATER, correlation=None
    ),
    "a letter": lambda t: letter(t, LILA),
    "a refused letter": lambda t: letter(t, LILA, attempts=1),
    "a letter to another": lambda t: letter(t, THEO, attempts=1),
}


@pytest.mark.rule("MAIL-5")
@pytest.mark.parametrize(
    ("happened", "why"),
    [
        ([], MissingMail(Missing.NOT_SENT)),
        (["a letter", "late", "spam"], MissingMail(Missing.NOT_SENT)),
        (["a refused letter", "late", "spam"], MissingMail(Missing.RETRYING, LATER)),
        (["a letter to another", "late", "spam"], MissingMail(Missing.DELAYED, LATER)),
        (["late for another", "late spam", "spam"], MissingMail(Missing.IN_SPAM)),
        (["spam", "later bounce", "lost for another"], MissingMail(Missing.BOUNCED)),
        (["lost", "later spam"], MissingMail(Missing.IN_SPAM)),
        (["lost", "later bounce"], MissingMail(Missing.BOUNCED)),
        (["lost", "lost for another"], MissingMail(Missing.LOST)),
        (["lost for another"], MissingMail(Missing.NOT_SENT)),
    ],
    ids=lambda value: " and ".join(value) or "nothing" if isinstance(value, list) else "",
)
def test_the_reason_is_what_may_still_come_or_else_the_last_that_did_not(
    happened: list[str], why: MissingMail
) -> None:
    store = Store(None)
    with store.writing("here") as transaction:
        for event in happened:
            EVENTS[event](transaction)
        assert why_no_mail(transaction, LILA, 0) == why
    store.close()


@pytest.mark.rule("MAIL-5")
def test_what_happened_before_the_cursor_or_in_another_realm_is_no_reason() -> None:
    store = Store(None)
    with store.writing("there") as transaction:
        for event in EVENTS.values():
            if event is not EVENTS["a refused letter"]:
                event(transaction)
    with store.writing("here") as transaction:
        for event in ("lost", "spam"):
            EVENTS[event](transaction)
        after = add_mail(transaction, mail(THEO, Folder.INBOX), NOW)
        assert why_no_mail(transaction, None, after) == MissingMail(Missing.NOT_SENT)
        EVENTS["lost"](transaction)
        assert why_no_mail(transaction, None, after) == MissingMail(Missing.LOST)
    store.close()
