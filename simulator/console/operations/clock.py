"""Reads a realm's clock: the codes that wait for activation, and the events of its last move."""

from dataclasses import dataclass
from datetime import datetime

from maquette.simulator.domain.clock import parse_instant
from maquette.simulator.domain.rules import RULES
from maquette.simulator.realm.clock import FALLS_DUE
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.journal import JournalRecord, list_lines
from maquette.simulator.store.options import list_open_options
from maquette.simulator.store.personas import PersonaRecord, list_holders
from maquette.simulator.store.realms import RealmRecord

MOST_LINES = 10_000


@dataclass(frozen=True, slots=True)
class WaitingPersona:
    """A persona whose option waits for its activation, and the last second at which its code works."""

    persona: PersonaRecord
    until: datetime


@dataclass(frozen=True, slots=True)
class PastMove:
    """A move of a realm's clock: its start, its end, the clock's mode after it, and the events on the way."""

    start: datetime
    end: datetime
    mode: str
    on_the_way: list[JournalRecord]


def list_waiting(
    transaction: Transaction, realm: RealmRecord, now: datetime, most: int
) -> list[WaitingPersona]:
    """Return the personas whose options wait, in the personas' order; of too many, the earliest ends."""
    window = realm.policy.activation_window
    ends = {
        option.subscriber_number: end
        for option in list_open_options(transaction)
        if now <= (end := RULES.option.window_end(option, window))
    }
    first = dict(sorted(ends.items(), key=lambda each: each[1])[:most])
    return [
        WaitingPersona(persona, first[persona.subscriber_number])
        for persona in list_holders(transaction, first)
        if persona.subscriber_number is not None
    ]


def find_move(transaction: Transaction, after: int) -> PastMove | None:
    """Return the first move after that place in the realm's journal; one request may make several."""
    moves: list[JournalRecord] = []
    due: list[JournalRecord] = []
    on_the_way: list[JournalRecord] = []
    for line in list_lines(transaction, of_realm=transaction.realm, after=after, kind=None, most=MOST_LINES):
        if line.kind in FALLS_DUE:
            due.append(line)
        elif line.kind == "clock-moved":
            if moves and line.correlation != moves[0].correlation:
                break
            moves.append(line)
            on_the_way, due = on_the_way + due, []
    if not moves:
        return None
    start, end = (parse_instant(str(at)) for at in (moves[0].data["from"], moves[-1].data["to"]))
    return PastMove(start, end, str(moves[-1].data["mode"]), on_the_way)
