"""A realm's delivery rules, and its mail in transit (MAIL-5)."""

from dataclasses import dataclass
from datetime import datetime

from maquette.simulator.console.operations.context import OperationContext
from maquette.simulator.domain.delivery import DeliveryRule, Folder
from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.delivery_queue import list_in_transit, put_rules
from maquette.simulator.store.options import get_option, list_open_options
from maquette.simulator.store.outbox import list_letters
from maquette.simulator.store.personas import list_persona_names
from maquette.simulator.store.realms import get_realm


@dataclass(frozen=True, slots=True)
class ComingMail:
    """A mail that arrives, or is tried again, at `at`.

    `key` identifies it in the realm. `folder` is its future folder; None for a letter to be tried again.
    """

    key: str
    to: str
    at: datetime
    folder: Folder | None = None


def set_rules(context: OperationContext, realm: str, rules: tuple[DeliveryRule, ...]) -> None:
    """Replace the realm's delivery rules. Raises RealmGoneError.

    Mail that is already in transit keeps its old rules.
    """
    with context.store.writing(realm) as transaction:
        record = get_realm(transaction)
        put_rules(transaction, rules)
    context.note(record, Kind.DELIVERY_CHANGED, rules=len(rules))


def list_coming_mail(transaction: Transaction) -> list[ComingMail]:
    """Return the realm's mail in transit and the letters to be tried again, in the order of time."""
    coming = [
        ComingMail(f"c{late.id}", ", ".join(late.mail.recipients), late.arrives_at, late.mail.folder)
        for late in list_in_transit(transaction)
    ]
    for letter in list_letters(transaction, transaction.realm):
        if letter.attempts:
            to = get_option(transaction, letter.option_id).credentials.email
            coming.append(ComingMail(f"l{letter.option_id}", to, letter.due_at))
    return sorted(coming, key=lambda mail: mail.at)


def list_addresses(transaction: Transaction, most: int) -> list[str]:
    """Return addresses for a rule: those of options that wait, then those on file."""
    waiting = [option.credentials.email for option in list_open_options(transaction)]
    on_file = [each.email for each in list_persona_names(transaction) if each.email is not None]
    return list(dict.fromkeys((*waiting, *on_file)))[:most]
