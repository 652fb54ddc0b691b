"""Reads a journal, a realm's or the installation's: some lines, all lines, or each line as it is written.

`of_realm` is the realm's name, or None for the installation's journal.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass

from maquette.simulator.domain.journal_kinds import Kind
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.options import find_option
from maquette.simulator.store.personas import names_by_fingerprint, names_of_holders

AT_A_TIME = 500
"""Lines that are read in one transaction; other requests are served between two transactions."""


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A line, and the person that it is about.

    `person` is a name, or empty. `number` is the number of the line's space when no persona of the realm has
    that space.
    """

    line: JournalRecord
    person: str = ""
    number: str = ""


async def follow_lines(
    journal: JournalWriter, of_realm: str | None, after: int, kind: Kind | None
) -> AsyncGenerator[JournalRecord, None]:
    """Yield the lines after the cursor: first the present ones, then, without end, each new one."""
    with journal.bell(of_realm) as bell:
        while True:
            bell.clear()
            lines = journal.read(of_realm=of_realm, after=after, most=AT_A_TIME)
            for line in lines:
                after = line.id or after
                if _is_wanted(line, kind):
                    yield line
            await (asyncio.sleep(0) if lines else bell.wait())


async def read_lines(
    journal: JournalWriter, of_realm: str | None, after: int, kind: Kind | None
) -> AsyncGenerator[list[JournalRecord], None]:
    """Yield the present lines after the cursor, in batches."""
    last = journal.last_id()
    while after < last and (lines := journal.read(of_realm=of_realm, after=after, most=AT_A_TIME)):
        yield [line for line in lines if _is_wanted(line, kind) and (line.id or 0) <= last]
        after = lines[-1].id or last
        await asyncio.sleep(0)


def name_people(transaction: Transaction, lines: Sequence[JournalRecord]) -> list[NamedLine]:
    """Return the lines with the names of the people that they are about."""
    numbers = {str(number) for line in lines if (number := line.data.get("subscriber_number")) is not None}
    options = {
        str(option)
        for line in lines
        if line.data.get("subscriber_number") is None and (option := line.data.get("option")) is not None
    }
    number_of = {
        each: found.subscriber_number for each in options if (found := find_option(transaction, each))
    }
    by_number = names_of_holders(transaction, numbers | set(number_of.values()))
    by_fingerprint = names_by_fingerprint(
        transaction, {str(line.data["fingerprint"]) for line in lines if "fingerprint" in line.data}
    )
    return [_name_person(line, by_number, number_of, by_fingerprint) for line in lines]


def _name_person(
    line: JournalRecord,
    by_number: Mapping[str, str],
    number_of: Mapping[str, str],
    by_fingerprint: Mapping[str, str],
) -> NamedLine:
    data = line.data
    if (number := data.get("subscriber_number")) is not None:
        person = by_number.get(str(number), "")
        return NamedLine(line, person, "" if person else str(number))
    if (option := data.get("option")) is not None:
        return NamedLine(line, by_number.get(number_of.get(str(option), ""), ""))
    return NamedLine(line, by_fingerprint.get(str(data.get("fingerprint")), ""))


def _is_wanted(line: JournalRecord, kind: Kind | None) -> bool:
    """Whether the line is of that kind; a line that replaces deleted lines is always wanted."""
    return kind is None or line.kind in {kind, Kind.JOURNAL_TRIMMED}
