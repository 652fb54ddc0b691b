"""« Horloge »: a realm's clock, and a button or a form for each way to change it.

A button that goes to an instant stops the clock there, because a second on a running clock would be over
before a person could use it.
"""

import re
from datetime import UTC, datetime, timedelta

from aiohttp import web

from maquette.simulator.console.door.call import Call
from maquette.simulator.console.door.problems import Problem, ProblemError
from maquette.simulator.console.operations.clock import find_move, list_waiting
from maquette.simulator.console.operations.people import count_added, search_people
from maquette.simulator.console.operations.realms import reset_realm
from maquette.simulator.console.pages.journal import journal_rows
from maquette.simulator.console.pages.page import go_to_message, read_code, read_form, read_search, realm_page
from maquette.simulator.domain.clock import FIRST_YEAR, LAST_YEAR, PARIS, ClockMode
from maquette.simulator.realm.clock import ClockRefusal, ClockRefusedError, Moment
from maquette.simulator.store.personas import count_personas, find_persona
from maquette.simulator.store.realms import latest_event

MOST_PEOPLE = 100
"""People in the list of choices; beyond that number, the page has a search."""

MOST_EVENTS = 200

STEPS = {"plus-1-h": timedelta(hours=1), "plus-47-h-59": timedelta(hours=47, minutes=59)}
MODES = {"arreter": ClockMode.FROZEN, "laisser-tourner": ClockMode.RUNNING}
MOMENTS = {
    "derniere-bonne-seconde": Moment.LAST_SECOND_OF_CODE,
    "premiere-mauvaise-seconde": Moment.CODE_EXPIRY,
    "fin-du-certificat": Moment.CERTIFICATE_EXPIRY,
}
TO_INSTANT = "instant"


NOT_MOVED = {
    ClockRefusal.BEFORE_EVENT: "trop-tot",
    ClockRefusal.OUTSIDE_YEARS: "annees",
    ClockRefusal.NO_OPTION: "aucune-option",
    ClockRefusal.NO_PERSONA: "aucune-option",
    ClockRefusal.TOO_MANY_STOPS: "etapes",
}
"""Why a clock did not move, as the page's query says it."""

NO_INSTANT, SKIPPED_HOUR = "instant", "heure-sautee"
"""What is wrong with a typed instant, as the page's query says it."""


async def show_clock(call: Call) -> web.StreamResponse:
    """Show a realm's clock, the ways to change it, and the events of the last change."""
    realm, since = call.realm, call.request.query.get("depuis", "")
    call.parts.journal.write()
    looked_for = read_search(call)
    with call.parts.store.reading(realm.name) as transaction:
        people, _ = search_people(transaction, looked_for, skip=0, most=MOST_PEOPLE)
        everybody = count_personas(transaction)
        waiting = list_waiting(transaction, realm, call.now, MOST_PEOPLE)
        latest = latest_event(transaction)
        move = find_move(transaction, int(since)) if re.fullmatch("[0-9]{1,15}", since) else None
        rows = journal_rows(transaction, move.on_the_way) if move else []
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
        refused=read_code(call, "refus", {*NOT_MOVED.values(), NO_INSTANT, SKIPPED_HOUR}),
        was_reset=call.request.query.get("fait") == "reinitialise",
        move=move,
        entries=rows,
        most=MOST_EVENTS,
    )


async def move_clock(call: Call) -> web.StreamResponse:
    """Change the clock as the pressed button says."""
    form = await read_form(call)
    since = call.parts.journal.last_id()
    try:
        await _move(call, form)
    except ClockRefusedError as error:
        return go_to_message(call, "horloge", refus=NOT_MOVED[error.why])
    except _WrongInstantError as error:
        return go_to_message(call, "horloge", refus=str(error))
    return go_to_message(call, "horloge", depuis=since)


async def ask_reset(call: Call) -> web.StreamResponse:
    """Ask whether to reset the realm, and list what goes and what stays."""
    with call.parts.store.reading(call.realm.name) as transaction:
        added = count_added(transaction)
    return realm_page(call, "reset.html", made_clock=call.realm.made_clock, added=added)


async def reset(call: Call) -> web.StreamResponse:
    """Reset the realm."""
    await reset_realm(call.context, call.realm.name)
    return go_to_message(call, "horloge", fait="reinitialise")


class _WrongInstantError(Exception):
    """No instant was typed, by the code of its text on the page."""


async def _move(call: Call, form: dict[str, str]) -> None:
    keeper, realm, correlation = call.parts.timekeeper, call.realm.name, call.correlation
    pressed, frozen = form.get("geste", ""), ClockMode.FROZEN
    if pressed in STEPS:
        await keeper.advance(realm, STEPS[pressed], correlation=correlation)
    elif pressed in MODES:
        await keeper.set_clock(realm, MODES[pressed], None, correlation=correlation)
    elif pressed in MOMENTS:
        persona = form.get("personne", "")
        with call.parts.store.reading(realm) as transaction:
            if find_persona(transaction, persona) is None:
                raise ProblemError(Problem.BODY_INVALID, "personne: no such persona")
        await keeper.advance_to(realm, MOMENTS[pressed], persona, mode=frozen, correlation=correlation)
    elif pressed == TO_INSTANT:
        target = _typed_instant(form.get("jour", ""), form.get("heure", ""))
        await keeper.set_clock(realm, frozen, target, correlation=correlation)
    else:
        raise ProblemError(Problem.BODY_INVALID, "geste: no such button")


def _typed_instant(day: str, time: str) -> datetime:
    """The instant of that day and time in Paris; the first of the two where summer time ends."""
    if not (re.fullmatch(r"\d{4}-\d\d-\d\d", day) and re.fullmatch(r"\d\d:\d\d(:\d\d)?", time)):
        raise _WrongInstantError(NO_INSTANT)
    try:
        local = datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=PARIS)
    except ValueError:
        raise _WrongInstantError(NO_INSTANT) from None
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise _WrongInstantError(NOT_MOVED[ClockRefusal.OUTSIDE_YEARS])
    if local.astimezone(UTC).astimezone(PARIS).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise _WrongInstantError(SKIPPED_HOUR)
    return local.astimezone(UTC)
