"""A realm's clock, in French: what time it is there, and a button or a form for each way to change it.

Buttons that go to an instant stop the clock there, since a second that runs on is gone before anybody can use
it. Source: contract.md (`/clock`, `/clock/advance`).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from aiohttp import web

from maquette.simulator.console.api.realms import reset_one_realm
from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.operations.people import count_added, search_people
from maquette.simulator.console.pages.forms import Route, go_to, read_form, read_search, realm_page
from maquette.simulator.console.pages.journal_fr import Entry, tell_lines
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.domain.clock import FIRST_YEAR, LAST_YEAR, PARIS, ClockMode, parse_instant
from maquette.simulator.domain.rules import RULES
from maquette.simulator.realm.clock import FALLS_DUE, ClockRefusedError, Moment
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.journal import JournalLine, list_lines
from maquette.simulator.store.options import list_open_options
from maquette.simulator.store.personas import PersonaRecord, count_personas, find_persona, list_holders
from maquette.simulator.store.realms import latest_event

MOST_PEOPLE = 100
"""People to choose from; of more, those who are looked for."""

MOST_TOLD = 200
MOST_LINES = 10_000

STEPS = {"plus-1-h": timedelta(hours=1), "plus-47-h-59": timedelta(hours=47, minutes=59)}
MODES = {"arreter": ClockMode.FROZEN, "laisser-tourner": ClockMode.RUNNING}
MOMENTS = {
    "derniere-bonne-seconde": Moment.LAST_SECOND_OF_CODE,
    "premiere-mauvaise-seconde": Moment.CODE_EXPIRY,
    "fin-du-certificat": Moment.CERTIFICATE_EXPIRY,
}
TO_INSTANT = "instant"


class Refused(Enum):
    """Why a clock did not move, as the page's query says it."""

    TOO_EARLY = "trop-tot"
    OUTSIDE_YEARS = "annees"
    NO_OPTION = "aucune-option"
    NO_INSTANT = "instant"
    SKIPPED_HOUR = "heure-sautee"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A persona whose option waits for its activation, and the last second at which its code works."""

    persona: PersonaRecord
    until: datetime


@dataclass(frozen=True, slots=True)
class Move:
    """A move of the clock, and what fell due on the way."""

    start: datetime
    end: datetime
    mode: str
    entries: list[Entry]


async def show_clock(call: Call) -> web.StreamResponse:
    """What time it is in a realm, and the ways to change it; what came of the last one."""
    realm, query = call.realm, call.request.query
    call.parts.journal.write()
    looked_for = read_search(call)
    with call.parts.store.reading(realm.name) as transaction:
        people, _ = search_people(transaction, looked_for, skip=0, most=MOST_PEOPLE)
        everybody = count_personas(transaction)
        waiting = _who_waits(transaction, call)
        latest = latest_event(transaction)
    return realm_page(
        call,
        "clock.html",
        now=call.now,
        clock=realm.clock.mode.value,
        waiting=waiting,
        people=people,
        searchable=everybody > MOST_PEOPLE,
        looked_for=looked_for,
        latest=latest,
        years=(FIRST_YEAR, LAST_YEAR),
        refused=query.get("refus") if query.get("refus") in {each.value for each in Refused} else None,
        was_reset=query.get("fait") == "reinitialise",
        move=_find_move(call, query.get("depuis", "")),
        most=MOST_TOLD,
    )


async def move_clock(call: Call) -> web.StreamResponse:
    """Pull the clock's lever whose button was pressed."""
    form = await read_form(call)
    since = call.parts.journal.last_id()
    try:
        await _move(call, form)
    except _NotMovedError as error:
        return go_to(f"/realms/{call.realm.name}/horloge?refus={error.why.value}#message")
    return go_to(f"/realms/{call.realm.name}/horloge?depuis={since}#message")


async def ask_reset(call: Call) -> web.StreamResponse:
    """Whether the realm shall really be reset, and what would go and stay."""
    with call.parts.store.reading(call.realm.name) as transaction:
        added = count_added(transaction)
    return realm_page(call, "reset.html", made_clock=call.realm.made_clock, added=added)


async def reset(call: Call) -> web.StreamResponse:
    """Reset the realm."""
    await reset_one_realm(call)
    return go_to(f"/realms/{call.realm.name}/horloge?fait=reinitialise#message")


CLOCK_PAGES: tuple[Route, ...] = (
    ("GET", "/realms/{realm}/horloge", show_clock),
    ("POST", "/realms/{realm}/horloge", move_clock),
    ("GET", "/realms/{realm}/reinitialiser", ask_reset),
    ("POST", "/realms/{realm}/reinitialiser", reset),
)


def _who_waits(transaction: Transaction, call: Call) -> list[Waiting]:
    """Those whose options wait for their activation, in the personas' order."""
    window = call.realm.policy.activation_window
    ends = {
        option.subscriber_number: RULES.option.window_end(option, window)
        for option in list_open_options(transaction)
        if call.now <= RULES.option.window_end(option, window)
    }
    first = dict(sorted(ends.items(), key=lambda each: each[1])[:MOST_PEOPLE])
    return [
        Waiting(persona, first[persona.subscriber_number])
        for persona in list_holders(transaction, first)
        if persona.subscriber_number is not None
    ]


class _NotMovedError(Exception):
    def __init__(self, why: Refused) -> None:
        super().__init__(why.value)
        self.why = why


async def _move(call: Call, form: dict[str, str]) -> None:
    keeper, realm = call.parts.timekeeper, call.realm
    pressed = form.get("geste", "")
    if pressed in STEPS:
        try:
            await keeper.advance(realm.name, STEPS[pressed], correlation=call.correlation)
        except ClockRefusedError:
            raise _NotMovedError(Refused.OUTSIDE_YEARS) from None
        return
    if pressed in MODES:
        await keeper.set_clock(realm.name, MODES[pressed], None, correlation=call.correlation)
        return
    frozen, correlation = ClockMode.FROZEN, call.correlation
    try:
        if pressed in MOMENTS:
            moment, persona = MOMENTS[pressed], form.get("personne", "")
            target = _moment(call, moment, persona)
            await keeper.advance_to(realm.name, moment, persona, mode=frozen, correlation=correlation)
        elif pressed == TO_INSTANT:
            target = _typed_instant(form.get("jour", ""), form.get("heure", ""))
            await keeper.set_clock(realm.name, frozen, target, correlation=correlation)
        else:
            raise ProblemError(Problem.BODY_INVALID, "geste: no such button")
    except ClockRefusedError:
        inside = FIRST_YEAR <= target.year <= LAST_YEAR
        raise _NotMovedError(Refused.TOO_EARLY if inside else Refused.OUTSIDE_YEARS) from None


def _moment(call: Call, moment: Moment, persona: str) -> datetime:
    with call.parts.store.reading(call.realm.name) as transaction:
        if find_persona(transaction, persona) is None:
            raise ProblemError(Problem.BODY_INVALID, "personne: no such persona")
    try:
        return call.parts.timekeeper.moment(call.realm.name, moment, persona)
    except ClockRefusedError:
        raise _NotMovedError(Refused.NO_OPTION) from None


def _typed_instant(day: str, time: str) -> datetime:
    """The instant of that day and time in Paris; the first of the two where summer time ends."""
    if not (re.fullmatch(r"\d{4}-\d\d-\d\d", day) and re.fullmatch(r"\d\d:\d\d(:\d\d)?", time)):
        raise _NotMovedError(Refused.NO_INSTANT)
    try:
        local = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=PARIS)
    except ValueError:
        raise _NotMovedError(Refused.NO_INSTANT) from None
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise _NotMovedError(Refused.OUTSIDE_YEARS)
    if local.astimezone(UTC).astimezone(PARIS).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise _NotMovedError(Refused.SKIPPED_HOUR)
    return local.astimezone(UTC)


def _find_move(call: Call, since: str) -> Move | None:
    """The first move behind that place in the realm's journal, which may have been made in several."""
    if not re.fullmatch("[0-9]{1,15}", since):
        return None
    name = call.realm.name
    moves: list[JournalLine] = []
    due: list[JournalLine] = []
    on_the_way: list[JournalLine] = []
    with call.parts.store.reading(name) as transaction:
        lines = list_lines(transaction, of_realm=name, after=int(since), kind=None, most=MOST_LINES)
        for line in lines:
            if line.kind in FALLS_DUE:
                due.append(line)
            elif line.kind == "clock-moved":
                if moves and line.correlation != moves[0].correlation:
                    break
                moves.append(line)
                on_the_way, due = on_the_way + due, []
        entries = tell_lines(transaction, on_the_way)
    if not moves:
        return None
    start, end = (parse_instant(str(told)) for told in (moves[0].data["from"], moves[-1].data["to"]))
    return Move(start, end, str(moves[-1].data["mode"]), entries)
