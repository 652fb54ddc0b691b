"""« Pourquoi cette personne a-t-elle été refusée ? »: one page that answers, in French, in one click.

It tells the persona's last refusals, and how their access stands now, for who never read the journal. No code
is ever shown. Source: issue 3 item 9; rules ACC-4, ACT-14, PWD-2, POP-6.
"""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from maquette.simulator.console.dependencies import Call
from maquette.simulator.console.operations.spaces import SpaceNow, find_space_now
from maquette.simulator.console.operations.why_refused import find_refusals
from maquette.simulator.console.pages.code_status import locked_until, tell_trails
from maquette.simulator.console.pages.forms import Route, realm_page
from maquette.simulator.console.problems import Problem, ProblemError
from maquette.simulator.domain.credentials import email_key
from maquette.simulator.domain.delivery import Folder
from maquette.simulator.domain.option import Option, SpaceState
from maquette.simulator.domain.policy import GateRefusal
from maquette.simulator.mail.letters import message_id_of
from maquette.simulator.mail.why_no_mail import Missing, why_no_mail
from maquette.simulator.store.database import Transaction
from maquette.simulator.store.delivery_queue import list_in_transit
from maquette.simulator.store.journal import list_newest_of_installation
from maquette.simulator.store.mailbox import list_mail
from maquette.simulator.store.options import find_latest_option
from maquette.simulator.store.personas import find_persona
from maquette.simulator.store.realms import RealmRecord
from maquette.simulator.store.tries import Lock

MOST_HANDSHAKES = 5

HANDSHAKES = (
    ("unsuitable certificate purpose", "un certificat qui n'est pas fait pour authentifier une personne"),
    ("issuer", "un certificat d'une autorité inconnue"),
    ("self", "un certificat d'une autorité inconnue"),
    ("refused in the handshake", "un certificat que la connexion chiffrée refuse d'emblée"),
    ("client broke off", "une connexion que le navigateur a lui-même interrompue"),
)
"""What a failed handshake was, in French, by what its English sentence holds; the first one counts."""

HANDSHAKE = "une connexion qui n'a pas abouti"


@dataclass(frozen=True, slots=True)
class Letter:
    """Where the letter with a code is: `inbox`, or why not there, as a `Missing` says it; until when."""

    where: str
    until: datetime | None = None
    to_spam: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a space stands, beyond its state.

    `trail` is what became of a pending code, `letter` of its letter, None where no option waits; `lapsed` is
    whether the last option is void; `login_locked_until` is None where the password is heard.
    """

    space: SpaceNow
    trail: str = ""
    letter: Letter | None = None
    lapsed: bool = False
    login_locked_until: datetime | None = None


async def show_why(call: Call) -> web.StreamResponse:
    """Why a persona was refused, and how their access stands."""
    realm, now = call.realm, call.now
    call.parts.journal.write()
    with call.parts.store.reading(realm.name) as transaction:
        persona = find_persona(transaction, call.path("persona"))
        if persona is None:
            raise ProblemError(Problem.PERSONA_UNKNOWN, f"persona in realm {realm.name!r}")
        refusals = find_refusals(transaction, persona)
        number = persona.subscriber_number
        space = find_space_now(transaction, realm, number, now) if number else None
        standing = _stand(transaction, realm, space, now) if space else None
        handshakes = list_newest_of_installation(transaction, kind="handshake-failed", most=MOST_HANDSHAKES)
    return realm_page(
        call,
        "why.html",
        persona=persona,
        refusals=refusals,
        standing=standing,
        handshakes=[(line.real_at, _handshake(str(line.data.get("why")))) for line in handshakes],
        dropped=realm.policy.gate_refusal is GateRefusal.ABORT,
        now=now,
    )


WHY_PAGES: tuple[Route, ...] = (("GET", "/realms/{realm}/personnes/{persona}/pourquoi", show_why),)


def _stand(transaction: Transaction, realm: RealmRecord, space: SpaceNow, now: datetime) -> Standing:
    option = find_latest_option(transaction, space.space.subscriber_number)
    lapsed = option is not None and option.replaced_at is None and space.state is SpaceState.CERTIFICATE
    locked = None
    if space.state is SpaceState.PASSWORD:
        until = locked_until(transaction, realm, Lock.LOGIN, email_key(space.space.email))
        locked = until if until is not None and now < until else None
    if space.pending is None:
        return Standing(space, lapsed=lapsed, login_locked_until=locked)
    trail = tell_trails(transaction, realm, [space.pending], now).get(space.pending.id, "")
    return Standing(space, trail, _seek(transaction, space.pending))


def _seek(transaction: Transaction, option: Option) -> Letter:
    """Where the option's letter is."""
    to, message_id = option.credentials.email, message_id_of(option.id)
    came = {mail.folder for mail in list_mail(transaction, to=to) if mail.message_id == message_id}
    if came:
        return Letter("inbox" if Folder.INBOX in came else Missing.IN_SPAM.value)
    for late in list_in_transit(transaction):
        if late.mail.message_id == message_id:
            return Letter(Missing.DELAYED.value, late.arrives_at, to_spam=late.mail.folder is Folder.SPAM)
    missing = why_no_mail(transaction, to, 0)
    return Letter(missing.why.value, missing.until)


def _handshake(sentence: str) -> str:
    return next((words for part, words in HANDSHAKES if part in sentence), HANDSHAKE)
