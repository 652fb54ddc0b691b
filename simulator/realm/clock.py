"""Moves a realm's clock, and stops it on the way at each instant at which something falls due.

So a letter has the date at which it was due, and a lapse and the end of a session are noted at their own
instants. The domain decides when something ends. Source: rules ACT-6, MAIL-5, SES-2.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from maquette.simulator.base.wall_clock import real_now
from maquette.simulator.domain.clock import FIRST_YEAR, LAST_YEAR, Clock, ClockMode, whole_seconds
from maquette.simulator.domain.option import Option, SpaceState, lapsed_state
from maquette.simulator.domain.rules import RULES
from maquette.simulator.domain.session import Session
from maquette.simulator.mail.delivery import Delivery
from maquette.simulator.mail.sender import Sender
from maquette.simulator.store.database import Store, Transaction
from maquette.simulator.store.delivery_queue import first_arrival
from maquette.simulator.store.journal import JournalRecord
from maquette.simulator.store.journal_writer import JournalWriter
from maquette.simulator.store.options import list_open_options, note_lapse
from maquette.simulator.store.outbox import list_letters
from maquette.simulator.store.personas import PersonaRecord, find_persona
from maquette.simulator.store.realms import (
    RealmRecord,
    RulesOf,
    begin_move,
    end_move,
    get_realm,
    give_up_move,
    latest_event,
    list_moving,
    save_realm,
)
from maquette.simulator.store.sessions import end_session, list_sessions

ONE_SECOND = timedelta(seconds=1)

MOST_STOPS = 10_000
"""Instants at which one move may stop; at the next one, the move is refused."""

MOST_LINES = 100_000
"""Lines of the journal that are searched for the events of one move."""

FALLS_DUE = {
    "mail-sent",
    "mail-delivered",
    "mail-delayed",
    "mail-lost",
    "mail-bounced",
    "mail-refused",
    "mail-given-up",
    "option-lapsed",
    "session-ended",
}
"""The journal's kinds of the events that a moving clock can cause."""


class Moment(Enum):
    """The events to which a clock can be moved by name."""

    LAST_SECOND_OF_CODE = "just-before:code-expiry"
    CODE_EXPIRY = "code-expiry"
    CERTIFICATE_EXPIRY = "certificate-expiry"


class ClockRefusal(Enum):
    """Why a clock cannot be moved to an instant, or to a named event."""

    OUTSIDE_YEARS = "outside-years"
    BEFORE_EVENT = "before-event"
    TOO_MANY_STOPS = "too-many-stops"
    NO_OPTION = "no-option"
    NO_PERSONA = "no-persona"


class ClockRefusedError(Exception):
    """The clock cannot be moved to this instant; the message says why in words, `why` by its code."""

    def __init__(self, why: ClockRefusal, message: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """An event that fell due while the clock moved."""

    at: datetime
    kind: str
    data: dict[str, object]


class Timekeeper:
    """Moves the clocks of the realms of an installation; in each realm one move at a time."""

    def __init__(
        self,
        store: Store,
        journal: JournalWriter,
        rules_of: RulesOf,
        sender: Sender,
        delivery: Delivery,
        *,
        most_stops: int = MOST_STOPS,
    ) -> None:
        self._store = store
        self._journal = journal
        self._rules_of = rules_of
        self._sender = sender
        self._delivery = delivery
        self._most_stops = most_stops

    async def abandon_moves(self) -> None:
        """Let the clocks run on that an earlier process was moving when it ended.

        A move of a server that still runs holds the realm's lock: this waits until that move ends.
        """
        with self._store.reading("") as transaction:
            moving = list_moving(transaction)
        for realm in moving:
            async with self.moving(realm):
                pass  # which abandons what broke off

    @asynccontextmanager
    async def moving(self, realm: str) -> AsyncIterator[None]:
        """Hold the lock under which the realm's clock moves, or another operation changes the realm.

        A move that broke off before, and could not be abandoned because the database was away, ends here.
        """
        async with self._store.lock(f"moving {realm}"):
            self._abandon(realm)
            yield

    @asynccontextmanager
    async def paused(self, realm: str) -> AsyncIterator[None]:
        """Pause the realm while an operation changes it: its clock does not move, and no letter is sent.

        Afterwards what is due in the realm is done soon.
        """
        async with self.moving(realm), self._sender.sending_paused():
            yield
        self.wake()
        self._delivery.wake_waiting(realm)

    def wake(self) -> None:
        """Wake sender and delivery: a letter or a late mail may be due."""
        self._sender.wake()
        self._delivery.wake()

    async def set_clock(
        self, realm: str, mode: ClockMode, now: datetime | None, *, correlation: str | None = None
    ) -> tuple[RealmRecord, list[ClockEvent]]:
        """Let the clock run or stand still, from `now` or its present instant; return the events on the way.

        `correlation` names the request. Raises ClockRefusedError for an instant before the realm's latest
        event, and RealmGoneError.
        """
        async with self.moving(realm):
            before = self._find(realm).clock.now(real_now())
            to = whole_seconds(now) if now else before
            return await self._move(realm, mode, before, to, correlation)

    async def advance(
        self, realm: str, by: timedelta, *, correlation: str | None = None
    ) -> tuple[RealmRecord, list[ClockEvent]]:
        """Move the clock by a duration, forwards or backwards; it runs or stands still as before.

        Raises as `set_clock` does.
        """
        async with self.moving(realm):
            clock = self._find(realm).clock
            before = clock.now(real_now())
            return await self._move(realm, clock.mode, before, before + by, correlation)

    async def advance_to(
        self,
        realm: str,
        name: Moment,
        persona: str | None,
        *,
        mode: ClockMode | None = None,
        correlation: str | None = None,
    ) -> tuple[RealmRecord, list[ClockEvent]]:
        """Move the clock to the named event, as `moment` returns it once no other move is going on.

        If a letter is accepted on the way, its 48 hours begin there, and the move goes on to their end.
        Afterwards the clock is in `mode`, or in the mode that it had before. Raises as `moment` and
        `set_clock` do.
        """
        async with self.moving(realm):
            mode = mode or self._find(realm).clock.mode
            to = self.moment(realm, name, persona)
            happened: list[ClockEvent] = []
            while True:
                before = self._find(realm).clock.now(real_now())
                record, more = await self._move(realm, mode, before, to, correlation)
                happened += more
                try:
                    later = self.moment(realm, name, persona)
                except ClockRefusedError:  # the event has passed: no option waits for activation now
                    return record, happened
                if later <= to:
                    return record, happened
                to = later

    async def _move(
        self, realm: str, mode: ClockMode, before: datetime, to: datetime, correlation: str | None
    ) -> tuple[RealmRecord, list[ClockEvent]]:
        if not FIRST_YEAR <= to.year <= LAST_YEAR:
            raise ClockRefusedError(
                ClockRefusal.OUTSIDE_YEARS, f"a realm's clock shows the years {FIRST_YEAR} to {LAST_YEAR}"
            )
        if to < before:
            self._check_not_too_early(realm, to)
        first_line = self._journal.last_id()
        try:
            record = await self._go_through(realm, mode, to)
        except BaseException:
            self._abandon(realm)
            raise
        moved: dict[str, object] = {"from": before.isoformat(), "to": to.isoformat(), "mode": mode.value}
        self._journal.take([JournalRecord(realm, to, real_now(), "clock-moved", correlation, moved)])
        self.wake()
        lines = self._journal.read(of_realm=realm, after=first_line, most=MOST_LINES)
        events = [
            ClockEvent(line.at, line.kind, line.data)
            for line in lines
            if line.at is not None and line.kind in FALLS_DUE
        ]
        return record, events

    async def _go_through(self, realm: str, mode: ClockMode, to: datetime) -> RealmRecord:
        """Stop at each instant at which something falls due, then stop at `to`."""
        with self._store.writing(realm) as transaction:
            begin_move(transaction, get_realm(transaction).clock.mode)
        stops = 0
        while (due := self._next_due(realm, to)) is not None:
            if stops == self._most_stops:
                raise ClockRefusedError(
                    ClockRefusal.TOO_MANY_STOPS,
                    f"something falls due at more than {stops} instants on the way: the clock stopped at "
                    f"{self._find(realm).clock.shown.isoformat()}, move it on from there",
                )
            stops += 1
            self._set_shown(realm, ClockMode.FROZEN, due)
            await self._process_due(realm, due)
            await asyncio.sleep(0)  # let other tasks run, also when no letter is sent
        return self._set_shown(realm, mode, to, at_the_end=True)

    def _abandon(self, realm: str) -> None:
        with self._store.writing(realm) as transaction:
            give_up_move(transaction, real_now())

    def _next_due(self, realm: str, to: datetime) -> datetime | None:
        """Return the earliest instant up to `to` at which something falls due; None when nothing does."""
        with self._store.reading(realm) as transaction:
            record = get_realm(transaction)
            now = record.clock.now(real_now())
            instants = [letter.due_at for letter in list_letters(transaction, realm)]
            arrival = first_arrival(transaction)
            instants += [] if arrival is None else [arrival]
            instants += [end + ONE_SECOND for _, end in self._lapses(transaction, record)]
            instants += [end + ONE_SECOND for _, end in self._session_ends(transaction, record)]
        due = min(instants, default=None)
        return None if due is None or due > to else max(due, min(now, to))

    async def _process_due(self, realm: str, now: datetime) -> None:
        with self._store.writing(realm) as transaction:
            record = get_realm(transaction)
            lines = []
            for option, end in self._lapses(transaction, record):
                if end < now and note_lapse(transaction, option.id):
                    left = lapsed_state(option)
                    data: dict[str, object] = {
                        "subscriber_number": option.subscriber_number,
                        "option": option.id,
                        "state": {"from": SpaceState.PENDING.value, "to": left and left.value},
                    }
                    lines.append(JournalRecord(realm, now, real_now(), "option-lapsed", None, data))
            for session, end in self._session_ends(transaction, record):
                if end < now:
                    end_session(transaction, session.id)
                    data = {"subscriber_number": session.subscriber_number, "why": "time"}
                    lines.append(JournalRecord(realm, now, real_now(), "session-ended", None, data))
        self._journal.take(lines)
        self._delivery.deliver_due(realm)
        await self._sender.send_due(realm)

    def moment(self, realm: str, name: Moment, persona: str | None) -> datetime:
        """Return the instant of the persona's named event; without a persona, of the only event of that name.

        The 48 hours are counted by the unbroken rules, even if the realm has a defect: a test moves here to
        see the defect. Raises ClockRefusedError when there is no such event, or more than one.
        """
        with self._store.reading(realm) as transaction:
            record = get_realm(transaction)
            if name is Moment.CERTIFICATE_EXPIRY:
                return self._certificate_end(transaction, persona) + ONE_SECOND
            number = _persona(transaction, persona).subscriber_number if persona else None
            window = record.policy.activation_window
            ends = [
                RULES.option.window_end(option, window)
                for option in list_open_options(transaction)
                if persona is None or option.subscriber_number == number
            ]
        if len(ends) != 1:
            many = "no option waits" if not ends else f"{len(ends)} options wait"
            raise ClockRefusedError(
                ClockRefusal.NO_PERSONA if ends else ClockRefusal.NO_OPTION,
                f"{many} for activation" + ("" if persona else ": name the persona"),
            )
        return ends[0] if name is Moment.LAST_SECOND_OF_CODE else ends[0] + ONE_SECOND

    def _certificate_end(self, transaction: Transaction, persona: str | None) -> datetime:
        if persona is None:
            raise ClockRefusedError(ClockRefusal.NO_PERSONA, "name the persona whose certificate it is")
        return _persona(transaction, persona).certificate_not_after

    def _lapses(self, transaction: Transaction, record: RealmRecord) -> list[tuple[Option, datetime]]:
        rules, window = self._rules_of(record), record.policy.activation_window
        return [(each, rules.option.window_end(each, window)) for each in list_open_options(transaction)]

    def _session_ends(self, transaction: Transaction, record: RealmRecord) -> list[tuple[Session, datetime]]:
        rules, idle = self._rules_of(record), record.policy.session_idle
        return [(each, rules.session.end(each, idle)) for each in list_sessions(transaction)]

    def _find(self, realm: str) -> RealmRecord:
        with self._store.reading(realm) as transaction:
            return get_realm(transaction)

    def _set_shown(
        self, realm: str, mode: ClockMode, shown: datetime, *, at_the_end: bool = False
    ) -> RealmRecord:
        with self._store.writing(realm) as transaction:
            record = replace(get_realm(transaction), clock=Clock(mode, shown, real_now()))
            save_realm(transaction, record)
            if at_the_end:
                end_move(transaction)
        return record

    def _check_not_too_early(self, realm: str, to: datetime) -> None:
        with self._store.reading(realm) as transaction:
            latest = latest_event(transaction)
        if latest is not None and to < latest:
            raise ClockRefusedError(
                ClockRefusal.BEFORE_EVENT,
                f"something happened at {latest.isoformat()}: the clock cannot be set before it; "
                "reset the realm to begin again",
            )


def _persona(transaction: Transaction, persona_id: str) -> PersonaRecord:
    persona = find_persona(transaction, persona_id)
    if persona is None:
        raise ClockRefusedError(ClockRefusal.NO_PERSONA, f"there is no persona {persona_id!r}")
    return persona
