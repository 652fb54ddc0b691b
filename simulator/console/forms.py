"""The console's forms, in French: a realm's clock, and making, resetting and deleting realms.

Each form pulls the lever that scripts pull over the control API, then sends the browser to a page that says
what came of it: the answer's query holds a code or a place in the journal, never words. Buttons that go to an
instant stop the clock there, since a second that runs on is gone before anybody can use it. No JavaScript.
Source: contract.md (`/clock`, `/clock/advance`, `/api/realms`).
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum

import aiohttp_jinja2
from aiohttp import web

from maquette.simulator.console.chronicle import Entry, tell_lines
from maquette.simulator.console.levers import NewRealm, create_realm, delete_one_realm, reset_one_realm
from maquette.simulator.console.parts import Call
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.console.spaces import find_space_now
from maquette.simulator.domain.clock import FIRST_YEAR, LAST_YEAR, PARIS, ClockMode, parse_instant
from maquette.simulator.domain.realm import DEFAULT_REALM, is_realm_name
from maquette.simulator.store.journal import JournalLine, list_lines
from maquette.simulator.store.personas import PersonaRecord, find_persona, list_personas
from maquette.simulator.store.realms import latest_event, list_realms
from maquette.simulator.timekeeping import FALLS_DUE, ClockRefusedError, Moment

FICHE_DAY = "2011-06-09T09:00:00+02:00"
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


class NotMade(Enum):
    """Why a realm was not made."""

    NAME = "name"
    EXISTS = "exists"
    TOO_MANY = "too-many"


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
    with call.parts.store.reading(realm.name) as transaction:
        personas = list_personas(transaction)
        waiting = [
            Waiting(persona, space.pending_until)
            for persona in personas
            if persona.subscriber_number
            and (space := find_space_now(transaction, realm, persona.subscriber_number, call.now))
            and space.pending_until
        ]
        latest = latest_event(transaction)
    keeper = call.parts.timekeeper
    ends = [
        (persona, keeper.moment(realm.name, Moment.CERTIFICATE_EXPIRY, persona.id)) for persona in personas
    ]
    return _page(
        call,
        "clock.html",
        now=call.now,
        clock=realm.clock.mode.value,
        waiting=waiting,
        ends=ends,
        latest=latest,
        years=(FIRST_YEAR, LAST_YEAR),
        refused=query.get("refus") if query.get("refus") in {each.value for each in Refused} else None,
        was_reset=query.get("fait") == "reinitialise",
        move=_find_move(call, query.get("depuis", "")),
        most=MOST_TOLD,
    )


async def move_clock(call: Call) -> web.StreamResponse:
    """Pull the clock's lever whose button was pressed."""
    form = await _read_form(call)
    since = call.parts.journal.last_id()
    try:
        await _move(call, form)
    except _NotMovedError as error:
        return _to(f"/realms/{call.realm.name}/horloge?refus={error.why.value}#message")
    return _to(f"/realms/{call.realm.name}/horloge?depuis={since}#message")


async def ask_reset(call: Call) -> web.StreamResponse:
    """Whether the realm shall really be reset, and what would go and stay."""
    return _page(call, "reset.html", made_clock=call.realm.made_clock)


async def reset(call: Call) -> web.StreamResponse:
    """Reset the realm."""
    await reset_one_realm(call)
    return _to(f"/realms/{call.realm.name}/horloge?fait=reinitialise#message")


async def show_realms(call: Call) -> web.StreamResponse:
    """All realms to choose from, and the form that makes one."""
    return _realms_page(call, deleted=call.request.query.get("fait") == "supprime")


async def make_one_realm(call: Call) -> web.StreamResponse:
    """Make a realm and lead to it; or say on the form why there is none."""
    form = await _read_form(call)
    name, start = form.get("nom", "").strip(), form.get("depart", "")
    if not is_realm_name(name):
        return _realms_page(call, not_made=NotMade.NAME, name=name, start=start)
    body = NewRealm.model_validate({"name": name, "clock": FICHE_DAY if start == "fiche" else None})
    try:
        await create_realm(replace(call, body=body))
    except ProblemError as error:
        why = NotMade.EXISTS if error.problem is Problem.REALM_EXISTS else NotMade.TOO_MANY
        return _realms_page(call, not_made=why, name=name, start=start)
    return _to(f"/realms/{name}")


async def ask_delete(call: Call) -> web.StreamResponse:
    """Whether the realm shall really be deleted."""
    if call.realm.name == DEFAULT_REALM:
        raise ProblemError(Problem.REALM_DEFAULT, "reset it instead")
    return _page(call, "delete.html")


async def delete(call: Call) -> web.StreamResponse:
    """Delete the realm."""
    await delete_one_realm(call)
    return _to("/realms?fait=supprime#message")


Route = tuple[str, str, Callable[[Call], Awaitable[web.StreamResponse]]]

FORMS: tuple[Route, ...] = (
    ("GET", "/realms", show_realms),
    ("POST", "/realms", make_one_realm),
    ("GET", "/realms/{realm}/horloge", show_clock),
    ("POST", "/realms/{realm}/horloge", move_clock),
    ("GET", "/realms/{realm}/reinitialiser", ask_reset),
    ("POST", "/realms/{realm}/reinitialiser", reset),
    ("GET", "/realms/{realm}/supprimer", ask_delete),
    ("POST", "/realms/{realm}/supprimer", delete),
)


class _NotMovedError(Exception):
    def __init__(self, why: Refused) -> None:
        super().__init__(why.value)
        self.why = why


async def _move(call: Call, form: dict[str, str]) -> None:
    keeper, realm = call.parts.timekeeper, call.realm
    pressed = form.get("geste", "")
    if pressed in STEPS:
        try:
            await keeper.advance(realm.name, STEPS[pressed])
        except ClockRefusedError:
            raise _NotMovedError(Refused.OUTSIDE_YEARS) from None
        return
    if pressed in MODES:
        await keeper.set_clock(realm.name, MODES[pressed], None)
        return
    if pressed in MOMENTS:
        target = _moment(call, MOMENTS[pressed], form.get("personne", ""))
    elif pressed == TO_INSTANT:
        target = _typed_instant(form.get("jour", ""), form.get("heure", ""))
    else:
        raise ProblemError(Problem.BODY_INVALID, "geste: no such button")
    try:
        await keeper.set_clock(realm.name, ClockMode.FROZEN, target)
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
    """The first move behind that place in the realm's journal."""
    if not re.fullmatch("[0-9]{1,15}", since):
        return None
    name = call.realm.name
    on_the_way: list[JournalLine] = []
    with call.parts.store.reading(name) as transaction:
        lines = list_lines(transaction, of_realm=name, after=int(since), kind=None, most=MOST_LINES)
        for line in lines:
            if line.kind == "clock-moved":
                return Move(
                    parse_instant(str(line.data["from"])),
                    parse_instant(str(line.data["to"])),
                    str(line.data["mode"]),
                    tell_lines(transaction, on_the_way),
                )
            if line.kind in FALLS_DUE:
                on_the_way.append(line)
    return None


async def _read_form(call: Call) -> dict[str, str]:
    try:
        given = await call.request.post()
    except (ValueError, LookupError):
        raise ProblemError(Problem.BODY_INVALID, "not a form that can be read") from None
    return {name: value for name, value in given.items() if isinstance(value, str)}


def _realms_page(
    call: Call,
    *,
    deleted: bool = False,
    not_made: NotMade | None = None,
    name: str = "",
    start: str = "",
) -> web.StreamResponse:
    with call.parts.store.reading("") as transaction:
        rows = [(record, record.clock.now(call.real_now)) for record in list_realms(transaction)]
    values = {
        "realms": rows,
        "default": DEFAULT_REALM,
        "deleted": deleted,
        "not_made": not_made.value if not_made else None,
        "name": name,
        "start": start,
    }
    status = {None: 200, NotMade.NAME: 422}.get(not_made, 409)
    return aiohttp_jinja2.render_template("realms.html", call.request, values, status=status)


def _page(call: Call, template: str, **values: object) -> web.StreamResponse:
    return aiohttp_jinja2.render_template(template, call.request, {"realm": call.realm.name, **values})


def _to(path: str) -> web.Response:
    return web.Response(status=303, headers={"Location": path})
